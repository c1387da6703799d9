"""The cells of a table, each distinct text analysed once: which known identifiers, dates and names are in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.birthdays import DATES_IN_TEXT, date_readings
from amends.scan.known.lists import Integers, Lists
from amends.scan.known.lookups import Lookups, identifier_of
from amends.scan.known.names import MOST_PARTS, WORD_SEPARATORS, spelt_out
from amends.scan.known.siphash import Words

LONG_CELL: Final = 80
"""A cell with more characters is read as a text."""
_SPLIT: Final = re.compile(WORD_SEPARATORS)
_NUMBERED: Final = re.compile(r"(?<!\w)[^\W_]{0,4}[ -]?\d(?:[ ./-]?[^\W_]){3,24}(?!\w)")
_HAS_DIGIT: Final = re.compile(r"\d")


@dataclass(slots=True)
class Column:
    """One column. ``codes`` says for each row which of the distinct texts stands in it."""

    codes: Integers
    texts: list[str] = field(repr=False)
    identifiers: list[list[str]] = field(default_factory=list, repr=False)
    """For each distinct text, the identifiers in it in their normal form."""
    days: Lists = field(default_factory=lambda: Lists.empty(0))
    parts: Lists = field(default_factory=lambda: Lists.empty(0))
    """For each distinct text, the known parts of names in it."""
    names: Names | None = None
    """Where the column may hold names."""

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Which rows say anything in this column."""
        said = np.fromiter((bool(text.strip()) for text in self.texts), np.bool_, len(self.texts))
        return said[self.codes]


@dataclass(frozen=True, slots=True)
class Names:
    """For each distinct text, the name that it is; count 0 where it is none."""

    sums: Words
    counts: Integers
    first: Words
    last: Words
    """The last part, or the first after a comma: ``García López, Juan Carlos`` is García and Juan for short."""

    def take(self, codes: Integers) -> Names:
        """Return the name in each row."""
        return Names(self.sums[codes], self.counts[codes], self.first[codes], self.last[codes])


def analysed(rows: Sequence[Sequence[str]], width: int, lookups: Lookups) -> list[Column]:
    """Return the columns of a table. Long texts count as empty here; `long_texts` gives them."""
    columns = []
    for position in range(width):
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(row[position], len(numbers)) for row in rows]
        columns.append(Column(np.array(codes, dtype=np.int64), list(numbers)))
    words = {text: _words(text) for column in columns for text in column.texts}
    lookups.learn_words(word for several in words.values() for word in several)
    for column in columns:
        _analyse(column, words, lookups)
    return columns


def spelt_out_names(column: Column, lookups: Lookups) -> Names | None:
    """Return the names of a column with umlauts as two letters, or None where it has no umlauts."""
    texts = [spelt_out(text) for text in column.texts]
    if texts == column.texts or column.names is None:
        return None
    words = {text: _words(text) for text in texts}
    lookups.learn_words(word for several in words.values() for word in several)
    return _names(texts, words, lookups)


def identifiers_in(text: str) -> list[str]:
    """Return everything in a text that may be an identifier, in its normal form, each once."""
    if not _HAS_DIGIT.search(text):
        return []
    found = {identifier_of(text): None}
    for match in _NUMBERED.finditer(text):
        found[identifier_of(match[0])] = None
        for piece in match[0].split():
            found[identifier_of(piece)] = None
    found.pop("", None)
    return list(found)


def numbered_places(text: str) -> list[tuple[int, int, str]]:
    """Return begin, end and normal form of whatever in a longer text may be an identifier."""
    found = []
    for match in _NUMBERED.finditer(text):
        wholes = {identifier_of(match[0]), *map(identifier_of, match[0].split())}
        found += [(match.start(), match.end(), normal) for normal in wholes if normal]
    return found


def days_in(text: str) -> tuple[int, ...]:
    """Return every reading of every date in a short text."""
    whole = date_readings(text)
    if whole or not _HAS_DIGIT.search(text):
        return whole
    return tuple(day for match in DATES_IN_TEXT.finditer(text) for day in date_readings(match[0]))


def _words(text: str) -> list[str]:
    if len(text) > LONG_CELL:
        return []
    return [word for word in _SPLIT.split(text) if word]


def _analyse(column: Column, words: dict[str, list[str]], lookups: Lookups) -> None:
    short = [text if len(text) <= LONG_CELL else "" for text in column.texts]
    column.identifiers = [identifiers_in(text) for text in short]
    days = [[day & 0xFFFFFFFFFFFFFFFF for day in days_in(text)] for text in short]
    column.days = Lists.of(days)
    known = [
        [atom for word in words[text] for atom in lookups.atoms_of(word) if lookups.is_known(atom)]
        for text in column.texts
    ]
    column.parts = Lists.of(known)
    column.names = _names(column.texts, words, lookups)


def _names(texts: Sequence[str], words: dict[str, list[str]], lookups: Lookups) -> Names:
    parts: list[Sequence[int]] = []
    lasts = np.zeros(len(texts), dtype=np.uint64)
    for place, text in enumerate(texts):
        atoms = [atom for word in words[text] for atom in lookups.atoms_of(word)]
        if not atoms or len(atoms) > MOST_PARTS or not all(map(lookups.is_known, atoms)):
            parts.append(())
            continue
        parts.append(atoms)
        before, comma, _ = text.partition(",")
        heading = sum(len(lookups.atoms_of(word)) for word in _words(before)) if comma else 0
        lasts[place] = atoms[heading if 0 < heading < len(atoms) else -1]
    lists = Lists.of(parts)
    return Names(lists.sums, lists.counts, lists.first(), lasts)
