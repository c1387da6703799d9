"""An action that was promised not to be taken at all: each one breaks the promise, whatever became of it (R27)."""

from __future__ import annotations

from django.db.models import Q

from amends.ledger.models import Incident
from amends.remedy.commitments.interface import Commitment, CommitmentRule


def _broken(_commitment: Commitment, _incident: Incident) -> Q:
    """Kind of action, cohort and instant have been asked already; nothing else can excuse it."""
    return Q(action__isnull=False)


PLUGIN = CommitmentRule(
    name="never",
    title="The action is not taken at all",
    broken=_broken,
    why="{action} although it was promised that none would be taken",
)
