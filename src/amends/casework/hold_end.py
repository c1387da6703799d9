"""May this hold end? Only on proof: notice delivered, waiting time passed, reviews done (R25)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from amends.ledger.models import Delivery, Remedy
from amends.remedy.playbook import load_playbook
from amends.remedy.statemachine import WITHDRAWN
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError


def check_hold_may_end(holds: Sequence[Remedy], *, now: datetime) -> None:
    """Raise `RefusalError` ``hold-not-ended``, naming the first reason, unless every hold may end at ``now``."""
    for hold in holds:
        reason = _why_not(hold, now)
        if reason:
            raise RefusalError(
                "hold-not-ended",
                f"hold {hold.reference} stays: {reason}",
                hint=f"it ends when: {hold.end_condition}",
            )


def _why_not(hold: Remedy, now: datetime) -> str:
    if hold.person_id is None:
        return "nobody knows yet whom it protects"
    others = Remedy.objects.filter(incident=hold.incident_id, person=hold.person_id)
    notices = others.filter(kind=Remedy.Kind.NOTICE, addressee__in=("person", "representative")).exclude(
        state=WITHDRAWN
    )
    if not notices.exists() or notices.exclude(state="delivered").exists():
        return "notice to the person is not proven delivered"
    delivered = Delivery.objects.filter(notice__in=notices, fate=Delivery.Fate.DELIVERED)
    last = delivered.aggregate(last=Max("at"))["last"]
    waiting = timedelta(days=load_playbook(hold.incident.playbook).population_hold.waiting_days)
    if last is None or now < last + waiting:
        return f"{waiting.days} days have not passed since notice was delivered"
    reviews = others.filter(kind=Remedy.Kind.REVIEW)
    if reviews.exclude(state__in=workflow_of("review").finals).exists():
        return "a review of the person is not finished"
    return ""
