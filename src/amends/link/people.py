"""One side of a link (the leaked sheet, or the registry) as arrays, normalised and ready to compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.link.dates import DateColumn, as_text, read_dates
from amends.link.identifiers import IdentifierColumn, read_identifiers
from amends.link.mapping import NameColumns
from amends.link.ragged import Ragged
from amends.link.vocabulary_of_names import NameVocabulary, TokenTable

FAMILY: Final = 1
GIVEN: Final = 2
EITHER: Final = 4
"""From a full-name column: nobody says which part it is."""
ALIAS: Final = 8
"""From the other names: it may agree, and its absence says nothing."""

MOST_TOKENS: Final = 32
"""Tokens of one person that are compared: a cell with more words is a text, and must not slow all others down."""

_ROLE_BITS: Final = 4


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words (nationality, facility) as numbers that both sides share; -1 where empty."""

    codes: NDArray[np.int32]


class WordList:
    """Numbers for the distinct words of a column over both sides."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def encode(self, values: pa.Array) -> Words:
        """Return the words of ``values`` as numbers, regardless of case and of space around them."""
        encoded = as_text(values).dictionary_encode()
        folded = [" ".join(word.split()).casefold() for word in encoded.dictionary.to_pylist()]
        numbers = [self._numbers.setdefault(word, len(self._numbers)) if word else -1 for word in folded]
        lookup = np.array([*numbers, -1], dtype=np.int32)
        return Words(lookup[pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)])


@dataclass(frozen=True, slots=True)
class People:
    """The people of one side. Index ``i`` is the same person in every field."""

    tokens: Ragged
    """Distinct name tokens of each person, ascending."""
    roles: NDArray[np.uint8]
    """For each value of ``tokens``, where it stands: bits `FAMILY`, `GIVEN`, `EITHER`, `ALIAS`."""
    family_order: NDArray[np.int32]
    """Number of the family name as written (equal numbers: same tokens in the same order)."""
    dates: DateColumn
    identifiers: tuple[IdentifierColumn, ...]
    nationality: Words
    facility: Words

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a link and the tokens that they share."""

    rows: People
    """The leaked sheet."""
    persons: People
    """The registry."""
    tokens: TokenTable


class Normaliser:
    """Turns the columns of both sides into `People` over one shared vocabulary."""

    def __init__(self) -> None:
        self.vocabulary = NameVocabulary()
        self._families: dict[tuple[int, ...], int] = {}
        self._nationalities = WordList()
        self._facilities = WordList()

    def people(self, table: pa.Table, columns: NameColumns, other_names: str = "") -> People:
        """Return the people of ``table``; ``columns`` says which column is which."""
        size = table.num_rows
        named = [(columns.family_name, FAMILY), (columns.given_name, GIVEN), (columns.full_name, EITHER)]
        named.append((other_names, ALIAS))
        parts = [(self._names(table, column), role) for column, role in named if column]
        tokens, roles = _merged(parts, size)
        return People(
            tokens=tokens,
            roles=roles,
            family_order=self._order(table, columns.family_name),
            dates=read_dates(_column(table, columns.date_of_birth)),
            identifiers=tuple(read_identifiers(_column(table, name)) for name in columns.identifiers),
            nationality=self._nationalities.encode(_column(table, columns.nationality)),
            facility=self._facilities.encode(_column(table, columns.facility)),
        )

    def _names(self, table: pa.Table, column: str) -> Ragged:
        encoded = as_text(_column(table, column)).dictionary_encode()
        codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        return self.vocabulary.tokens_of(encoded.dictionary).take(codes)

    def _order(self, table: pa.Table, column: str) -> NDArray[np.int32]:
        encoded = as_text(_column(table, column)).dictionary_encode()
        tokens = self.vocabulary.tokens_of(encoded.dictionary)
        values, offsets = tokens.values.tolist(), tokens.offsets.tolist()
        spans = zip(offsets[:-1], offsets[1:], strict=True)
        written = [tuple(values[begin:end]) for begin, end in spans]
        numbers = [self._families.setdefault(name, len(self._families)) if name else -1 for name in written]
        lookup = np.array([*numbers, -1], dtype=np.int32)
        order: NDArray[np.int32] = lookup[pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)]
        return order


def _column(table: pa.Table, name: str) -> pa.Array:
    if not name:
        return pa.nulls(table.num_rows, pa.string())
    return table.column(name).combine_chunks()


def _merged(parts: list[tuple[Ragged, int]], size: int) -> tuple[Ragged, NDArray[np.uint8]]:
    """Return the distinct tokens of every person with the roles in which they occur."""
    keys = [
        (names.owners.astype(np.int64) << (32 + _ROLE_BITS - 1))
        | (names.values.astype(np.int64) << _ROLE_BITS)
        | role
        for names, role in parts
    ]
    ordered = np.sort(np.concatenate(keys)) if keys else np.empty(0, dtype=np.int64)
    if not len(ordered):
        return Ragged(np.zeros(size + 1, dtype=np.int64), ordered.astype(np.int32)), ordered.astype(np.uint8)
    token_of_person = ordered >> _ROLE_BITS
    first = np.concatenate(([True], token_of_person[1:] != token_of_person[:-1]))
    starts = np.flatnonzero(first)
    mask = np.int64((1 << _ROLE_BITS) - 1)
    roles = np.bitwise_or.reduceat((ordered & mask).astype(np.uint8), starts)
    distinct = token_of_person[starts]
    owners = distinct >> 31
    values = (distinct & np.int64((1 << 31) - 1)).astype(np.int32)
    offsets = np.searchsorted(owners, np.arange(size + 1)).astype(np.int64)
    if np.diff(offsets).max() > MOST_TOKENS:
        kept = np.arange(len(values)) - offsets[owners] < MOST_TOKENS
        values, roles = values[kept], roles[kept]
        offsets = np.searchsorted(owners[kept], np.arange(size + 1)).astype(np.int64)
    return Ragged(offsets, values), roles
