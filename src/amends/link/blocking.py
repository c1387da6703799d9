"""Which persons are worth comparing with which row: blocking keys, cheap and strong ones first.

First pass, for every row: the identifier, or where nobody has it, identifiers one slip away; the date of
birth (also with day and month exchanged) with a sound or an initial of any name. Second pass, only for rows
that the first left open: two sounds of the name in any order (with the year where too many share them), one
sound with the year or with day and month, and a rare sound by itself. A key that more persons share than
the cap allows is never dropped silently: it is counted, and a row for which nothing finer is left is marked
as crowded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.link.dates import MISSING
from amends.link.identifiers import near_cores
from amends.link.keys import Joined, Pairs, RowKeys, mixed
from amends.link.people import People, Sides
from amends.link.vocabulary_of_names import TokenTable

_IDENTIFIER, _DAY_SOUND, _DAY_INITIAL = range(1, 4)
_SOUNDS, _SOUNDS_YEAR, _SOUND_YEAR, _SOUND_DAY, _SOUND_RARE = range(4, 9)
_UNCAPPED: Final = np.iinfo(np.int32).max
_INITIAL_CAP_FACTOR: Final = 4
_FULL_IDENTIFIER: Final = 9
_VARIED_AT_ONCE: Final = 20_000
"""Rows whose identifiers are varied in one go: some 200 variants each, 32 MB."""
_RARE: Final = 20
"""Persons who may share a sound for it to be a key of its own."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a pass found."""

    pairs: Pairs
    crowded: NDArray[np.int32]
    """Rows of which some candidates were left out because too many persons share the key."""
    oversized_keys: int


def first_pass(sides: Sides, cap: int) -> Candidates:
    """Return candidates by identifier and by date of birth, for every row."""
    found = _by_identifier(sides)
    by_sound = _by_day(sides, _DAY_SOUND, sides.tokens.sound_hashes, cap)
    by_initial = _by_day(sides, _DAY_INITIAL, sides.tokens.initials, cap * _INITIAL_CAP_FACTOR)
    pairs = Pairs.union([*found, by_sound.pairs, by_initial.pairs])
    crowded = np.union1d(by_sound.oversized_rows, by_initial.oversized_rows).astype(np.int32)
    return Candidates(pairs, crowded, by_sound.oversized_keys + by_initial.oversized_keys)


def second_pass(sides: Sides, open_rows: NDArray[np.int32], cap: int) -> Candidates:
    """Return candidates by parts of the name, for the rows that are still open."""
    wanted_sounds = np.zeros(int(sides.tokens.sounds.max(initial=0)) + 1, dtype=np.bool_)
    own = sides.rows.tokens.take(open_rows).values
    wanted_sounds[sides.tokens.sounds[own]] = True
    wanted = wanted_sounds[sides.tokens.sounds] & ~sides.tokens.particles
    rows = _NameParts.of(sides.rows, sides.tokens, wanted, open_rows)
    persons = _NameParts.of(sides.persons, sides.tokens, wanted, None)
    by_two = persons.matching(rows, _SOUNDS, cap)
    refined = rows.only(by_two.oversized_rows)
    by_two_and_year = persons.matching(refined, _SOUNDS_YEAR, cap)
    by_year = persons.matching(rows, _SOUND_YEAR, cap)
    by_day = persons.matching(rows, _SOUND_DAY, cap)
    by_rare = persons.matching(rows, _SOUND_RARE, _RARE)
    undated = by_two.oversized_rows[sides.rows.dates.years[by_two.oversized_rows] == 0]
    joins = (by_two, by_two_and_year, by_year, by_day)
    return Candidates(
        Pairs.union([by_rare.pairs, *(join.pairs for join in joins)]),
        np.union1d(by_two_and_year.oversized_rows, undated).astype(np.int32),
        sum(join.oversized_keys for join in joins),
    )


def _by_identifier(sides: Sides) -> list[Pairs]:
    """Pairs with an equal identifier; rows without any, also those with an identifier one slip away."""
    theirs = [(column.cores, np.flatnonzero(column.cores != -1)) for column in sides.persons.identifiers]
    registry = [(mixed(_IDENTIFIER, cores[present]), present.astype(np.int32)) for cores, present in theirs]
    found = []
    matched = np.zeros(len(sides.rows), dtype=np.bool_)
    for own in sides.rows.identifiers:
        present = np.flatnonzero(own.cores != -1).astype(np.int32)
        index = RowKeys(mixed(_IDENTIFIER, own.cores[present]), present)
        found += [index.join(keys, persons, _UNCAPPED).pairs for keys, persons in registry]
    for pairs in found:
        matched[pairs.rows] = True
    for own in sides.rows.identifiers:
        width = max(_FULL_IDENTIFIER, int(own.digits.max(initial=0)))
        open_rows = np.flatnonzero(~matched & (own.cores > 0))
        for begin in range(0, len(open_rows), _VARIED_AT_ONCE):
            chosen = open_rows[begin : begin + _VARIED_AT_ONCE]
            near, origins = near_cores(own.cores[chosen], width)
            index = RowKeys(mixed(_IDENTIFIER, near), chosen[origins].astype(np.int32))
            found += [index.join(keys, persons, _UNCAPPED).pairs for keys, persons in registry]
    return found


def _by_day(sides: Sides, kind: int, property_of_token: NDArray[np.integer], cap: int) -> Joined:
    keys, rows = [], []
    for days in (sides.rows.dates.days, sides.rows.dates.swapped()):
        dated = np.flatnonzero(days != MISSING).astype(np.int32)
        tokens = sides.rows.tokens.take(dated)
        owners = dated[tokens.owners]
        keys.append(mixed(kind, days[owners], property_of_token[tokens.values]))
        rows.append(owners)
    dated = _sharing_a_day(sides)
    tokens = sides.persons.tokens.take(dated)
    owners = dated[tokens.owners]
    theirs = mixed(kind, sides.persons.dates.days[owners], property_of_token[tokens.values])
    row_keys, row_owners = _once(np.concatenate(keys), np.concatenate(rows))
    return RowKeys(row_keys, row_owners).join(theirs, owners, cap)


def _once(
    keys: NDArray[np.uint64], owners: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Drop keys that one owner has twice, so that block sizes count people."""
    order = np.lexsort((keys, owners))
    keys, owners = keys[order], owners[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
    return keys[first], owners[first]


def _sharing_a_day(sides: Sides) -> NDArray[np.int32]:
    days = np.union1d(sides.rows.dates.days, sides.rows.dates.swapped())
    days = days[days != MISSING]
    own = sides.persons.dates.days
    if not len(days):
        return np.empty(0, dtype=np.int32)
    table = np.zeros(int(days[-1] - days[0]) + 1, dtype=np.bool_)
    table[days - days[0]] = True
    inside = (own >= days[0]) & (own <= days[-1])
    candidates = np.flatnonzero(inside).astype(np.int32)
    sharing: NDArray[np.int32] = candidates[table[own[candidates] - days[0]]]
    return sharing


@dataclass(frozen=True, slots=True)
class _NameParts:
    """Sounds of names, flat, with their owners, ordered by owner and without repetition."""

    owners: NDArray[np.int32]
    sounds: NDArray[np.uint64]
    people: People

    @classmethod
    def of(
        cls,
        people: People,
        tokens: TokenTable,
        wanted: NDArray[np.bool_],
        chosen: NDArray[np.int32] | None,
    ) -> _NameParts:
        lists = people.tokens if chosen is None else people.tokens.take(chosen)
        keep = np.flatnonzero(wanted[lists.values])
        owners = lists.owners[keep] if chosen is None else chosen[lists.owners[keep]]
        sounds, owners = _once(tokens.sound_hashes[lists.values[keep]], owners)
        return cls(owners, sounds, people)

    def only(self, owners: NDArray[np.int32]) -> _NameParts:
        keep = np.isin(self.owners, owners)
        return _NameParts(self.owners[keep], self.sounds[keep], self.people)

    def matching(self, rows: _NameParts, kind: int, cap: int) -> Joined:
        keys, owners = rows.keys(kind)
        theirs, persons = self.keys(kind)
        return RowKeys(keys, owners).join(theirs, persons, cap)

    def keys(self, kind: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        dates = self.people.dates
        if kind in (_SOUNDS, _SOUNDS_YEAR):
            first, second, owners = self._twos()
            if kind == _SOUNDS:
                return mixed(kind, first, second), owners
            years = dates.years[owners]
            dated = years > 0
            return mixed(kind, first[dated], second[dated], years[dated]), owners[dated]
        if kind == _SOUND_YEAR:
            years = dates.years[self.owners]
            dated = years > 0
            return mixed(kind, self.sounds[dated], years[dated]), self.owners[dated]
        if kind == _SOUND_RARE:
            return mixed(kind, self.sounds), self.owners
        days = dates.months[self.owners].astype(np.int16) * 32 + dates.month_days[self.owners]
        dated = dates.month_days[self.owners] > 0
        return mixed(kind, self.sounds[dated], days[dated]), self.owners[dated]

    def _twos(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int32]]:
        """Return every two sounds of one owner, the smaller first (sounds are ordered within an owner)."""
        firsts, seconds, owners = [], [], []
        distance = 1
        while distance < len(self.owners):
            same = np.flatnonzero(self.owners[distance:] == self.owners[:-distance])
            if not len(same):
                break
            firsts.append(self.sounds[same])
            seconds.append(self.sounds[same + distance])
            owners.append(self.owners[same])
            distance += 1
        if not owners:
            return self.sounds[:0], self.sounds[:0], self.owners[:0]
        return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(owners)
