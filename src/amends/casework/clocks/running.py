"""Which clocks of an incident run now: its duties, its measures by kind and due time, its people who are not told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from amends.casework.clocks.marks import UNDATED_AFTER, UNTOLD_AFTER, Clock, Mark, marks_between
from amends.ledger.models import AffectedPerson, Duty, Incident, Remedy
from amends.remedy.workflow_table import final_states

UNTOLD = "untold"


def running_clocks(incident: Incident) -> Iterator[Clock]:
    """Yield every clock of an incident that has not been stopped by what was done. Names and counts nobody twice."""
    yield from _duty_clocks(incident)
    yield from _remedy_clocks(incident)
    yield from _untold_clock(incident)


def overdue(incident: Incident, *, now: datetime) -> dict[str, int]:
    """Return subject → how many are open although their time is over."""
    duties = Duty.objects.filter(incident=incident, state=Duty.State.OPEN, due_at__lte=now)
    found = {f"duty:{duty.key}": 1 for duty in duties}
    late = unfinished_remedies(incident).filter(due_at__lte=now).values("kind", "entitlement")
    for group in late.order_by("kind", "entitlement").annotate(open=Count("id")):
        found[f"remedy:{group['kind']}:{group['entitlement']}"] = group["open"]
    return found


def unfinished_remedies(incident: Incident) -> QuerySet[Remedy]:
    """Return the measures that somebody still has to take; a hold that is in force is where it should be."""
    unfinished = Q(pk__in=())
    for kind, finals in final_states().items():
        if kind != Remedy.Kind.HOLD:
            unfinished |= Q(kind=kind) & ~Q(state__in=finals)
    return Remedy.objects.filter(unfinished, incident=incident)


def untold_people(incident: Incident) -> QuerySet[AffectedPerson]:
    """Return those for whom no delivery of a notice is proven, neither to them nor to who stands for them."""
    delivered = Remedy.objects.filter(
        person=OuterRef("pk"),
        kind=Remedy.Kind.NOTICE,
        addressee__in=("person", "representative"),
        state="delivered",
    )
    return AffectedPerson.objects.filter(~Exists(delivered), incident=incident)


def _duty_clocks(incident: Incident) -> Iterator[Clock]:
    for duty in Duty.objects.filter(incident=incident, state=Duty.State.OPEN):
        subject = f"duty:{duty.key}"
        if duty.due_at:
            start = duty.triggered_at or incident.reported_at
            yield Clock(subject, duty.due_at, marks_between(start, duty.due_at), 1)
        else:
            since = incident.opened_at
            yield Clock(subject, since, (Mark("undated", since + UNDATED_AFTER),), 1)


def _remedy_clocks(incident: Incident) -> Iterator[Clock]:
    groups = (
        unfinished_remedies(incident)
        .filter(due_at__isnull=False)
        .order_by("kind", "entitlement", "due_at")
        .values("kind", "entitlement", "due_at")
        .annotate(open=Count("id"), begun=Min("created_at"))
    )
    for group in groups:
        subject = f"remedy:{group['kind']}:{group['entitlement']}"
        due = group["due_at"]
        assert due is not None
        yield Clock(subject, due, marks_between(group["begun"], due), group["open"])


def _untold_clock(incident: Incident) -> Iterator[Clock]:
    # Nobody can be told before it is known who it is; that this takes too long must be heard all the same.
    waiting = incident.rows if incident.identified_at is None else untold_people(incident)
    untold = waiting.count()
    if untold or incident.population_held_at is None:
        since = incident.reported_at
        marks = tuple(Mark(f"untold_{days}_days", since + timedelta(days=days)) for days in UNTOLD_AFTER)
        yield Clock(UNTOLD, since, marks, untold)
