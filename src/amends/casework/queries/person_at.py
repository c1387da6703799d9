"""What was so, and what was owed, at an instant: for one person, found by the reference of any of their remedies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from amends.casework.queries.remedies import ListedReference, find_remedies
from amends.ledger.models import AffectedPerson, Incident, PlaybookVersion, Remedy, RemedyChange
from amends.remedy.status_at import UNKNOWN, status_at
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class OwedAt:
    """One measure that was owed at the instant. The state is today's; the steps in between stand in the journal."""

    reference: str
    entitlement: str
    kind: str
    since: datetime
    withdrawn_since: datetime | None
    """When it was withdrawn after the instant, if it was."""
    because: str
    """Why it was withdrawn."""


@dataclass(frozen=True, slots=True)
class PersonAt:
    """One person at one instant; names nobody."""

    at: datetime
    status: str
    """As we know it today."""
    status_as_known_then: str
    """As the readings of the registry up to that instant had it."""
    playbook: str
    """By which the incident was planned at the instant; empty before the first plan."""
    owed: tuple[OwedAt, ...]


def person_at(incident: Incident, reference: str, at: datetime) -> PersonAt:
    """Return status and entitlements at ``at`` of the person to whom the remedy ``reference`` is owed.

    Raises `UsageError` ``remedy-reference-invalid``, and ``remedy-without-person`` for one that hangs on nobody.
    """
    found = find_remedies(incident, [ListedReference(reference, "the reference")])
    remedy = Remedy.objects.get(pk=found.keys[0])
    if remedy.person_id is None:
        raise UsageError(
            "remedy-without-person",
            "this remedy hangs on a recipient, or on a row of which nobody knows whose it is",
            hint="give the reference of a remedy that is owed to a person",
            where=reference,
        )
    persons = AffectedPerson.objects.filter(pk=remedy.person_id)
    now, then = persons.values_list(status_at(at, "pk"), status_at(at, "pk", known_at=at)).get()
    version = PlaybookVersion.objects.filter(incident=incident, planned_at__lte=at).order_by("-id").first()
    return PersonAt(at, now or UNKNOWN, then or UNKNOWN, str(version or ""), _owed(remedy.person_id, at))


def owed_at(person: int, at: datetime) -> list[Remedy]:
    """Return the remedies that were owed to a person (key) at the instant, in the order in which they were made."""
    changes = RemedyChange.objects.filter(remedy=OuterRef("pk"), at__lte=at).order_by("-id")
    last = Subquery(changes.values("change")[:1])
    remedies = Remedy.objects.filter(person=person, created_at__lte=at).annotate(last_change=last)
    return list(remedies.filter(~Q(last_change="withdrawn") | Q(last_change=None)).order_by("id"))


def _owed(person: int, at: datetime) -> tuple[OwedAt, ...]:
    lines = []
    for remedy in owed_at(person, at):
        later = (
            RemedyChange.objects.filter(remedy=remedy, at__gt=at, change="withdrawn").order_by("id").first()
        )
        lines.append(
            OwedAt(
                reference=remedy.reference,
                entitlement=remedy.entitlement,
                kind=remedy.kind,
                since=remedy.created_at,
                withdrawn_since=later.at if later else None,
                because=later.because if later else "",
            )
        )
    return tuple(lines)
