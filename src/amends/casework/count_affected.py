"""Count how many of a file's people are in an incident's register: an outgoing list must not say who was (R49).

The answer is a count, never who. Whoever asks about lists of one learns it of one person, so every question is
journalled with its figures (R50). What cannot be compared (a register that is not made yet, or has been erased) makes
the answer incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from amends.casework.acts import Act, journalled
from amends.casework.overlaps.entries import Place, places_of
from amends.casework.overlaps.register_index import RegisterIndex
from amends.casework.permissions import check_may
from amends.ledger.models import Incident
from amends.scan.screening import Finding
from amends.scan.tables import OpenedFile
from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.provenance import Provenance

KIND: Final = "incident-overlap"
_BY_NAME_ALONE: Final = 0.6
"""That people who share their whole name are the same, where nothing else is known."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many of the people at one place are in the register."""

    provenance: Provenance
    entries: int
    """Rows of a table, or texts."""
    people: int
    """Lower bound; rows of a table that say the same of one person count each."""
    hidden: int
    """How many of them in hidden rows or texts."""
    by_name_alone: int
    """How many of them were found by their name and nothing else."""


@dataclass(frozen=True, slots=True)
class CountedAffected:
    """Every place with an overlap, and why some of it could not be compared."""

    overlaps: tuple[Overlap, ...]
    not_compared: str
    """Code of the reason, or empty."""


def count_affected(
    *, incident: Incident, opened: OpenedFile, act: Act, index: RegisterIndex | None = None
) -> CountedAffected:
    """Count, place by place, the entries of an opened file that speak of people of the incident.

    ``index`` is the incident's register where several files are asked about in one run. Writes one journal entry.
    """
    check_may(act, "count_affected")
    with journalled("count_affected", act) as change:
        register = index or RegisterIndex(incident)
        found = tuple(_overlap(place, register) for place in places_of(opened))
        not_compared = (
            "register-erased" if register.erased else "" if register.identified else "register-unknown"
        )
        change.incident = incident.reference
        change.detail = {
            "entries": sum(overlap.entries for overlap in found),
            "found": sum(overlap.people for overlap in found),
            "by_name_alone": sum(overlap.by_name_alone for overlap in found),
            "not_compared": not_compared,
        }
    return CountedAffected(tuple(overlap for overlap in found if overlap.people), not_compared)


def overlap_detector(*, incident: Incident, act: Act) -> Callable[[OpenedFile], Iterator[Finding | Skipped]]:
    """Return the question to opened files, for a screening; the register is read once for all of them."""
    index = RegisterIndex(incident)

    def overlaps(opened: OpenedFile) -> Iterator[Finding | Skipped]:
        counted = count_affected(incident=incident, opened=opened, act=act, index=index)
        for overlap in counted.overlaps:
            yield _finding(overlap, incident)
        if counted.not_compared:
            yield Skipped(_source(opened), counted.not_compared, _REASONS[counted.not_compared])

    return overlaps


_REASONS: Final = {
    "register-unknown": "Who the people of the incident are is not known yet, so nobody can say whether it lists them.",
    "register-erased": "The register of the incident has been erased, so nobody can say whether it lists its people.",
}


def _finding(overlap: Overlap, incident: Incident) -> Finding:
    of = f"{overlap.people:,} of {overlap.entries:,}"
    reason = f"At least {of} entries speak of people of incident {incident.reference}"
    if overlap.by_name_alone:
        reason += f", {overlap.by_name_alone:,} of them by their name alone"
    return Finding(
        provenance=overlap.provenance,
        kind=KIND,
        people=overlap.people,
        hidden_people=overlap.hidden,
        columns=(),
        reason=f"{reason}.",
        context="Whoever knows of the incident can tell from such a list, or from being sent it, who was in it.",
        confidence=_BY_NAME_ALONE if overlap.by_name_alone == overlap.people else 1.0,
    )


def _overlap(place: Place, register: RegisterIndex) -> Overlap:
    people = hidden = alone = 0
    persons: set[int] = set()
    for entry in place.entries:
        hits = register.hits(entry)
        if not place.rows:
            new = len(hits.by_name - persons) or int(hits.identified and not hits.by_name)
            persons |= hits.by_name
        else:
            new = int(hits.identified or bool(hits.by_name))
        people += new
        hidden += new if entry.hidden else 0
        alone += 0 if hits.identified else new
    return Overlap(place.provenance, len(place.entries), people, hidden, alone)


def _source(opened: OpenedFile) -> Provenance:
    if opened.formats:
        return opened.formats[0].provenance
    for piece in opened.skipped:
        return Provenance(piece.provenance.steps[:1])
    return Provenance.of("file")
