"""No opposition to a motion to reopen: each filing breaks the promise, whatever became of the motion (R27)."""

from __future__ import annotations

from django.db.models import Q

from amends.ledger.models import Incident
from amends.remedy.commitments.interface import Commitment, CommitmentRule


def _broken(_commitment: Commitment, _incident: Incident) -> Q:
    """Kind of filing, cohort and instant have been asked already; nothing else can excuse it."""
    return Q(action__isnull=False)


PLUGIN = CommitmentRule(
    name="motion_not_opposed",
    title="No opposition to a motion to reopen",
    broken=_broken,
    why="{action} although it was promised that none would be filed",
)
