"""Those who are to be brought back, and those who have fallen silent: where each stands, and what comes next (R28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from amends.ledger.models import Incident, Recheck, Remedy


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One help to return; names nobody."""

    reference: str
    state: str
    traces: int
    contacts: int
    recheck_on: date | None
    """While the person is silent: when somebody looks again."""
    due: datetime | None


@dataclass(frozen=True, slots=True)
class RecheckLine:
    """One who has fallen silent and is to be looked at again."""

    reference: str
    kind: str
    on: date
    due: bool
    reason: str


def return_lines(incident: Incident) -> tuple[ReturnLine, ...]:
    """Return every help to return of the incident, with its recorded attempts."""
    returns = (
        Remedy.objects.filter(incident=incident, kind=Remedy.Kind.RETURN)
        .annotate(
            traces=Count("contact_attempts", filter=Q(contact_attempts__purpose="trace")),
            contacts=Count("contact_attempts", filter=Q(contact_attempts__purpose="contact")),
        )
        .order_by("id")
    )
    days = {
        recheck.remedy_id: recheck.on
        for recheck in Recheck.objects.filter(remedy__incident=incident, settled_at__isnull=True)
    }
    return tuple(
        ReturnLine(
            remedy.reference,
            remedy.state,
            remedy.traces,
            remedy.contacts,
            days.get(remedy.pk),
            remedy.due_at,
        )
        for remedy in returns
    )


def rechecks(incident: Incident, *, today: date) -> tuple[RecheckLine, ...]:
    """Return every pending re-check of the incident, returns and clawbacks alike, the earliest first."""
    pending = Recheck.objects.filter(remedy__incident=incident, settled_at__isnull=True).select_related(
        "remedy"
    )
    return tuple(
        RecheckLine(
            recheck.remedy.reference,
            recheck.remedy.kind,
            recheck.on,
            recheck.on <= today,
            recheck.reason,
        )
        for recheck in pending.order_by("on", "id")
    )
