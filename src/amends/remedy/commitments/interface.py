"""What a rule of commitments is: a condition over reported actions, asked of all of them in one statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, Q

from amends.ledger.models import Incident


@dataclass(frozen=True, slots=True)
class Commitment:
    """One promise of a playbook, ready to be checked."""

    name: str
    """Name of the commitment; of the entitlement, where it is a hold."""
    text: str
    """What was promised, in words."""
    rule: str
    """Name of the plug-in that checks it."""
    barred_action: str
    cohort: str = ""
    """Cohort of the playbook to which it was promised; empty: everyone in the file."""
    since: str = ""
    """Name of a timestamp of the incident, or an ISO 8601 instant; empty: the population's hold."""
    waiting_days: int = 0


@dataclass(frozen=True, slots=True)
class CommitmentRule:
    """Decides whether actions broke a promise, as the ledger stood at each action's instant."""

    name: str
    title: str
    broken: Callable[[Commitment, Incident], Q | Exists]
    """Condition over `ActionSubject` under which the action broke the promise. Kind of action, cohort and the instant
    from which the promise stood have been asked already."""
    why: str
    """What a breach says; ``{action}`` and ``{days}`` stand for the action and the waiting days."""

    def says(self, commitment: Commitment) -> str:
        """Return why an action breaks this commitment, in words."""
        action = commitment.barred_action.replace("_", " ")
        return self.why.format(action=action, days=commitment.waiting_days)
