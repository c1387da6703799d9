"""Writes and moves the terms of holds, set-based; every function runs in its caller's transaction.

What a hold's end depends on is recorded when it is placed. The earliest end is worked out from the record of
deliveries whenever one is added, by one reading and one writing for all the holds of all the persons concerned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from amends.ledger.bulk import in_chunks
from amends.ledger.models import Delivery, HoldTerm, Incident, Remedy
from amends.ledger.models.hold_term import PERSON_CONDITIONS, POPULATION_CONDITIONS

TOLD = ("person", "representative", "guardian", "next_of_kin")
"""Addressees whose notices a hold waits for."""
WITHDRAWN = "withdrawn"
DELIVERED = "delivered"
"""The one state of a notice that counts: one that was withheld or given up told nobody."""
_WHOLE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """What the end of one hold depends on, as the ledger has it now."""

    hold: int
    state: str
    person: int | None
    names_nobody: bool
    """Whether its row was judged to name nobody."""
    conditions: frozenset[str]
    """Empty for a hold without a term, which does not end."""
    begins_at: datetime | None
    waiting_days: int
    not_before: datetime | None
    told: bool
    """Whether every notice to the person, and to a representative where there is one, is proven delivered."""
    last_delivery: datetime | None
    review_open: bool

    @property
    def waiting_ends_at(self) -> datetime | None:
        """When the waiting time will have passed; None while notice is not proven delivered.

        So many whole days after the day of the last delivery, or of the placing where that is later. The day of
        the delivery itself does not count, wherever on Earth it was handed over: hence one day more.
        """
        if not self.told or self.last_delivery is None or self.begins_at is None:
            return None
        begins = max(self.last_delivery, self.begins_at)
        return begins + timedelta(days=self.waiting_days) + _WHOLE_DAY

    @property
    def earliest_end_at(self) -> datetime | None:
        """The later of the end of the waiting time and what a decision extended the hold to."""
        ends = self.waiting_ends_at
        return ends if ends is None or self.not_before is None else max(ends, self.not_before)


def write_terms(incident: Incident, *, waiting_days: int, now: datetime) -> int:
    """Give a term to every hold of the incident that has none yet, in one statement; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_holdterm (hold_id, begins_at, waiting_days, conditions, ended_because, version)
               SELECT m.id, %s, %s, CASE WHEN m.row_id IS NULL THEN %s ELSE %s END, '', 1
               FROM ledger_remedy m
               WHERE m.incident_id = %s AND m.kind = 'hold'
               ON CONFLICT DO NOTHING""",
            [
                connection.ops.adapt_datetimefield_value(now),
                waiting_days,
                " ".join(PERSON_CONDITIONS),
                " ".join(POPULATION_CONDITIONS),
                incident.pk,
            ],
        )
        return int(cursor.rowcount)


def lengthen_terms(incident: Incident, waiting_days: Mapping[str, int]) -> int:
    """Let the holds in force of each entitlement wait at least so many days; return how many wait longer now.

    A term is never shortened: what somebody was promised when they were told stands.
    """
    moved = 0
    for entitlement, days in waiting_days.items():
        holds = Remedy.objects.filter(
            incident=incident, kind=Remedy.Kind.HOLD, entitlement=entitlement, state="in_force"
        )
        shorter = HoldTerm.objects.filter(hold__in=holds.values("id"), waiting_days__lt=days)
        longer = shorter.update(waiting_days=days, version=F("version") + 1)
        if longer:
            refresh_earliest_ends(holds)
        moved += longer
    return moved


def hold_facts(holds: QuerySet[Remedy], *, unfinished_reviews: Q) -> Iterator[HoldFacts]:
    """Yield what the end of each of these holds depends on: one statement, whatever their number.

    ``unfinished_reviews`` picks the reviews that are not in a final state.
    """
    # By the person alone, who belongs to one incident: asked for the incident too, SQLite walks all of its notices for
    # each hold.
    about = Remedy.objects.filter(person=OuterRef("person_id"))
    # A notice that is no longer called for is none that anybody waits for.
    notices = about.filter(kind=Remedy.Kind.NOTICE, addressee__in=TOLD).exclude(state=WITHDRAWN)
    to_representative = notices.filter(addressee="representative")
    deliveries = Delivery.objects.filter(
        notice__person=OuterRef("person_id"),
        notice__kind=Remedy.Kind.NOTICE,
        notice__addressee__in=TOLD,
        fate=Delivery.Fate.DELIVERED,
    )
    told = (
        Exists(notices.filter(addressee="person"))
        & ~Exists(notices.exclude(state=DELIVERED))
        & (Q(person__representative__isnull=True) | Exists(to_representative))
    )
    rows = (
        holds.filter(kind=Remedy.Kind.HOLD)
        .order_by("id")
        .annotate(
            told=told,
            last_delivery=Subquery(deliveries.order_by("-at").values("at")[:1]),
            review_open=Exists(about.filter(unfinished_reviews, kind=Remedy.Kind.REVIEW)),
            outcome=F("row__outcome"),
        )
        .values_list(
            "id",
            "state",
            "person_id",
            "outcome",
            "term__conditions",
            "term__begins_at",
            "term__waiting_days",
            "term__not_before",
            "told",
            "last_delivery",
            "review_open",
        )
    )
    for hold, state, person, outcome, conditions, begins, days, not_before, *rest in rows:
        yield HoldFacts(
            hold,
            state,
            person,
            outcome == "refused" and not person,
            frozenset((conditions or "").split()),
            begins,
            days or 0,
            not_before,
            bool(rest[0]),
            rest[1],
            bool(rest[2]),
        )


def refresh_earliest_ends(holds: QuerySet[Remedy]) -> int:
    """Work out the earliest end of these holds anew, and write those that moved; return how many did."""
    stored = dict(
        HoldTerm.objects.filter(hold__in=holds.order_by().values("id")).values_list(
            "hold_id", "earliest_end_at"
        )
    )
    changes = [
        (facts.earliest_end_at, facts.hold)
        for facts in hold_facts(holds, unfinished_reviews=Q(pk__in=()))
        if facts.hold in stored and stored[facts.hold] != facts.earliest_end_at
    ]
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ledger_holdterm SET earliest_end_at = %s, version = version + 1 WHERE hold_id = %s",
            [(None if ends is None else adapt(ends), hold) for ends, hold in changes],
        )
    return len(changes)


def refresh_for_persons(persons: Sequence[int]) -> int:
    """Work out the earliest end of every hold of these persons anew; return how many moved."""
    return sum(
        refresh_earliest_ends(Remedy.objects.filter(kind=Remedy.Kind.HOLD, person__in=keys))
        for keys in in_chunks(persons)
    )
