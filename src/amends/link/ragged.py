"""Lists of unequal length as two flat arrays, so that tokens of a million people need no Python loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ragged:
    """List ``i`` is ``values[offsets[i]:offsets[i + 1]]``: the layout of an Arrow list array."""

    offsets: NDArray[np.int64]
    values: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of every list."""
        return np.diff(self.offsets)

    @property
    def owners(self) -> NDArray[np.int32]:
        """For every value, the index of its list."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)

    def take(self, index: NDArray[np.integer]) -> Ragged:
        """Return the lists at ``index``; an index of -1 gives an empty list."""
        starts = self.offsets[index]
        lengths = np.where(index < 0, 0, self.offsets[index + 1] - starts)
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        positions = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Ragged(offsets, self.values[positions])

    def flat_map(self, other: Ragged) -> Ragged:
        """Replace every value by the list of ``other`` that it points to, keeping the outer lists."""
        inner = other.take(self.values)
        return Ragged(inner.offsets[self.offsets], inner.values)

    def padded(self, index: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the lists at ``index`` as rows of a matrix, filled up with -1."""
        lengths = self.offsets[index + 1] - self.offsets[index]
        width = int(lengths.max(initial=1)) or 1
        steps = np.arange(width)
        inside = steps < lengths[:, None]
        positions = np.where(inside, self.offsets[index][:, None] + steps, 0)
        if not len(self.values):
            return np.full((len(index), width), -1, dtype=np.int32)
        return np.where(inside, self.values[positions], np.int32(-1)).astype(np.int32, copy=False)
