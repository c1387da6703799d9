"""Finds identifiers in a block of text: candidates by a sieve, validators on candidates only, then the words around.

Each step looks at less than the one before: the sieve at every byte, the rules' expressions at the lines in which
the sieve found something, checksums at what the expressions matched, words at what the checksums let pass.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from amends.scan.identifiers.lexicon import WordHit
from amends.scan.identifiers.odd_characters import made_plain
from amends.scan.identifiers.sieve import Hits, Sieve
from amends.scan.identifiers.text_rules import BELIEVED, TextRule

_LONGEST: Final = 256
"""Bytes of the longest candidate."""
_USUAL: Final = 48
"""Bytes of a usual candidate."""
_DIGITS: Final = b"0123456789"
_FARTHEST: Final = 128
"""Bytes around a word in which a candidate beside it has its digits."""
_RECORD_ENDS: Final = re.compile(rb"[};]")
_LINE_ENDS: Final = re.compile(rb"[{};\n]")
_PERSON_REACH: Final = 160
_PERSON: Final = re.compile(
    rb"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Hh]im|Mr|Mrs|Ms|Miss|Dr|Sr|Sra|Herr|Frau|Mme|"
    rb"(?i:patient|applicant|detainee|inmate|respondent|claimant|petitioner|resident|employee|client|alien|noncitizen|"
    rb"migrant|child|minor|mother|father|wife|husband|son|daughter|solicitante|paciente|detenido|detenida|demandante|"
    rb"menor|patiente?|demandeur|patientin|antragsteller(?:in)?|name|dob|born|nacid[oa]|n[\xc3]?[\xa9e]e?|geboren))\b"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Something found in a block."""

    start: int
    end: int
    rule: int
    """Position of its rule among those that the engine was given."""
    confidence: float
    by_word: bool
    """Whether a word beside it says what it is."""


class Engine:
    """Judges blocks of text by rules; a span counts from a confidence on."""

    def __init__(self, rules: Sequence[TextRule], sieve: Sieve, believed: float = BELIEVED) -> None:
        self._sieve = sieve
        self._believed = believed
        self._rules = rules
        self._told: dict[tuple[int, ...], tuple[list[tuple[int, TextRule]], int]] = {}

    def spans(self, data: bytes) -> list[Span]:
        """Return what stands in a block, ascending, no two over one another."""
        hits = self._sieve.hits(data)
        found = self._in_place(data, hits)
        if hits.odd:
            found += self._made_plain(data, hits.odd)
        return _apart(found)

    def _in_place(self, data: bytes, hits: Hits) -> list[Span]:
        beside = _Beside(data, hits.words)
        found = [
            span
            for position, ends in hits.anchors.items()
            for span in self._everywhere(data, position, ends, beside)
        ]
        found += self._beside_words(data, hits.words)
        return found

    def _everywhere(self, data: bytes, position: int, ends: Sequence[int], beside: _Beside) -> Iterator[Span]:
        text = self._rules[position]
        regex = text.regex()
        for start, end in _windows(data, ends):
            for match in regex.finditer(data, start, end):
                # Where a window ends within a line, a match that ends there may be a part of something longer.
                if match.end() == end and data[end : end + 1] not in {b"\n", b""}:
                    continue
                if not text.valid(_decoded(match)):
                    continue
                near = (
                    _speaks_of_person(data, match)
                    if text.term
                    else beside.has(position, match.start(), match.end(), text)
                )
                confidence = text.near if near else text.alone
                if confidence >= self._believed:
                    yield Span(match.start(), match.end(), position, confidence, near)

    def _beside_words(self, data: bytes, words: Sequence[WordHit]) -> Iterator[Span]:
        for start, end, rules in words:
            told, fewest = self._told_by(rules)
            window = data[max(0, start - _FARTHEST) : end + _FARTHEST]
            # Most words of prose have no number beside them; that is seen before anything else is asked.
            digits = _digits(window)
            if digits < fewest:
                continue
            for position, text in told:
                if digits >= text.fewest_digits:
                    yield from _beside(data, start, end, position, text)

    def _told_by(self, rules: tuple[int, ...]) -> tuple[list[tuple[int, TextRule]], int]:
        """Return which of a word's rules look only beside it, and the fewest digits that any of them needs."""
        known = self._told.get(rules)
        if known is None:
            told = [
                (position, text)
                for position in rules
                if not (text := self._rules[position]).everywhere and text.near >= self._believed
            ]
            fewest = min((text.fewest_digits for _, text in told), default=sys.maxsize)
            known = self._told[rules] = told, fewest
        return known

    def _made_plain(self, data: bytes, odd: Sequence[int]) -> Iterator[Span]:
        """Judge lines with odd characters once more, and say where in the block the findings stand."""
        for start, end in _windows(data, odd):
            line = data[start:end].decode("utf-8", "replace")
            plain, positions = made_plain(line)
            if plain == line:
                continue
            block = plain.encode("utf-8", "replace")
            for span in self._in_place(block, self._sieve.hits(block)):
                first = positions[len(block[: span.start].decode("utf-8", "replace"))]
                last = positions[len(block[: span.end].decode("utf-8", "replace")) - 1] + 1
                at, to = (
                    len(line[:first].encode("utf-8", "replace")),
                    len(line[:last].encode("utf-8", "replace")),
                )
                yield Span(start + at, start + to, span.rule, span.confidence, span.by_word)


class _Beside:
    """Which words stand near a place, by rule."""

    def __init__(self, data: bytes, words: Sequence[WordHit]) -> None:
        self._data = data
        self._by_rule: dict[int, list[WordHit]] = {}
        for word in words:
            for rule in word[2]:
                self._by_rule.setdefault(rule, []).append(word)
        self._ends = {rule: [end for _, end, _ in listed] for rule, listed in self._by_rule.items()}

    def has(self, rule: int, start: int, end: int, text: TextRule) -> bool:
        ends = self._ends.get(rule)
        if ends is None:
            return False
        at = bisect_left(ends, start - text.after)
        listed = self._by_rule[rule]
        while at < len(ends) and listed[at][0] - end <= text.before:
            if _within(self._data, listed[at][:2], start, end, text):
                return True
            at += 1
        return False


def _within(data: bytes, word: tuple[int, int], start: int, end: int, text: TextRule) -> bool:
    """Say whether a candidate stands by a word, with no end of a record between them."""
    word_start, word_end = word
    if 0 <= start - word_end <= text.after:
        return _RECORD_ENDS.search(data, word_end, start) is None
    return 0 <= word_start - end <= text.before and _LINE_ENDS.search(data, end, word_start) is None


def _beside(data: bytes, start: int, end: int, position: int, text: TextRule) -> Iterator[Span]:
    """Yield what a rule finds behind one of its words, and before it."""
    last = end + text.after
    stop, regex = last + _USUAL, text.regex()
    found = list(_until(regex, data, end, last, stop))
    if text.before:
        first = max(0, start - text.before - _USUAL)
        if _digits(data[first:start]) >= text.fewest_digits:
            found += regex.finditer(data, first, start)
    for match in found:
        if _within(data, (start, end), match.start(), match.end(), text) and text.valid(_decoded(match)):
            yield Span(match.start(), match.end(), position, text.near, True)


def _until(
    regex: re.Pattern[bytes], data: bytes, first: int, last: int, stop: int
) -> Iterator[re.Match[bytes]]:
    """Yield matches that begin between two places; one that a narrow window cuts off is looked at whole."""
    for match in regex.finditer(data, first, stop):
        if match.start() > last:
            return
        whole = match if match.end() < stop else regex.match(data, match.start(), last + _LONGEST)
        if whole is not None:
            yield whole


def _digits(data: bytes) -> int:
    return len(data) - len(data.translate(None, _DIGITS))


def _decoded(match: re.Match[bytes]) -> str:
    return match[0].decode("utf-8", "replace")


def _speaks_of_person(data: bytes, match: re.Match[bytes]) -> bool:
    return (
        _PERSON.search(data, max(0, match.start() - _PERSON_REACH), match.end() + _PERSON_REACH) is not None
    )


def _windows(data: bytes, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the lines in which something was found, and of very long lines the surroundings, none of them twice."""
    first = last = -1
    for place in places:
        if place <= last and (place + _LONGEST <= last or data[last : last + 1] in {b"\n", b""}):
            continue
        begin = max(0, place - _LONGEST)
        begin = max(begin, data.rfind(b"\n", begin, max(0, place - 1)) + 1)
        end = data.find(b"\n", place, place + _LONGEST)
        end = min(len(data), place + _LONGEST) if end < 0 else end
        if last >= begin:
            last = end
            continue
        if last >= 0:
            yield first, last
        first, last = begin, end
    if last >= 0:
        yield first, last


def _apart(spans: list[Span]) -> list[Span]:
    """Of spans over one another keep the surest, then the longest."""
    if len(spans) < 2:
        return spans
    spans.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in spans:
        while kept and span.start < kept[-1].end:
            other = kept[-1]
            if (span.confidence, span.end - span.start) <= (other.confidence, other.end - other.start):
                break
            kept.pop()
        else:
            kept.append(span)
    return kept
