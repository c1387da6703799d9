"""No barred action before so many days have passed since notice to the person was proven delivered (R25)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Value

from amends.ledger.models import Delivery, Incident
from amends.remedy.commitments.interface import Commitment, CommitmentRule


def _broken(commitment: Commitment, incident: Incident) -> Q:
    """No notice to the person had been delivered so many days before the action."""
    long_enough = (
        Delivery.objects.filter(
            notice__incident=incident,
            notice__addressee="person",
            notice__person=OuterRef("row__person"),
            fate=Delivery.Fate.DELIVERED,
        )
        .annotate(
            waited=ExpressionWrapper(
                F("at") + Value(timedelta(days=commitment.waiting_days)), output_field=DateTimeField()
            )
        )
        .filter(waited__lte=OuterRef("action__at"))
    )
    return Q(row__person__isnull=True) | ~Q(Exists(long_enough))


PLUGIN = CommitmentRule(
    name="waiting_period",
    title="No action before the waiting time has passed",
    broken=_broken,
    why="{action} before {days} days had passed since the person was told",
)
