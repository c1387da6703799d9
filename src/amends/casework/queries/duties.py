"""The duties of an incident for those who work through them: state, clock, warnings, delay and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.casework.clocks.marks import marks_between
from amends.jurisdictions.duty_rule import DutyRule
from amends.jurisdictions.rules import load_rules
from amends.ledger.models import Duty, DutyEvent, Incident


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of a duty."""

    at: datetime
    kind: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListedDuty:
    """One duty with everything that a person needs to decide about it."""

    reference: str
    key: str
    rule: str
    """With the version that was law when the trigger happened."""
    title: str
    told: tuple[str, ...]
    state: str
    """``open``, ``overdue``, ``done``, ``done_late`` or ``withdrawn_by_person``."""
    verdict: str
    verdict_reason: str
    trigger: str
    triggered_at: datetime | None
    period: str
    due_at: datetime | None
    due_reason: str
    warnings: tuple[tuple[str, datetime], ...]
    """Mark of the clock → when it goes off."""
    delayed_until: datetime | None
    content: tuple[str, ...]
    must_not: tuple[str, ...]
    citation: str
    verification: str
    done_at: datetime | None
    settled_by: str
    settled_while_unverified: bool | None
    history: tuple[HistoryLine, ...]


def list_duties(incident: Incident, *, now: datetime) -> tuple[ListedDuty, ...]:
    """Return the duties, those with the earliest end first and those that wait for a person's date behind them."""
    rules = {rule.identity: rule for rule in load_rules()}
    events: dict[int, list[DutyEvent]] = {}
    for event in DutyEvent.objects.filter(duty__incident=incident):
        events.setdefault(event.duty_id, []).append(event)
    duties = Duty.objects.filter(incident=incident).select_related("delay")
    ordered = sorted(duties, key=lambda duty: (duty.due_at is None, duty.due_at or now, duty.rule))
    return tuple(_listed(duty, rules.get(duty.rule), events.get(duty.pk, ()), now) for duty in ordered)


def state_of(duty: Duty, *, now: datetime) -> str:
    """Return the state as of ``now``: overdue is what the clock says and stands in no column."""
    if duty.state == Duty.State.OPEN and duty.due_at and duty.due_at <= now:
        return "overdue"
    if duty.state == Duty.State.DONE and duty.due_at and duty.done_at and duty.done_at > duty.due_at:
        return "done_late"
    return duty.state


def _listed(duty: Duty, rule: DutyRule | None, events: Sequence[DutyEvent], now: datetime) -> ListedDuty:
    start = duty.triggered_at or duty.incident.reported_at
    marks = marks_between(start, duty.due_at) if duty.due_at and duty.state == Duty.State.OPEN else ()
    return ListedDuty(
        reference=duty.reference,
        key=duty.key,
        rule=duty.rule,
        title=rule.title if rule else duty.name.replace("_", " "),
        told=tuple(duty.recipients) or (duty.told,),
        state=state_of(duty, now=now),
        verdict=duty.verdict,
        verdict_reason=duty.verdict_reason,
        trigger=duty.trigger,
        triggered_at=duty.triggered_at,
        period=duty.period_text,
        due_at=duty.due_at,
        due_reason=duty.due_reason,
        warnings=tuple((mark.name, mark.at) for mark in marks),
        delayed_until=duty.delay.until if duty.delay else None,
        content=rule.content if rule else (),
        must_not=rule.must_not if rule else (),
        citation=duty.citation,
        verification=duty.verification,
        done_at=duty.done_at,
        settled_by=duty.settled_by,
        settled_while_unverified=duty.settled_while_unverified,
        history=tuple(HistoryLine(e.at, e.kind, e.actor, e.reason) for e in events),
    )
