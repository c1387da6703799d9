"""Lists of words of different lengths, line after line in one array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.siphash import Words

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """For each line a list of words; line ``i`` has ``words[offsets[i]:offsets[i + 1]]``."""

    offsets: Integers
    words: Words

    @property
    def counts(self) -> Integers:
        """How many words each line has."""
        return np.diff(self.offsets)

    @property
    def owners(self) -> Integers:
        """The line of each word."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.counts)

    @property
    def sums(self) -> Words:
        """The sum of each line's words modulo 2^64."""
        running = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(self.words, dtype=np.uint64)))
        return running[self.offsets[1:]] - running[self.offsets[:-1]]

    def first(self) -> Words:
        """The first word of each line, 0 where it has none."""
        return self._at(self.offsets[:-1])

    def last(self) -> Words:
        """The last word of each line, 0 where it has none."""
        return self._at(self.offsets[1:] - 1)

    def _at(self, places: Integers) -> Words:
        if not len(self.words):
            return np.zeros(len(places), dtype=np.uint64)
        found = self.words[np.clip(places, 0, len(self.words) - 1)]
        found[self.counts == 0] = 0
        return found

    @classmethod
    def empty(cls, lines: int) -> Lists:
        """Return lists with nothing in them."""
        return cls(np.zeros(lines + 1, dtype=np.int64), np.empty(0, dtype=np.uint64))

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Lists:
        """Return these lists."""
        counts = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
        offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
        flat = np.fromiter((word for words in lists for word in words), np.uint64, int(offsets[-1]))
        return cls(offsets, flat)

    def take(self, lines: Integers) -> Lists:
        """Return the lists of these lines, in this order."""
        counts = self.counts[lines]
        ends = np.cumsum(counts)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        offsets = np.concatenate((np.zeros(1, dtype=np.int64), ends))
        return Lists(offsets, self.words[np.repeat(self.offsets[:-1][lines], counts) + within])
