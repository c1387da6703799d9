"""What a playbook promises in public, as commitments that can be checked; and the check itself (R27)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Exists, F, Min, OuterRef, Value

from amends.ledger.bulk import insert_select
from amends.ledger.models import ActionSubject, Breach, Incident
from amends.remedy.breach_case import BREACH
from amends.remedy.cohorts import members
from amends.remedy.commitments.interface import Commitment, CommitmentRule
from amends.remedy.planning import triggers
from amends.remedy.playbook import Playbook
from amends.vocabulary.errors import UsageError
from amends.vocabulary.plugins import load_plugins


def rules() -> dict[str, CommitmentRule]:
    """Return name → rule, from the plug-ins in `amends.remedy.commitments`."""
    return {rule.name: rule for rule in load_plugins("amends.remedy.commitments").values()}


def commitments_of(playbook: Playbook) -> tuple[Commitment, ...]:
    """Return every promise of a playbook: each hold, and the commitments that it lists or, where it lists none,
    those that follow from its holds."""
    listed: tuple[Any, ...] = getattr(playbook, "commitments", ())
    declared = tuple(
        Commitment(
            name=item.name,
            text=item.sentences.get("en", ""),
            rule=item.rule,
            barred_action=item.barred_action,
            cohort=item.cohort,
            since=item.since,
        )
        for item in listed
    )
    return (*_holds(playbook), *_waiting(playbook), *(declared or _implied(playbook)))


def _holds(playbook: Playbook) -> tuple[Commitment, ...]:
    hold: Any = playbook.population_hold
    # A population hold that bars several actions is a hold for each of them.
    each = hold.each() if hasattr(hold, "each") else (hold,)
    every = [(item.entitlement, item.sentences, item.barred_action) for item in each]
    every += [
        (item.name, item.sentences, item.barred_action)
        for item in playbook.entitlements
        if item.kind == "hold"
    ]
    return tuple(
        Commitment(name, sentences.get("en", ""), "hold_in_force", action)
        for name, sentences, action in every
    )


def _waiting(playbook: Playbook) -> tuple[Commitment, ...]:
    hold = playbook.population_hold
    if not hold.waiting_days:
        return ()
    name, days = "waiting_period", hold.waiting_days
    return (Commitment(name, hold.earliest_end, name, hold.barred_action, waiting_days=days),)


def _implied(playbook: Playbook) -> tuple[Commitment, ...]:
    hold = playbook.population_hold
    relief = Commitment("no_removal_before_relief", hold.authority, "no_removal_before_relief", "removal")
    filings = tuple(
        Commitment(
            f"{item.name}_promised"[:60],
            item.authority,
            "no_opposition_to_reopening",
            item.barred_action,
            item.cohort,
        )
        for item in playbook.entitlements
        if item.kind == "hold" and item.barred_action.startswith("opposition")
    )
    return (*((relief,) if hold.barred_action == "removal" else ()), *filings)


def find_breaches(commitment: Commitment, *, incident: Incident, playbook: Playbook, now: datetime) -> int:
    """Open a case for every action that broke the commitment and has none yet, in one statement; return how many.

    Raises `UsageError` ``commitment-rule-unknown``: a promise that nobody checks would look kept.
    """
    rule = rules().get(commitment.rule)
    if rule is None:
        raise UsageError(
            "commitment-rule-unknown",
            f"commitment {commitment.name!r} is checked by a rule that does not exist",
            hint=f"the rules are: {', '.join(rules())}",
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
