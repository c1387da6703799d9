"""Says where a file lets its reader infer that particular people were in an incident.

To say "affected by the disclosure" names nobody; beside a list, or beside words that point at one ("some of these
people"), it names everybody who is meant. So both halves are needed: in one sentence or in neighbouring ones, or the
first half anywhere in a file that lists people. What was said is not repeated: a finding shows the rule's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from amends.scan.implied_membership.phrases import Phrase, Says, anchors, folded, languages
from amends.scan.screening import Finding
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.provenance import Provenance

KIND: Final = "implied-membership"
CONTEXT: Final = (
    "Whoever reads it learns of these people that their data were in an incident, though nobody is named."
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")
_SHORTEST_CELL: Final = 12
_TOGETHER: Final = 0.95
_BESIDE_A_LIST: Final = 0.8
_APART: Final = 0.7
_MOST_FINDINGS: Final = 50
_TEXTLESS: Final = frozenset({"link", "file-name", "time"})


@dataclass(frozen=True, slots=True)
class _Text:
    provenance: Provenance
    text: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that says that somebody was in an incident."""

    provenance: Provenance
    phrase: Phrase
    reference: Phrase | None
    """What points at particular people, in the same sentence or a neighbouring one."""


def implied_membership(opened: OpenedFile, *, lists_people: bool) -> Iterator[Finding]:
    """Yield a finding for each place that implies membership.

    ``lists_people``: whether the file lists people, be it in a table or as the visible recipients of a message.
    """
    found = list(_columns(opened.tables)) if lists_people else []
    speaks = any(_speaks(text.text) for text in _texts(opened))
    said, refers = _read(_texts(opened)) if speaks else ([], None)
    for sentence in said:
        if sentence.reference is not None:
            where, confidence = f"in the same breath as '{sentence.reference.label}'", _TOGETHER
        elif lists_people:
            where, confidence = "in a file that lists people", _BESIDE_A_LIST
        elif refers is not None:
            where, confidence = f"in a file that also says '{refers.label}'", _APART
        else:
            continue
        found.append(_finding(sentence.provenance, f"It says '{sentence.phrase.label}' {where}.", confidence))
    yield from found[:_MOST_FINDINGS]
    if len(found) > _MOST_FINDINGS:
        rest = len(found) - _MOST_FINDINGS
        yield _finding(found[_MOST_FINDINGS].provenance, f"It says so in {rest:,} more places.", _APART)


def _finding(provenance: Provenance, reason: str, confidence: float) -> Finding:
    return Finding(
        provenance=provenance,
        kind=KIND,
        people=0,
        hidden_people=0,
        columns=(),
        reason=reason,
        context=CONTEXT,
        confidence=confidence,
    )


def _texts(opened: OpenedFile) -> Iterator[_Text]:
    for part in opened.parts:
        if part.kind not in _TEXTLESS:
            yield _Text(part.provenance, part.text)
    for table in opened.tables:
        seen: set[str] = set()
        for row, number in zip(table.rows, table.row_numbers, strict=True):
            for cell in row:
                if len(cell) >= _SHORTEST_CELL and cell not in seen:
                    seen.add(cell)
                    yield _Text(table.provenance / f"row {number}", cell)


def _speaks(text: str) -> bool:
    """Say whether any phrase of an incident is in the text; reads nearly all texts no further than their anchors."""
    plain = text.casefold() if text.isascii() else folded(text)
    if not any(anchor in plain for anchor in anchors()):
        return False
    plain = folded(text)
    return _first(plain, Says.MEMBERSHIP) is not None or _first(plain, Says.BOTH) is not None


def _read(texts: Iterable[_Text]) -> tuple[list[_Said], Phrase | None]:
    """Return the sentences that say that somebody was in an incident, and the first reference anywhere in the file.

    Neighbours are found across texts: a mail says "Attached is the list." in one paragraph and what the list is
    of in the following one.
    """
    said: list[_Said] = []
    first: Phrase | None = None
    before: Phrase | None = None
    waits = False
    for text in texts:
        for sentence in _SENTENCE_END.split(text.text):
            plain = folded(sentence)
            if not plain:
                continue
            reference = _first(plain, Says.REFERENCE)
            first = first or reference
            if waits and said[-1].reference is None:
                said[-1] = replace(said[-1], reference=reference)
            both = _first(plain, Says.BOTH)
            phrase = both or _first(plain, Says.MEMBERSHIP)
            if phrase is not None:
                said.append(_Said(text.provenance, phrase, both or reference or before))
            waits, before = phrase is not None, reference
    return said, first


def _first(text: str, says: Says) -> Phrase | None:
    for language in languages():
        if says is not Says.REFERENCE and not any(anchor in text for anchor in language.anchors):
            continue
        for phrase in language.phrases:
            if phrase.says is says and phrase.pattern.search(text):
                return phrase
    return None


def _columns(tables: Iterable[Table]) -> Iterator[Finding]:
    for table in tables:
        for header in table.columns:
            plain = folded(header)
            if any(language.incident.search(plain) for language in languages()):
                reason = "A column of a list says who was in an incident."
                yield _finding(table.provenance / "header", reason, _BESIDE_A_LIST)
