"""Remedies by their reference: listed for those who work through them, and found again when a list comes back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from amends.ledger.bulk import in_chunks
from amends.ledger.models import Incident, Remedy
from amends.remedy.statemachine import PLAN
from amends.remedy.workflow_table import workflow_of, workflows
from amends.vocabulary.errors import RefusalError, UsageError

_REFERENCE: Final = re.compile(r"[A-Z]-([0-9]{6,12})")
"""What `Remedy.reference` writes; the letter is the kind's, and two kinds share the R."""


@dataclass(frozen=True, slots=True)
class RemedyFilter:
    """Which remedies are wanted; an empty field asks for all."""

    kind: str = ""
    state: str = ""
    entitlement: str = ""
    """Name of one of the playbook's entitlements."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step that leads on from where a remedy stands."""

    name: str
    target: str
    requires: tuple[str, ...]
    """What must be shown for it: ``proof``, ``second_actor`` ..."""


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """One remedy without anybody's data: neither person nor recipient nor row."""

    reference: str
    kind: str
    entitlement: str
    state: str
    owner: str
    due: datetime | None
    steps: tuple[NextStep, ...]


@dataclass(frozen=True, slots=True)
class RemedyList:
    """The first of the remedies that were asked for, and how many there are of them in all."""

    total: int
    lines: tuple[RemedyLine, ...]


@dataclass(frozen=True, slots=True)
class ListedReference:
    """A reference as somebody wrote it down."""

    text: str
    place: str
    """Where it stands, for the message: ``line 3``. The text itself is never repeated: it may be a name."""


@dataclass(frozen=True, slots=True)
class FoundRemedies:
    """Remedies of one kind."""

    kind: str
    keys: tuple[int, ...]


def list_remedies(incident: Incident, wanted: RemedyFilter, *, limit: int) -> RemedyList:
    """Return the first ``limit`` remedies that match, in the order in which they were made.

    Raises `UsageError` ``remedy-filter-unknown`` for a kind, state or entitlement that does not exist: a
    misspelt filter would otherwise read like "nothing is owed".
    """
    found = _matching(incident, wanted)
    steps = _steps_by_state()
    lines = tuple(
        RemedyLine(
            reference=remedy.reference,
            kind=remedy.kind,
            entitlement=remedy.entitlement,
            state=remedy.state,
            owner=remedy.owner,
            due=remedy.due_at,
            steps=steps.get((remedy.kind, remedy.state), ()),
        )
        for remedy in found[:limit]
    )
    return RemedyList(found.count(), lines)


def find_remedies(incident: Incident, listed: Sequence[ListedReference]) -> FoundRemedies:
    """Return the keys of the listed remedies, which must be of one kind.

    Raises `UsageError` ``remedies-missing`` for an empty list, and ``remedy-reference-invalid``, naming the place
    of the first that is no reference, stands there twice, is not this incident's, or is of another kind.
    """
    if not listed:
        raise UsageError(
            "remedies-missing", "no remedy is listed", hint="name each one; `amends remedies` lists them"
        )
    keys = [_key(reference) for reference in listed]
    known = {
        remedy.pk: remedy
        for piece in in_chunks(sorted(set(keys)))
        for remedy in Remedy.objects.filter(incident=incident, pk__in=piece)
    }
    seen: set[int] = set()
    kind = ""
    for key, reference in zip(keys, listed, strict=True):
        remedy = known.get(key)
        if remedy is None or remedy.reference != reference.text:
            raise _invalid(reference, "names no remedy of this incident")
        if key in seen:
            raise _invalid(reference, "names a remedy that stands further up already")
        kind = kind or remedy.kind
        if remedy.kind != kind:
            raise _invalid(reference, f"names a {remedy.kind}, and the list began with a {kind}")
        seen.add(key)
    return FoundRemedies(kind, tuple(keys))


def check_writes_nothing(kind: str, step: str) -> None:
    """Raise `RefusalError` ``letter-not-written`` for a step that records a letter, unless the letter exists.

    A list of references holds no letters, so no list can take this step.
    """
    if any(way.name == step and "content" in way.requires for way in workflow_of(kind).transitions):
        raise RefusalError(
            "letter-not-written",
            f"the step {step} records a letter, and a list of references has none",
            hint="run `amends respond` again: it writes the letters that are owed and records them as prepared",
        )


def states_of(found: FoundRemedies) -> dict[str, int]:
    """Return in which states these remedies are now, and how many in each."""
    counted: Counter[str] = Counter()
    for piece in in_chunks(found.keys):
        counted.update(Remedy.objects.filter(pk__in=piece).values_list("state", flat=True))
    return dict(sorted(counted.items()))


def _matching(incident: Incident, wanted: RemedyFilter) -> QuerySet[Remedy]:
    tables = workflows()
    _check_known("--kind", wanted.kind, tables)
    kinds = [tables[wanted.kind]] if wanted.kind else tables.values()
    _check_known("--state", wanted.state, {state for table in kinds for state in table.states})
    planned = Remedy.objects.filter(incident=incident)
    entitlements = planned.order_by().values_list("entitlement", flat=True).distinct()
    _check_known("--entitlement", wanted.entitlement, set(entitlements))
    asked = {"kind": wanted.kind, "state": wanted.state, "entitlement": wanted.entitlement}
    return planned.filter(**{name: value for name, value in asked.items() if value}).order_by("id")


def _check_known(option: str, value: str, known: Collection[str]) -> None:
    if value and value not in known:
        raise UsageError(
            "remedy-filter-unknown",
            f"{option} names nothing that this incident has",
            hint=f"one of: {', '.join(sorted(known)) or 'none, because nothing is planned yet'}",
            where=option,
        )


def _steps_by_state() -> dict[tuple[str, str], tuple[NextStep, ...]]:
    steps: dict[tuple[str, str], tuple[NextStep, ...]] = {}
    for kind, workflow in workflows().items():
        for way in workflow.transitions:
            if PLAN in way.requires:
                continue  # Nobody takes it by hand, so that it leads nobody on.
            step = NextStep(way.name, way.target, way.requires)
            steps[kind, way.source] = (*steps.get((kind, way.source), ()), step)
    return steps


def _key(reference: ListedReference) -> int:
    parts = _REFERENCE.fullmatch(reference.text)
    if parts is None:
        raise _invalid(reference, "is not the reference of a remedy")
    return int(parts[1])


def _invalid(reference: ListedReference, problem: str) -> UsageError:
    return UsageError(
        "remedy-reference-invalid",
        f"{reference.place} {problem}",
        hint="references look like N-000123; copy them from `amends remedies`",
        where=reference.place,
    )
