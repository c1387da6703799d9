"""Brings the duties of an incident up to what is known now, and writes down every difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from amends.casework.acts import Act
from amends.casework.duties.counting import circumstances_of
from amends.jurisdictions.conditions import Circumstances, Verdict, assess
from amends.jurisdictions.deadlines import due_at, in_force
from amends.jurisdictions.duty_rule import DutyRule, Trigger
from amends.jurisdictions.rules import load_rules, rules_of
from amends.ledger.bulk import insert_rows
from amends.ledger.models import Duty, DutyEvent, Incident, RecordedTime

# What a reader of the history wants to see; the rest follows from it.
_SHOWN: Final = ("rule", "verdict", "verdict_reason", "triggered_at", "due_at", "state")


@dataclass(frozen=True, slots=True)
class DutyChange:
    """One duty that is not what it was."""

    reference: str
    key: str
    before: dict[str, str | None]
    after: dict[str, str | None]


def triggers_of(incident: Incident) -> dict[str, datetime]:
    """Return event → instant, for every event that has happened as far as the ledger knows.

    Until somebody records when the leak was discovered or the organisation was sure of it, the first report stands for
    both: it is the earlier instant, and so the safe one.
    """
    known = {
        Trigger.DISCOVERY.value: incident.reported_at,
        Trigger.AWARENESS.value: incident.reported_at,
        # Nobody has determined anything yet: a clock that starts with that has no due time, and says so.
        Trigger.CONFIRMATION.value: incident.confirmed_at,
    }
    names = [trigger.value for trigger in Trigger]
    # In the order in which they were recorded, so that the last statement of a name stands.
    for record in RecordedTime.objects.filter(incident=incident, name__in=names).order_by("id"):
        known[record.name] = record.at
    return {name: instant for name, instant in known.items() if instant}


def start_duties(incident: Incident, jurisdictions: tuple[str, ...], act: Act) -> list[Duty]:
    """Start one duty for each rule of these jurisdictions, in the version that is law."""
    triggers, circumstances = triggers_of(incident), circumstances_of(incident)
    duties = []
    for versions in rules_of(jurisdictions):
        rule = in_force(versions, triggers, otherwise=incident.reported_at)
        duty = Duty(incident=incident, jurisdiction=rule.jurisdiction, name=rule.name)
        _apply(duty, rule, triggers, circumstances)
        duty.save()
        duties.append(duty)
    write_events([(duty, _shown(duty)) for duty in duties], DutyEvent.Kind.STARTED, act)
    return duties


def bring_up_to_date(incident: Incident, act: Act) -> tuple[DutyChange, ...]:
    """Compute every duty anew from triggers, counts, delays and the rules in force; write and return what changed.

    A duty that a person withdrew is opened again where the rule now applies and did not before: the person judged
    other facts. What was done stays done, and its due time is corrected all the same, so that the record can say
    whether it was late. Must run inside the transaction of a journal entry.
    """
    triggers, circumstances = triggers_of(incident), circumstances_of(incident)
    known = {rule.jurisdiction for rule in load_rules()}
    duties = list(
        Duty.objects.select_for_update(of=("self",)).filter(incident=incident).select_related("delay")
    )
    versions = {
        each[0].key: each for each in rules_of(sorted(known & {duty.jurisdiction for duty in duties}))
    }
    changes = []
    for duty in duties:
        if duty.key not in versions:
            # The rule file is gone; what it once asked is still owed.
            continue
        before, verdict = _shown(duty), duty.verdict
        rule = in_force(versions[duty.key], triggers, otherwise=incident.reported_at)
        _apply(duty, rule, triggers, circumstances)
        reopened = duty.state == Duty.State.WITHDRAWN and verdict != duty.verdict == Verdict.APPLIES
        if reopened:
            _open_again(duty)
        after = _shown(duty)
        if before == after:
            continue
        duty.save()
        kind = DutyEvent.Kind.REOPENED if reopened else DutyEvent.Kind.RECOMPUTED
        differing = {name: [before[name], after[name]] for name in _SHOWN if before[name] != after[name]}
        write_events([(duty, differing)], kind, act)
        changes.append(DutyChange(duty.reference, duty.key, before, after))
    return tuple(changes)


def effective_due(duty: Duty) -> datetime | None:
    """Return when the clock of a duty runs out: the earlier of rule and person, and never before a delay ends.

    A delay that ends starts no new period: what it held back is due at once.
    """
    dates = [date for date in (duty.due_by_rule, duty.due_by_person) if date]
    due = min(dates) if dates else None
    if duty.delay is None:
        return due
    return max(due, duty.delay.until) if due else duty.delay.until


def write_events(changed: list[tuple[Duty, dict[str, Any]]], kind: DutyEvent.Kind, act: Act) -> None:
    """Write one event for each duty."""
    fields = ("duty", "kind", "at", "actor", "reason", "detail")
    rows = [(duty.pk, kind.value, act.now, act.actor, act.reason, detail) for duty, detail in changed]
    insert_rows(DutyEvent, fields, rows)


def _apply(duty: Duty, rule: DutyRule, triggers: dict[str, datetime], circumstances: Circumstances) -> None:
    due = due_at(rule, triggers)
    assessed = assess(rule.conditions, circumstances, place=rule.place.code)
    duty.rule, duty.rule_version = rule.identity, rule.version
    duty.told, duty.recipients = ", ".join(rule.told), list(rule.told)
    duty.citation, duty.verification = rule.citation, rule.status.value
    duty.verdict, duty.verdict_reason = assessed.verdict.value, assessed.reason
    duty.trigger, duty.triggered_at = rule.trigger.value, triggers.get(rule.trigger.value)
    duty.period_text, duty.due_reason = rule.period_text, due.reason
    duty.due_by_rule = due.at
    duty.due_at = effective_due(duty)


def _open_again(duty: Duty) -> None:
    duty.state = Duty.State.OPEN
    duty.settled_at = duty.done_at = duty.settled_while_unverified = None
    duty.settled_by = duty.what_was_done = duty.proof = ""


def _shown(duty: Duty) -> dict[str, str | None]:
    values = {name: getattr(duty, name) for name in _SHOWN}
    return {
        n: v.isoformat() if isinstance(v, datetime) else str(v) if v is not None else None
        for n, v in values.items()
    }
