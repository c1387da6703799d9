"""Telling somebody of firings, so that one that nobody was told of is told again.

A firing is recorded exactly once. Telling cannot be: a program can die between writing a line to a terminal and
noting that it did. So a run claims what it is about to tell, tells, and confirms; what was claimed and not
confirmed is claimed again after a while, and its line then says that it may have been told before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from amends.ledger.bulk import in_chunks
from amends.ledger.models import ClockFiring

CLAIM_LASTS: Final = timedelta(minutes=10)
_AT_MOST: Final = 1000


def claim_untold(*, now: datetime) -> list[ClockFiring]:
    """Return the firings that nobody has been told of and that no other run is telling, claimed for this one."""
    with transaction.atomic():
        waiting = ClockFiring.objects.select_for_update(skip_locked=False, of=("self",)).filter(
            Q(claimed_at__isnull=True) | Q(claimed_at__lte=now - CLAIM_LASTS), told_at__isnull=True
        )
        found = list(waiting.select_related("incident")[:_AT_MOST])
        for piece in in_chunks([firing.pk for firing in found]):
            ClockFiring.objects.filter(pk__in=piece).update(claimed_at=now, tellings=F("tellings") + 1)
    for firing in found:
        firing.tellings += 1
    return found


def confirm_told(firings: Sequence[ClockFiring], *, now: datetime) -> None:
    """Note that these were told."""
    for piece in in_chunks([firing.pk for firing in firings]):
        ClockFiring.objects.filter(pk__in=piece, told_at__isnull=True).update(told_at=now)
