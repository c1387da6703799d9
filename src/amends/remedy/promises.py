"""What a playbook promises in public, as commitments that can be checked; and the check itself (R27)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.db.models import DateTimeField, Exists, F, Min, OuterRef, Value

from amends.ledger.bulk import insert_select
from amends.ledger.models import ActionSubject, Breach, Incident
from amends.remedy.breach_case import BREACH
from amends.remedy.cohorts import members
from amends.remedy.commitment_rules import commitment_rules
from amends.remedy.commitments.interface import Commitment
from amends.remedy.planning import triggers
from amends.remedy.playbook import Playbook
from amends.vocabulary.errors import UsageError

_LONGEST_NAME: Final = 60
"""Characters for which the ledger has room."""


def commitments_of(playbook: Playbook) -> tuple[Commitment, ...]:
    """Return every promise of a playbook: each hold, the waiting time after notice, and what was said in public."""
    hold = playbook.population_hold
    said = {(item.rule, item.barred_action) for item in playbook.commitments}
    holds = [
        Commitment(item.entitlement, item.sentences.get("en", ""), "hold_in_force", item.barred_action)
        for item in hold.each()
    ]
    holds += [
        Commitment(item.name, item.sentences.get("en", ""), "hold_in_force", item.barred_action)
        for item in playbook.entitlements
        if item.kind == "hold"
    ]
    waiting = [
        Commitment(
            f"waiting_{action}"[:_LONGEST_NAME],
            hold.earliest_end,
            "waiting_period",
            action,
            waiting_days=hold.waiting_days,
        )
        for action in hold.barred_actions
        if hold.waiting_days and ("waiting_period", action) not in said
    ]
    declared = [
        Commitment(
            item.name,
            item.sentences.get("en", ""),
            item.rule,
            item.barred_action,
            item.cohort,
            item.since,
            hold.waiting_days,
        )
        for item in playbook.commitments
    ]
    return (*holds, *waiting, *declared)


def find_breaches(commitment: Commitment, *, incident: Incident, playbook: Playbook, now: datetime) -> int:
    """Open a case for every action that broke the commitment and has none yet, in one statement; return how many.

    Raises `UsageError` ``commitment-rule-unknown``: a promise that nobody checks would look kept.
    """
    rule = commitment_rules().get(commitment.rule)
    if rule is None:
        raise UsageError(
            "commitment-rule-unknown",
            f"commitment {commitment.name!r} is checked by a rule that does not exist",
            hint=f"the rules are: {', '.join(commitment_rules())}",
            where=playbook.name,
        )
    since = _stands_since(commitment, incident)
    if since is None:
        return 0
    already = Breach.objects.filter(
        action=OuterRef("action"), incident=OuterRef("incident"), commitment=commitment.name
    )
    subjects = ActionSubject.objects.filter(
        ~Exists(already),
        rule.broken(commitment, incident),
        incident=incident,
        action__kind=commitment.barred_action,
        action__at__gte=since,
    )
    if commitment.cohort:
        promised = members(playbook.cohort(commitment.cohort), incident).filter(pk=OuterRef("row__person"))
        subjects = subjects.filter(Exists(promised))
    # A person whom several rows name has one action taken against them once.
    once = subjects.order_by().values("action_id", "incident_id").annotate(first_row=Min("row_id"))
    return insert_select(
        Breach,
        {
            "action": F("action_id"),
            "incident": F("incident_id"),
            "row": F("first_row"),
            "commitment": Value(commitment.name),
            "rule": Value(commitment.rule),
            "why": Value(rule.says(commitment)),
            "state": Value(BREACH.initial),
            "found_at": Value(now, output_field=DateTimeField()),
        },
        once,
    )


def _stands_since(commitment: Commitment, incident: Incident) -> datetime | None:
    """Return the instant from which a promise stands; None while it does not yet."""
    known = {**triggers(incident), "population_held_at": incident.population_held_at}
    if commitment.since in known:
        return known[commitment.since]
    if commitment.since:
        instant = datetime.fromisoformat(commitment.since)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    # A hold begins by its own events; a promise without a date stands from the moment everyone is held.
    return incident.exposed_from if commitment.rule == "hold_in_force" else incident.population_held_at
