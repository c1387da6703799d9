"""Checks every tied action against every promise, as the ledger stood at the action's instant (R27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from amends.casework.actions.recording import renew_fingerprints, tie_actions_to_rows
from amends.ledger.models import Action, Breach, Incident
from amends.remedy.breach_case import BREACH
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.promises import commitments_of, find_breaches


@dataclass(frozen=True, slots=True)
class FoundBreaches:
    """What the check found, and what stands."""

    concerning: int
    """Actions that concern somebody in an incident."""
    new: dict[str, dict[str, int]]
    """Incident → commitment → breaches found now."""
    unacknowledged: int
    """Breaches, new and old, of which nobody has taken note yet: the alarm rings until somebody does."""

    @property
    def new_count(self) -> int:
        """Breaches found now."""
        return sum(count for found in self.new.values() for count in found.values())


def check_all(*, now: datetime) -> FoundBreaches:
    """Tie and check all actions of the ledger: one statement for the ties, one for each promise of each incident.

    Incidents that are closed are checked like the others: harm after the end is harm.
    """
    renew_fingerprints()
    tie_actions_to_rows()
    concerned = Incident.objects.filter(action_subjects__isnull=False).distinct().order_by("id")
    new: dict[str, dict[str, int]] = {}
    for incident in concerned:
        playbook = playbook_on_record(incident)
        found = {
            commitment.name: count
            for commitment in commitments_of(playbook)
            if (count := find_breaches(commitment, incident=incident, playbook=playbook, now=now))
        }
        if found:
            new[incident.reference] = found
    return FoundBreaches(
        concerning=Action.objects.filter(subjects__isnull=False).distinct().count(),
        new=new,
        unacknowledged=Breach.objects.filter(state=BREACH.initial).count(),
    )


def incident_of(found: FoundBreaches) -> str:
    """Return the incident under which the journal files a check: the only one with new breaches, or none."""
    return next(iter(found.new)) if len(found.new) == 1 else ""
