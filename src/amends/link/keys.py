"""Blocking keys as 64-bit numbers, and the join that finds which registry persons share one with a row.

The hash is our own (splitmix64 finaliser over stable token hashes), because library hashes may change
between versions and keys are meant to be stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_SLOTS_PER_KEY: Final = 16


def mixed(kind: int, *parts: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Return one 64-bit key per line from a kind of key and its parts, in order.

    The mixing steps are those of splitmix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom
    number generators", OOPSLA 2014).
    """
    state: NDArray[np.uint64] = np.full(1, kind, dtype=np.uint64) * _GOLDEN
    for part in parts:
        state = state + _unsigned(part) + _GOLDEN
        state = (state ^ (state >> np.uint64(30))) * _FIRST
        state = (state ^ (state >> np.uint64(27))) * _SECOND
        state = state ^ (state >> np.uint64(31))
    return state


def _unsigned(part: NDArray[np.integer]) -> NDArray[np.uint64]:
    if part.dtype == np.uint64:
        return part.view(np.uint64)
    return part.astype(np.int64, copy=False).view(np.uint64)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs: row index and person index, position by position."""

    rows: NDArray[np.int32]
    persons: NDArray[np.int32]

    @classmethod
    def union(cls, several: list[Pairs]) -> Pairs:
        """Return all pairs once, ordered by row and person."""
        joined = [(pairs.rows.astype(np.int64) << 32) | pairs.persons for pairs in several]
        packed = np.unique(np.concatenate(joined)) if joined else np.empty(0, dtype=np.int64)
        return cls((packed >> 32).astype(np.int32), (packed & 0xFFFFFFFF).astype(np.int32))

    def without(self, others: Pairs) -> Pairs:
        """Return the pairs that are not among ``others``."""
        own = (self.rows.astype(np.int64) << 32) | self.persons
        theirs = (others.rows.astype(np.int64) << 32) | others.persons
        fresh = ~np.isin(own, theirs, assume_unique=True)
        return Pairs(self.rows[fresh], self.persons[fresh])


@dataclass(frozen=True, slots=True)
class Joined:
    """What a join found, and what it left out because too many persons share the key."""

    pairs: Pairs
    oversized_rows: NDArray[np.int32]
    """Rows that have at least one key with more persons than the cap; those pairs are *not* in
    ``pairs``."""
    oversized_keys: int


class RowKeys:
    """The keys of the leaked rows, made ready so that a million registry keys stream past them.

    A bit table of the lowest hash bits rejects nearly every registry key with one look-up; the survivors
    are looked up exactly.
    """

    def __init__(self, keys: NDArray[np.uint64], rows: NDArray[np.int32]) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys, starts = np.unique(keys[order], return_index=True)
        self._rows = rows[order]
        self._bounds = np.append(starts, len(rows)).astype(np.int64)
        slots = 1 << max(10, int(len(self._keys) * _SLOTS_PER_KEY).bit_length())
        self._mask = np.uint64(slots - 1)
        self._present = np.zeros(slots, dtype=np.bool_)
        self._present[self._keys & self._mask] = True

    def join(self, keys: NDArray[np.uint64], persons: NDArray[np.int32], cap: int) -> Joined:
        """Return the rows and persons that share a key; keys with more than ``cap`` persons are reported
        apart."""
        if not len(self._keys):
            return Joined(Pairs(self._rows, self._rows), self._rows, 0)
        maybe = np.flatnonzero(self._present[keys & self._mask])
        candidates = keys[maybe]
        position = np.minimum(np.searchsorted(self._keys, candidates), len(self._keys) - 1)
        exact = self._keys[position] == candidates
        numbers, found = position[exact], persons[maybe[exact]]
        sizes = np.bincount(numbers, minlength=len(self._keys))
        oversized = sizes > cap
        kept = ~oversized[numbers]
        numbers, found = numbers[kept], found[kept]
        repeats = np.diff(self._bounds)[numbers]
        ends = np.cumsum(repeats)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - repeats, repeats)
        rows = self._rows[np.repeat(self._bounds[numbers], repeats) + within]
        crowded = np.repeat(oversized, np.diff(self._bounds))
        pairs = Pairs(rows, np.repeat(found, repeats))
        return Joined(pairs, np.unique(self._rows[crowded]), int(oversized.sum()))
