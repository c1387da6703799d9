"""Judges the texts of a file beside its tables, seen or hidden, and says which of what is found blocks it.

An identifier of a person blocks by itself. An age or a nationality does not; several of them in one text do,
because together they single somebody out, and so does a word that shows what being named there means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from amends.scan.detecting import Detector, TextFinding
from amends.scan.identifiers.text_detector import IdentifierDetector
from amends.scan.parts import Part
from amends.scan.person_names.in_text import PersonNameDetector
from amends.scan.tables import Table

_SINGLING_OUT: Final = 3
"""Kinds that single out a person together, where none does alone (NIST SP 800-122, 3.2.2)."""
_SHORTEST_REMARK: Final = 8
"""Characters; what is shorter holds no identifier."""
_GRAVE_CATEGORIES: Final = frozenset({"special", "protection", "custody", "credential"})


class Severity(StrEnum):
    """How bad it is for one person, whatever the number of people."""

    ORDINARY = "ordinary"
    SERIOUS = "serious"
    """Somebody is singled out."""
    GRAVE = "grave"
    """Being named there is harmful in itself, or opens a door: health, belief, protection, custody, a password."""


def detectors(recognise_names: bool = False) -> tuple[Detector, ...]:
    """Return what judges texts. ``recognise_names``: by a neural network too, where it is installed."""
    if recognise_names:
        from amends.scan.person_names.recogniser import RecognisedNames

        return (IdentifierDetector(), RecognisedNames())
    return (IdentifierDetector(), PersonNameDetector())


def judge_texts(
    parts: Sequence[Part], asked: Iterable[Detector] | None = None
) -> Iterator[tuple[TextFinding, Severity]]:
    """Yield what blocks, ascending by part, with how bad it is."""
    texts = [part.text for part in parts]
    by_part: dict[int, list[TextFinding]] = defaultdict(list)
    for detector in detectors() if asked is None else asked:
        for finding in detector.findings(texts):
            by_part[finding.text].append(finding)
    for position in sorted(by_part):
        yield from _blocking(by_part[position])


def judge_cells(table: Table, judged: Collection[str]) -> Iterator[tuple[str, TextFinding, int]]:
    """Yield column, first finding and how many cells hold the like, for columns that are not judged as a whole.

    Remarks and notes are where people write what has no column.
    """
    for position, column in enumerate(table.columns):
        if column in judged:
            continue
        cells = [text for row in table.rows if len(text := row[position]) >= _SHORTEST_REMARK]
        first: dict[str, TextFinding] = {}
        counts: Counter[str] = Counter()
        for detector in detectors():
            for finding in detector.findings(cells, apart=True):
                if finding.identifying == "direct" or finding.context:
                    first.setdefault(finding.kind, finding)
                    counts[finding.kind] += 1
        for kind, finding in first.items():
            yield column, finding, counts[kind]


def severity_of(finding: TextFinding) -> Severity:
    """Return how bad it is that somebody is named with this kind of data."""
    return Severity.GRAVE if finding.category in _GRAVE_CATEGORIES or finding.context else Severity.SERIOUS


def _blocking(found: Sequence[TextFinding]) -> Iterator[tuple[TextFinding, Severity]]:
    singled_out = any(finding.identifying == "direct" for finding in found)
    together = singled_out or len({finding.kind for finding in found}) >= _SINGLING_OUT
    harmful = any(finding.category in _GRAVE_CATEGORIES for finding in found)
    # Where it is harmful to be named, a name is enough.
    together = together or (harmful and any(finding.kind == "full-name" for finding in found))
    for finding in found:
        if not together and not finding.context:
            continue
        severity = Severity.SERIOUS if together else Severity.ORDINARY
        if harmful and (together or finding.category in _GRAVE_CATEGORIES):
            severity = Severity.GRAVE
        yield finding, severity
