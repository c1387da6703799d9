"""Says where a file lets its reader infer that particular people were in an incident.

To say "affected by the disclosure" names nobody; beside a list, or beside words that point at one ("some of these
people"), it names everybody who is meant. So both halves are needed: in one sentence or in neighbouring ones, or the
first half anywhere in a file that lists people, or a few paragraphs from the second. What was said is not
repeated: a finding shows the rule's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from amends.scan.implied_membership.anchors import anchored_search
from amends.scan.implied_membership.phrases import Phrase, Says, folded, languages
from amends.scan.screening import Finding
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.provenance import Provenance

KIND: Final = "implied-membership"
CONTEXT: Final = (
    "Whoever reads it learns of these people that their data were in an incident, though nobody is named."
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")
_SHORTEST_CELL: Final = 12
_NEARBY_TEXTS: Final = 3
"""Paragraphs before and after, within which a reference is meant by whoever reads on."""
_MOST_CHARACTERS_NEARBY: Final = 20_000
_TOGETHER: Final = 0.95
_BESIDE_A_LIST: Final = 0.8
_APART: Final = 0.7
_MOST_FINDINGS: Final = 50
_TEXTLESS: Final = frozenset({"link", "file-name", "time"})


@dataclass(frozen=True, slots=True)
class _Text:
    provenance: Provenance
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that says that somebody was in an incident."""

    provenance: Provenance
    phrase: Phrase
    near: Phrase | None
    """What points at particular people, in the same sentence or a neighbouring one."""
    far: Phrase | None
    """What does so a few paragraphs away, where nothing nearer does."""


def implied_membership(opened: OpenedFile, *, lists_people: bool) -> Iterator[Finding]:
    """Yield a finding for each place that implies membership.

    ``lists_people``: whether the file lists people, be it in a table or as the visible recipients of a message.
    """
    found = list(_columns(opened.tables)) if lists_people else []
    for sentence in _read(list(_texts(opened))):
        if sentence.near is not None:
            where, confidence = f"in the same breath as '{sentence.near.label}'", _TOGETHER
        elif lists_people:
            where, confidence = "in a file that lists people", _BESIDE_A_LIST
        elif sentence.far is not None:
            where, confidence = f"not far from '{sentence.far.label}'", _APART
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


def _read(texts: Sequence[_Text]) -> Iterator[_Said]:
    """Yield the sentences that say that somebody was in an incident, with what nearby points at particular people."""
    anchored = anchored_search(sum(len(text.text) for text in texts))
    for place, text in enumerate(texts):
        if anchored(text.text):
            yield from _said_in(texts, place)


def _said_in(texts: Sequence[_Text], place: int) -> Iterator[_Said]:
    sentences = _sentences(texts[place])
    for number, sentence in enumerate(sentences):
        both = _first(sentence, Says.BOTH)
        phrase = both or _first(sentence, Says.MEMBERSHIP)
        if phrase is None:
            continue
        around = _neighbours(texts, place, sentences, number)
        near = both or next(filter(None, (_first(other, Says.REFERENCE) for other in around)), None)
        far = None if near else _reference_within(texts, place, _NEARBY_TEXTS)
        yield _Said(texts[place].provenance, phrase, near, far)


def _neighbours(texts: Sequence[_Text], place: int, sentences: Sequence[str], number: int) -> Iterator[str]:
    """Yield the sentence, the one before it and the one after it, be they in other texts.

    A mail says "Attached is the list." in one paragraph and what the list is of in the following one.
    """
    yield sentences[number]
    if number:
        yield sentences[number - 1]
    elif place:
        yield from _sentences(texts[place - 1])[-1:]
    if number + 1 < len(sentences):
        yield sentences[number + 1]
    elif place + 1 < len(texts):
        yield from _sentences(texts[place + 1])[:1]


def _reference_within(texts: Sequence[_Text], place: int, distance: int) -> Phrase | None:
    for text in texts[max(0, place - distance) : place + distance + 1]:
        found = _first(folded(text.text[:_MOST_CHARACTERS_NEARBY]), Says.REFERENCE)
        if found is not None:
            return found
    return None


def _sentences(text: _Text) -> list[str]:
    return [plain for sentence in _SENTENCE_END.split(text.text) if (plain := folded(sentence))]


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
