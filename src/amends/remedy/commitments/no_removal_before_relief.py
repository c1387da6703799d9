"""No removal before every review that the person is owed has come to its end (R27)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery

from amends.ledger.models import Incident, Remedy, ReviewEvent
from amends.remedy.commitments.interface import Commitment, CommitmentRule


def _broken(_commitment: Commitment, incident: Incident) -> Q:
    """A review of the person was not closed by then, or nobody knew by whom the row was owed one.

    A review planned only later was owed already, so that it counts as not closed. One that the plan withdrew
    (the person has been released, say) is owed no more.
    """
    last = ReviewEvent.objects.filter(remedy=OuterRef("pk"), at__lte=OuterRef(OuterRef("action__at")))
    unfinished = (
        Remedy.objects.filter(incident=incident, kind=Remedy.Kind.REVIEW, person=OuterRef("row__person"))
        .exclude(state="withdrawn")
        .annotate(stood_closed=Subquery(last.order_by("-at", "-id").values("closed")[:1]))
        .filter(Q(stood_closed__isnull=True) | Q(stood_closed=False))
    )
    return Q(row__person__isnull=True) | Q(Exists(unfinished))


PLUGIN = CommitmentRule(
    name="no_removal_before_relief",
    title="No removal before relief",
    broken=_broken,
    why="{action} before every review of the person had ended",
)
