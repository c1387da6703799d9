"""The people whom an opened file may speak of: for each row and each text, what identifies somebody.

Nothing is taken on trust: no header decides which column holds numbers or names, because the list that must be
stopped is the one whose headers nobody foresaw. Every cell may be a number, every two neighbouring cells a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.identifier import normalised_identifier
from amends.vocabulary.provenance import Provenance

Pair = tuple[str, str]
Day = tuple[int, int, int]

_FEWEST_DIGITS: Final = 5
_LONGEST_NUMBER: Final = 40
_LONGEST_NAME: Final = 120
_MOST_TOKENS: Final = 12
_NUMBER_IN_TEXT: Final = re.compile(r"(?<![0-9])[0-9](?:[ .-]?[0-9]){4,14}(?![0-9])")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DATE: Final = re.compile(r"(?<!\d)(\d{4}|\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{1,2})(?!\d)")
_PARTICLES: Final = frozenset(
    {
        "de", "del", "la", "las", "los", "el", "al", "da", "das", "do", "dos", "di", "du", "le", "van", "von",
        "der", "den", "bin", "ibn", "bint", "ben", "abu", "and", "the", "mr", "mrs", "ms", "dr",
    }
)  # fmt: skip
_NEIGHBOURS: Final = 5
"""Words of a text that one name may spread over."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, or one text, with what may identify somebody in it."""

    hidden: bool
    identifiers: frozenset[str] = field(repr=False)
    """Normalised (`amends.vocabulary.identifier`)."""
    names: tuple[frozenset[str], ...] = field(repr=False)
    """Sets of words that may be one person's name, folded."""
    days: frozenset[Day] = field(repr=False)
    """Days of any meaning, in the form of `day_of`."""


@dataclass(frozen=True, slots=True)
class Place:
    """One table, or all texts beside the tables."""

    provenance: Provenance
    rows: bool
    """Whether each entry is a row, and so at most one person."""
    entries: tuple[Entry, ...] = field(repr=False)


def places_of(opened: OpenedFile) -> Iterator[Place]:
    """Yield every table with rows, then the texts, with what may identify somebody."""
    for table in opened.tables:
        if table.rows:
            yield Place(table.provenance, True, tuple(_row_entries(table)))
    texts = tuple(_text_entry(part.text, bool(part.hidden)) for part in opened.parts)
    if texts:
        yield Place(Provenance(opened.parts[0].provenance.steps[:1]), False, texts)


def words_of(text: str) -> list[str]:
    """Return the words of a name, folded: no accents, no case, no particles."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    found = (word.replace("'", "").replace("’", "") for word in _WORD.findall(plain))
    return [word for word in found if len(word) > 1 and word not in _PARTICLES]


def pairs_of(words: frozenset[str]) -> Iterator[Pair]:
    """Yield every two of the words, in the order of the alphabet."""
    yield from combinations(sorted(words), 2)


def days_in(text: str) -> Iterator[Day]:
    """Yield the days in a text, whatever the order in which day and month are written.

    >>> list(days_in("1990-02-11")) == list(days_in("11/02/1990")) == list(days_in("2/11/90"))
    True
    """
    for first, second, third in _DATE.findall(text):
        year, rest = (first, third) if len(first) == 4 else (third, first)
        low, high = sorted((int(second), int(rest)))
        yield int(year) % 100, low, high


def _row_entries(table: Table) -> Iterator[Entry]:
    whole, hidden_rows = bool(table.hidden), table.hidden_rows
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        filled = [cell for cell in row if cell]
        yield Entry(
            hidden=whole or number in hidden_rows,
            identifiers=frozenset(found for cell in filled for found in _identifiers_in(cell)),
            names=tuple(_names_in(filled)),
            days=frozenset(day for cell in filled for day in days_in(cell)),
        )


def _text_entry(text: str, hidden: bool) -> Entry:
    words = words_of(text)
    windows = (
        frozenset(words[at : at + _NEIGHBOURS]) for at in range(max(1, len(words) - _NEIGHBOURS + 1)) if words
    )
    identifiers = frozenset(_identifiers_in(text))
    return Entry(hidden, identifiers, tuple(windows), frozenset(days_in(text)))


def _identifiers_in(text: str) -> Iterator[str]:
    if sum(map(str.isdigit, text[:_LONGEST_NUMBER])) < _FEWEST_DIGITS and len(text) <= _LONGEST_NUMBER:
        return
    if len(text) <= _LONGEST_NUMBER and not _DATE.search(text):
        yield from _identifier(text)
    for number in _NUMBER_IN_TEXT.findall(unicodedata.normalize("NFKC", text)):
        if not _DATE.fullmatch(number):
            yield from _identifier(number)


def _identifier(text: str) -> Iterator[str]:
    found = normalised_identifier(text)
    if sum(map(str.isdigit, found)) >= _FEWEST_DIGITS:
        yield found


def _names_in(cells: list[str]) -> Iterator[frozenset[str]]:
    """Yield what may be a name: the words of each cell, and those of each two neighbouring cells."""
    before: list[str] = []
    for cell in cells:
        words = words_of(cell)[:_MOST_TOKENS] if len(cell) <= _LONGEST_NAME else []
        if len(words) > 1:
            yield frozenset(words)
        if words and before:
            yield frozenset((*before, *words))
        before = words
