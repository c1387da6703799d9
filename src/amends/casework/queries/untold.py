"""Who has not been told yet, oldest first, by count and reference alone (R35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from amends.casework.clocks.running import untold_people
from amends.ledger.models import Incident, LeakedRow, Remedy


@dataclass(frozen=True, slots=True)
class UntoldPerson:
    """One person without a proven notice. Neither name nor row."""

    notice: str
    """Reference of the notice owed; empty where none is planned yet."""
    state: str
    owed_since: datetime


@dataclass(frozen=True, slots=True)
class UntoldPeople:
    """How many are not told, for how long, and the oldest of them."""

    total: int
    """People without a proven notice; before they are identified, the rows of the file."""
    identified: bool
    age: timedelta
    """Since the first report, which is how long the oldest has waited."""
    oldest: tuple[UntoldPerson, ...]

    def is_alarming(self, after: timedelta) -> bool:
        """Return whether somebody is untold for longer than ``after``."""
        return self.total > 0 and self.age > after


def list_untold(incident: Incident, *, now: datetime, limit: int) -> UntoldPeople:
    """Return who is not told; everyone counts whose notice is not proven delivered."""
    incident = Incident.objects.get(pk=incident.pk)
    age = now - incident.reported_at
    if incident.identified_at is None:
        return UntoldPeople(LeakedRow.objects.filter(incident=incident).count(), False, age, ())
    people = untold_people(incident)
    notices = Remedy.objects.filter(
        person=OuterRef("pk"), kind=Remedy.Kind.NOTICE, addressee="person"
    ).order_by("id")
    listed = people.annotate(
        notice=Subquery(notices.values("pk")[:1]),
        notice_state=Subquery(notices.values("state")[:1]),
        since=Coalesce(Min("remedies__created_at"), incident.identified_at),
    ).order_by("since", "pk")
    oldest = tuple(
        UntoldPerson(
            # As `Remedy.reference` writes it, for a notice.
            notice=f"N-{person['notice']:06d}" if person["notice"] else "",
            state=person["notice_state"] or "no notice planned",
            owed_since=person["since"],
        )
        for person in listed.values("notice", "notice_state", "since")[:limit]
    )
    return UntoldPeople(people.count(), True, age, oldest)
