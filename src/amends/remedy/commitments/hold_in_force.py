"""No barred action against anyone whose hold was in force when the action was taken (R24)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery

from amends.ledger.models import HoldEvent, Incident, Remedy
from amends.remedy.commitments.interface import Commitment, CommitmentRule


def _broken(commitment: Commitment, incident: Incident) -> Exists:
    """The last thing that had happened to the hold by then was not its lifting.

    What is not surely the end of a hold does not end it: events that this rule does not know leave it in force. An
    action at the very instant of the placing is taken for one after it.
    """
    last = HoldEvent.objects.filter(hold=OuterRef("pk"), at__lte=OuterRef(OuterRef("action__at")))
    of_subject = Q(row=OuterRef("row")) | Q(row__isnull=True, person=OuterRef("row__person"))
    holds = (
        Remedy.objects.filter(
            of_subject,
            incident=incident,
            kind=Remedy.Kind.HOLD,
            entitlement=commitment.name,
            barred_action=commitment.barred_action,
        )
        .annotate(stood=Subquery(last.order_by("-at", "-id").values("event")[:1]))
        .filter(stood__isnull=False)
        .exclude(stood=HoldEvent.Event.LIFTED)
    )
    return Exists(holds)


PLUGIN = CommitmentRule(
    name="hold_in_force",
    title="No barred action under a hold",
    broken=_broken,
    why="{action} while a hold that bars it was in force",
)
