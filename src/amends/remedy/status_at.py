"""A person's status at an instant, as one expression over the recorded episodes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from amends.ledger.models import StatusEpisode

UNKNOWN: Final = "unknown"


def status_at(instant: datetime, person: str, *, known_at: datetime | None = None) -> Coalesce:
    """Return the status at ``instant`` of the person whose key the outer query has under ``person``.

    Where episodes overlap, the one that began last holds; where there is none, the status is unknown.
    ``known_at`` asks for what was known then instead of what is known now.
    """
    episodes = StatusEpisode.objects.filter(
        Q(begins_at=None) | Q(begins_at__lte=instant),
        Q(ends_at=None) | Q(ends_at__gt=instant),
        _known(known_at),
        person=OuterRef(person),
    ).order_by(F("begins_at").desc(nulls_last=True), "-id")
    return Coalesce(
        Subquery(episodes.values("status")[:1]), Value(UNKNOWN), output_field=CharField(max_length=20)
    )


def _known(known_at: datetime | None) -> Q:
    if known_at is None:
        return Q(superseded_by=None)
    not_yet = Q(superseded_by=None) | Q(superseded_by__recorded_at__gt=known_at)
    return Q(reading__recorded_at__lte=known_at) & not_yet
