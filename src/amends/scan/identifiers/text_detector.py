"""Judges texts by the rules: many small texts at once, because each pass over a block has a price of its own."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from amends.scan.detecting import TextFinding
from amends.scan.identifiers.engine import Engine, Span
from amends.scan.identifiers.lexicon import lexicon_of
from amends.scan.identifiers.plain_sieve import PlainSieve
from amends.scan.identifiers.rules import Rule, load_rules
from amends.scan.identifiers.sieve import Sieve
from amends.scan.identifiers.text_rules import TextRule
from amends.vocabulary.personal import masked_sample

_BLOCK: Final = 1 << 18
"""Characters that are judged in one pass."""
_SMALL: Final = 1 << 16
"""Up to so many characters, loading hyperscan takes longer than doing without it."""
_BETWEEN: Final = b"\n\n"
_APART: Final = b"\n}\n"
"""Holds the end of a record, across which no word speaks (`amends.scan.identifiers.engine`)."""


class IdentifierDetector:
    """Finds identifiers, and words about persons, by form, checksum and the words around them."""

    name = "identifiers"

    def findings(self, texts: Sequence[str], *, apart: bool = False) -> Iterator[TextFinding]:
        """Yield what the texts hold, ascending by text and kind."""
        engine = _engine_for(sum(map(len, texts)))
        for first, block in _blocks(texts):
            yield from _merged(_Block(first, block, _APART if apart else _BETWEEN), engine)


@cache
def forms() -> tuple[tuple[Rule, TextRule], ...]:
    """Return each way in which a rule tells something in running text, in the order in which engines are given them."""
    return tuple((rule, text) for rule in load_rules() for text in rule.texts)


@cache
def plain_engine() -> Engine:
    """Return the engine that needs nothing but Python."""
    rules = [text for _, text in forms()]
    return Engine(rules, PlainSieve(rules, lexicon_of(rules)))


@cache
def fast_engine() -> Engine:
    """Return the engine for much text; where hyperscan is not installed, the one that needs nothing but Python."""
    try:
        from amends.scan.identifiers.hyperscan_sieve import HyperscanSieve

        rules = [text for _, text in forms()]
        sieve: Sieve = HyperscanSieve(rules, lexicon_of(rules), cache_folder())
    except ImportError:
        return plain_engine()
    return Engine(rules, sieve)


def cache_folder() -> Path:
    """Return where compiled expressions are kept (XDG Base Directory Specification, ``XDG_CACHE_HOME``)."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "amends"


def _engine_for(characters: int) -> Engine:
    return plain_engine() if characters <= _SMALL else fast_engine()


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield runs of texts of about a block's size, each with the position of its first."""
    first = size = 0
    for position, text in enumerate(texts):
        size += len(text)
        if size >= _BLOCK:
            yield first, texts[first : position + 1]
            first, size = position + 1, 0
    if first < len(texts):
        yield first, texts[first:]


class _Block:
    """Texts one after the other, and where each begins."""

    def __init__(self, first: int, texts: Sequence[str], between: bytes) -> None:
        self.first = first
        # A lone surrogate is no text; as a question mark it is still one character.
        encoded = [text.encode("utf-8", "replace") for text in texts]
        self.data = between.join(encoded)
        self._starts: list[int] = []
        at = 0
        for content in encoded:
            self._starts.append(at)
            at += len(content) + len(between)

    def place(self, span: Span) -> tuple[int, int]:
        """Return the position of the text in which something stands, and where it begins in the block."""
        index = bisect_right(self._starts, span.start) - 1
        return self.first + index, self._starts[index]


@dataclass(slots=True)
class _Tally:
    """What was found of one kind in one text."""

    first: Span
    begins: int
    """Offset of the text in the block."""
    count: int = 0
    surest: Span = field(init=False)

    def __post_init__(self) -> None:
        self.surest = self.first


def _merged(block: _Block, engine: Engine) -> Iterator[TextFinding]:
    known = forms()
    tallies: dict[tuple[int, str], _Tally] = {}
    for span in engine.spans(block.data):
        text, begins = block.place(span)
        tally = tallies.setdefault((text, known[span.rule][0].kind), _Tally(span, begins))
        tally.count += 1
        if span.confidence > tally.surest.confidence:
            tally.surest = span
    for text, kind in sorted(tallies):
        yield _finding(block.data, text, tallies[text, kind])


def _finding(data: bytes, text: int, tally: _Tally) -> TextFinding:
    first = tally.first
    rule, told = forms()[tally.surest.rule]
    return TextFinding(
        text=text,
        kind=rule.kind,
        category=rule.category,
        identifying=rule.identifying,
        label_en=rule.label_en,
        label_es=rule.label_es,
        count=tally.count,
        offset=len(data[tally.begins : first.start].decode("utf-8", "replace")),
        confidence=tally.surest.confidence,
        sample=masked_sample(data[first.start : first.end].decode("utf-8", "replace")),
        context=rule.context,
        reason=_reason(told, tally.surest),
    )


def _reason(text: TextRule, span: Span) -> str:
    if text.term:
        return "The text says so of a person."
    checked = ", and what can be checked of it fits" if text.validator is not None else ""
    if span.by_word:
        return f"It has the form of one{checked}; a word beside it says so too."
    return f"It has the unmistakable form of one{checked}."
