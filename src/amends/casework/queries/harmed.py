"""Against whom an action that nobody can take back was taken after the data were exposed (R18).

Two sources are joined: what acting systems reported, and the registry's status history. The list is as secret as the
register; counts are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, Subquery

from amends.casework.identification.statuses import removal_phase
from amends.ledger.bulk import in_chunks
from amends.ledger.models import (
    ActionSubject,
    Breach,
    HoldEvent,
    Incident,
    LeakedRow,
    Remedy,
)
from amends.remedy.action_kinds import irreversible_kinds

PHASES: Final = ("before_discovery", "before_hold", "after_hold")
"""Between exposure and discovery; between discovery and hold; in spite of the hold or of another promise."""
_REMOVAL: Final = "removal"


@dataclass(frozen=True, slots=True)
class HarmfulAct:
    """One action that nobody can take back, and who says that it was taken."""

    at: datetime
    kind: str
    phase: str
    source: str
    """Reference of the reported action, or ``registry``."""


@dataclass(frozen=True, slots=True)
class HarmedPerson:
    """One person by the reference of their hold; names nobody."""

    reference: str
    acts: tuple[HarmfulAct, ...]
    """Oldest first, never empty."""
    owed: tuple[tuple[str, str, str], ...]
    """Reference, entitlement, state of everything owed to the person but the hold itself."""
    breaches: tuple[str, ...]
    return_planned: bool
    """Whether help to return is among what is owed: a person without fits no bracket, and somebody acts."""

    @property
    def phase(self) -> str:
        """Phase of the first act."""
        return self.acts[0].phase


@dataclass(frozen=True, slots=True)
class HarmedPeople:
    """Everyone harmed, earliest first."""

    people: tuple[HarmedPerson, ...]

    def by_phase(self) -> dict[str, int]:
        """Return phase → people, each counted once, every phase named."""
        counted = Counter(person.phase for person in self.people)
        return {phase: counted[phase] for phase in PHASES}

    @property
    def without_return(self) -> int:
        """People to whom no help to return is planned."""
        return sum(not person.return_planned for person in self.people)


@dataclass(slots=True)
class _Found:
    """What is known of one subject while the sources are joined."""

    rows: set[int] = field(default_factory=set)
    acts: list[HarmfulAct] = field(default_factory=list)


def harmed_people(incident: Incident, *, now: datetime) -> HarmedPeople:
    """Return everyone harmed, from reported actions (tied by the last check) and from the registry's status."""
    incident = Incident.objects.get(pk=incident.pk)
    found: dict[tuple[str, int], _Found] = {}
    for row, person, act in [*_reported(incident, now), *_of_registry(incident)]:
        subject = found.setdefault(("person", person) if person else ("row", row), _Found())
        subject.rows.add(row)
        subject.acts.append(act)
    people = _people(incident, found)
    return HarmedPeople(tuple(sorted(people, key=lambda person: (person.acts[0].at, person.reference))))


def _reported(incident: Incident, now: datetime) -> Iterable[tuple[int, int | None, HarmfulAct]]:
    held_at = incident.population_held_at or now
    breaches = Breach.objects.filter(action=OuterRef("action"), incident=incident)
    standing = Exists(breaches.exclude(state="dismissed"))
    # A report of which every breach was dismissed was wrong: nobody was sent away.
    wrong = Exists(breaches) & ~standing
    subjects = (
        ActionSubject.objects.filter(
            incident=incident, action__kind__in=irreversible_kinds(), action__at__gte=incident.exposed_from
        )
        # After the hold an action harms where it broke a promise; one after a proper end is none of ours.
        .filter(Q(action__at__lt=held_at) | Q(standing))
        .exclude(wrong)
        .select_related("action", "row")
        .order_by("action__at", "id")
    )
    for subject in subjects:
        action = subject.action
        phase = removal_phase(incident, action.at, held_at)
        yield (
            subject.row_id,
            subject.row.person_id,
            HarmfulAct(action.at, action.kind, phase, action.reference),
        )


def _of_registry(incident: Incident) -> Iterable[tuple[int, int | None, HarmfulAct]]:
    last = HoldEvent.objects.filter(
        hold__row=OuterRef("pk"), hold__barred_action=_REMOVAL, at__lte=OuterRef("person__removed_on")
    ).order_by("-at", "-id")
    rows = (
        LeakedRow.objects.filter(incident=incident, person__removal_phase__in=PHASES)
        .annotate(stood=Subquery(last.values("event")[:1]))
        .exclude(Q(person__removal_phase="after_hold", stood=HoldEvent.Event.LIFTED))
        .select_related("person")
        .order_by("id")
    )
    seen: set[int] = set()
    for row in rows:
        person = row.person
        if person is None or person.removed_on is None or person.pk in seen:
            continue
        seen.add(person.pk)
        yield row.pk, person.pk, HarmfulAct(person.removed_on, _REMOVAL, person.removal_phase, "registry")


def _people(incident: Incident, found: dict[tuple[str, int], _Found]) -> list[HarmedPerson]:
    persons = [key for kind, key in found if kind == "person"]
    rows_of = _rows_of(persons)
    for (kind, key), subject in found.items():
        if kind == "person":
            subject.rows |= rows_of.get(key, set())
    every_row = sorted({row for subject in found.values() for row in subject.rows})
    holds = _first_holds(incident, every_row)
    owed = _owed(incident, persons)
    breaches = _breaches(incident, every_row)
    made = []
    for (kind, key), subject in found.items():
        mine = owed.get(key, ()) if kind == "person" else ()
        references = [holds[row] for row in sorted(subject.rows) if row in holds]
        made.append(
            HarmedPerson(
                reference=references[0] if references else f"row of {incident.reference}",
                acts=tuple(sorted(set(subject.acts), key=lambda act: (act.at, act.source))),
                owed=tuple((reference, name, state) for reference, name, state, _ in mine),
                breaches=tuple(b for row in sorted(subject.rows) for b in breaches.get(row, ())),
                return_planned=any(what == Remedy.Kind.RETURN for *_, what in mine),
            )
        )
    return made


def _rows_of(persons: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for keys in in_chunks(persons):
        for row, person in LeakedRow.objects.filter(person__in=keys).values_list("id", "person_id"):
            found.setdefault(person or 0, set()).add(row)
    return found


def _first_holds(incident: Incident, rows: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for keys in in_chunks(rows):
        holds = Remedy.objects.filter(incident=incident, kind=Remedy.Kind.HOLD, row__in=keys).order_by("-id")
        found.update({hold.row_id or 0: hold.reference for hold in holds})
    return found


def _owed(incident: Incident, persons: Sequence[int]) -> dict[int, list[tuple[str, str, str, str]]]:
    found: dict[int, list[tuple[str, str, str, str]]] = {}
    for keys in in_chunks(persons):
        planned = Remedy.objects.filter(incident=incident, person__in=keys, row__isnull=True)
        owed = planned.exclude(state="withdrawn").order_by("id")
        for remedy in owed:
            line = (remedy.reference, remedy.entitlement, remedy.state, remedy.kind)
            found.setdefault(remedy.person_id or 0, []).append(line)
    return found


def _breaches(incident: Incident, rows: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for keys in in_chunks(rows):
        for breach in Breach.objects.filter(incident=incident, row__in=keys).order_by("id"):
            found.setdefault(breach.row_id, []).append(breach.reference)
    return found
