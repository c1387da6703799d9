"""People of an index in the rows of a table: each row is one person, and what stands in it speaks of that person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.cells import Column, Names, analysed, spelt_out_names
from amends.scan.known.evidence import (
    FEWEST_IDENTIFIERS,
    DistinctPeople,
    KnownPeople,
    is_list_of_names,
    more_than_chance,
)
from amends.scan.known.keys import FEWEST_PARTS
from amends.scan.known.lists import Integers, Lists
from amends.scan.known.lookups import Lookups
from amends.scan.known.siphash import Words
from amends.scan.tables import Table

PART_AGREES: Final = 0.03
"""How often one of a row's names is also a name of another person, by chance."""
_LIKELY: Final = 1e-3
_NAME_COLUMNS: Final = 6
_NAMED_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Hits:
    """Rows in which a fingerprint matched."""

    rows: Integers
    fingerprints: Words

    @classmethod
    def joined(cls, several: list[_Hits]) -> _Hits:
        none = cls(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64))
        all_of = [none, *several]
        return cls(
            np.concatenate([hits.rows for hits in all_of]),
            np.concatenate([hits.fingerprints for hits in all_of]),
        )


def people_in_table(table: Table, lookups: Lookups) -> Iterator[KnownPeople]:
    """Yield what is found of the index's people in a table: corroborated people, else a list of names or of numbers.

    The header is looked at as a row too: where a list has none, a person stands there.
    """
    width = len(table.columns)
    rows = [table.columns, *table.rows]
    columns = analysed(rows, width, lookups)
    by_number = _Identifiers(columns, lookups)
    named = _name_columns(columns)
    by_name = _named_rows(named, columns, lookups)
    numbered, dated = by_number.corroborated(columns), _with_births(by_name, columns, lookups)
    hidden = _hidden_rows(table)
    if len(numbered.rows) or len(dated.rows):
        yield _corroborated(table, lookups, numbered, dated, hidden)
    else:
        yield from _lists_alone(table, lookups, by_number, _NamedRows(named, by_name, hidden))


def _corroborated(
    table: Table, lookups: Lookups, numbered: _Hits, dated: _Hits, hidden: NDArray[np.bool_]
) -> KnownPeople:
    strong = _Hits.joined([numbered, dated])
    found, unseen = DistinctPeople(), DistinctPeople()
    marks: dict[int, list[int]] = {}
    for row, fingerprint in zip(strong.rows.tolist(), strong.fingerprints.tolist(), strict=True):
        marks.setdefault(row, []).append(fingerprint)
    for row, fingerprints in marks.items():
        found.add(fingerprints)
        if hidden[row]:
            unseen.add(fingerprints)
    reason = f"At least {len(found):,} people of the index '{lookups.index.name}' stand in its rows"
    if len(unseen):
        reason += f", {len(unseen):,} of them where nobody sees them"
    by_birthday = len(np.setdiff1d(dated.rows, numbered.rows))
    if by_birthday:
        by_chance = lookups.chance.common_births * len(table.rows)
        reason += (
            f"; {by_birthday:,} rows by name and date of birth, of which about {by_chance:,.0f} by chance"
        )
    matched = frozenset(strong.fingerprints.tolist())
    name = lookups.index.name
    return KnownPeople(table.provenance, name, "known-people", len(found), len(unseen), f"{reason}.", matched)


@dataclass(frozen=True, slots=True)
class _NamedRows:
    columns: list[Column]
    hits: list[_NameHits]
    hidden: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _NameHits:
    """Rows whose name, written in one way, is in the index; ``alone`` where it is too short to be looked for alone."""

    rows: Integers
    sums: Words
    counts: Integers
    alone: bool


def _lists_alone(
    table: Table, lookups: Lookups, by_number: _Identifiers, named: _NamedRows
) -> Iterator[KnownPeople]:
    name = lookups.index.name
    rows = np.unique(np.concatenate([np.empty(0, np.int64), *(h.rows for h in named.hits if not h.alone)]))
    trials = int(np.any([column.filled for column in named.columns], axis=0).sum()) if named.columns else 0
    if is_list_of_names(len(rows), trials, lookups.chance.common_names):
        by_chance = lookups.chance.common_names * trials
        people = max(1, round(len(rows) - by_chance))
        unseen = min(people, int(named.hidden[rows].sum()))
        reason = (
            f"{len(rows):,} of {trials:,} names are names of people of the index '{name}'; "
            f"about {by_chance:,.0f} would be by chance."
        )
        sums = frozenset(_fingerprints_of(named.hits, lookups))
        yield KnownPeople(table.provenance, name, "known-names", people, unseen, reason, sums)
    listed = by_number.listed()
    if listed is not None:
        hits, total, by_chance = listed
        people = max(1, round(len(np.unique(hits.fingerprints)) - by_chance))
        unseen = min(people, int(named.hidden[np.unique(hits.rows)].sum()))
        reason = (
            f"{len(np.unique(hits.fingerprints)):,} of {total:,} numbers of one column are identifiers of people of "
            f"the index '{name}'; about {by_chance:,.0f} would be by chance."
        )
        matched = frozenset(hits.fingerprints.tolist())
        yield KnownPeople(table.provenance, name, "known-identifiers", people, unseen, reason, matched)


class _Identifiers:
    """The identifiers of a table that somebody of the index has: weak until something beside them agrees."""

    def __init__(self, columns: list[Column], lookups: Lookups) -> None:
        self._lookups = lookups
        self._columns = columns
        normal = list(dict.fromkeys(n for c in columns for several in c.identifiers for n in several))
        self._place = {text: place for place, text in enumerate(normal)}
        self._words = lookups.make.identifier_words(normal)
        self._fingerprints = lookups.make.identifiers(self._words) if normal else self._words
        self._known = lookups.contains(self._fingerprints)
        self._chances = np.array([lookups.chance.of_identifier(len(text)) for text in normal])
        self._by_column = [self._hits_in(column) for column in columns]

    def _hits_in(self, column: Column) -> tuple[Integers, Integers]:
        """Return rows, and the places of the known identifiers in them."""
        lists = [
            [place for text in several if self._known[place := self._place[text]]]
            for several in column.identifiers
        ]
        found = Lists.of(lists).take(column.codes)
        return found.owners, found.words.astype(np.int64)

    def corroborated(self, columns: list[Column]) -> _Hits:
        """Return the rows in which an identifier and a name or a date of birth are one person's."""
        rows = np.concatenate([np.empty(0, np.int64), *(rows for rows, _ in self._by_column)])
        places = np.concatenate([np.empty(0, np.int64), *(places for _, places in self._by_column)])
        if not len(rows):
            return _Hits.joined([])
        agreeing_parts = np.zeros(len(rows), dtype=np.int64)
        agreeing_day = np.zeros(len(rows), dtype=np.bool_)
        make, words = self._lookups.make, self._words[places]
        for column in columns:
            codes = column.codes[rows]
            parts = column.parts.take(codes)
            if len(parts.words):
                pairs = make.identifiers_with_parts(words[parts.owners], parts.words)
                agreeing = self._lookups.contains(pairs)
                agreeing_parts += np.bincount(parts.owners[agreeing], minlength=len(rows))
            days = column.days.take(codes)
            if len(days.words):
                pairs = make.identifiers_with_births(words[days.owners], days.words)
                agreeing_day[days.owners[self._lookups.contains(pairs)]] = True
        certain = (agreeing_parts >= FEWEST_PARTS) | agreeing_day
        one_part = (agreeing_parts == 1) & ~agreeing_day
        if one_part.any() and self._believed(int(one_part.sum()), places):
            certain |= one_part
        return _Hits(rows[certain], self._fingerprints[places[certain]])

    def listed(self) -> tuple[_Hits, int, float] | None:
        """Return the hits of the column in which identifiers by themselves are more than chance, with both counts."""
        for column, (rows, places) in zip(self._columns, self._by_column, strict=True):
            tried = [self._place[text] for several in column.identifiers for text in several]
            hits = len(np.unique(places))
            if hits < FEWEST_IDENTIFIERS:
                continue
            chance = float(self._chances[tried].mean())
            if more_than_chance(hits, len(tried), chance):
                return _Hits(rows, self._fingerprints[places]), len(tried), chance * len(tried)
        return None

    def _believed(self, rows: int, places: Integers) -> bool:
        """Whether so many rows with one agreeing name are more than chance among all numbers of the table."""
        chance = float(self._chances[places].max()) * PART_AGREES
        return more_than_chance(rows, len(self._place), chance, limit=_LIKELY)


def _name_columns(columns: list[Column]) -> list[Column]:
    """Return the columns in which names may stand: a fifth of what is filled is made of known parts alone."""
    shares = []
    for place, column in enumerate(columns):
        if column.names is None:
            continue
        filled = column.filled.sum()
        named = (column.names.counts[column.codes] > 0).sum()
        if filled and named >= filled * _NAMED_SHARE:
            shares.append((-named / filled, place))
    return [columns[place] for _, place in sorted(sorted(shares)[:_NAME_COLUMNS], key=lambda entry: entry[1])]


def _named_rows(named: list[Column], columns: list[Column], lookups: Lookups) -> list[_NameHits]:
    """Return the rows whose name is in the index, by one way after another of putting a name together."""
    found: list[_NameHits] = []
    variants = [[column.names.take(column.codes) for column in named if column.names is not None]]
    spelt = [(column, spelt_out_names(column, lookups)) for column in named]
    if any(names is not None for _, names in spelt):
        both = [names or column.names for column, names in spelt]
        variants.append([n.take(c.codes) for n, c in zip(both, named, strict=True) if n is not None])
    for names in variants:
        for sums, counts in _whole_names(names):
            rows = np.flatnonzero(counts >= FEWEST_PARTS)
            chosen, sizes = sums[rows], counts[rows]
            inside = lookups.contains(lookups.make.names(chosen, sizes.astype(np.uint64)))
            found.append(_NameHits(rows[inside], chosen[inside], sizes[inside], alone=False))
        if names:
            total = np.sum([each.counts for each in names], axis=0)
            single = np.flatnonzero(total == 1)
            sums = np.sum([each.sums for each in names], axis=0, dtype=np.uint64)
            found.append(_NameHits(single, sums[single], total[single], alone=True))
    return found


def _whole_names(names: list[Names]) -> Iterator[tuple[Words, Integers]]:
    """Yield sum and count of the parts for each way in which the columns make a name."""
    for one in names:
        yield one.sums, one.counts
        two = np.where(one.counts > FEWEST_PARTS, FEWEST_PARTS, 0)
        yield one.first + one.last, two
    for one, other in combinations(names, 2):
        both = (one.counts > 0) & (other.counts > 0)
        yield one.sums + other.sums, np.where(both, one.counts + other.counts, 0)
        longer = both & (one.counts + other.counts > FEWEST_PARTS)
        yield one.first + other.first, np.where(longer, FEWEST_PARTS, 0)
        yield one.sums + other.first, np.where(longer & (other.counts > 1), one.counts + 1, 0)
        yield one.first + other.sums, np.where(longer & (one.counts > 1), other.counts + 1, 0)
    for one, other, third in combinations(names, 3):
        every = (one.counts > 0) & (other.counts > 0) & (third.counts > 0)
        counts = one.counts + other.counts + third.counts
        yield one.sums + other.sums + third.sums, np.where(every, counts, 0)


def _with_births(named: list[_NameHits], columns: list[Column], lookups: Lookups) -> _Hits:
    """Return the rows in which a name and a date are one person's name and date of birth."""
    found = []
    for hits in named:
        for column in columns:
            days = column.days.take(column.codes[hits.rows])
            if not len(days.words):
                continue
            of = days.owners
            counts = hits.counts[of].astype(np.uint64)
            fingerprints = lookups.make.names_with_births(hits.sums[of], counts, days.words)
            inside = lookups.contains(fingerprints)
            found.append(_Hits(hits.rows[of[inside]], fingerprints[inside]))
    return _Hits.joined(found)


def _fingerprints_of(named: list[_NameHits], lookups: Lookups) -> Iterator[int]:
    for hits in named:
        if not hits.alone and len(hits.rows):
            yield from lookups.make.names(hits.sums, hits.counts.astype(np.uint64)).tolist()


def _hidden_rows(table: Table) -> NDArray[np.bool_]:
    hidden = [number in table.hidden_rows for number in table.row_numbers]
    return np.array([bool(table.hidden), *(bool(table.hidden) or row for row in hidden)])
