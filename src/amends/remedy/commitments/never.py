"""What was promised never to be done: every action of its kind breaks the promise while it stands (R27)."""

from __future__ import annotations

from django.db.models import Q

from amends.ledger.models import Incident
from amends.remedy.commitments.interface import Commitment, CommitmentRule


def _broken(_commitment: Commitment, _incident: Incident) -> Q:
    """Kind of action, cohort and instant have been asked already; no proof and no review excuses it."""
    return Q(action__isnull=False)


PLUGIN = CommitmentRule(
    name="never",
    title="Never, while the promise stands",
    broken=_broken,
    why="{action} although it was promised that it would not happen at all",
)
