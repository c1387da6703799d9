"""Where a block is rich in digits: the only places where most numbers of persons can stand.

Counting digits costs a fraction of looking for forty forms, and prose has few; so the forms that are made of digits
are looked for in these windows alone.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np

FEWEST: Final = 7
"""A place is rich where so many digits stand within `SPAN` bytes."""
SPAN: Final = 17
"""As many bytes as lie within three groups of eight, wherever they begin."""
_AROUND: Final = 32
"""Bytes that a window has on both sides of what is rich."""
_ONES: Final = np.uint64(0x0101010101010101)
_TOP_BYTE: Final = np.uint64(56)


@dataclass(frozen=True, slots=True)
class DigitWindows:
    """Pieces of a block, one after the other with a line end between."""

    data: bytes
    _starts: list[int]
    """Where each piece begins in ``data``."""
    _origins: list[int]
    """Where it begins in the block."""

    def origin(self, offset: int) -> int:
        """Return where in the block an offset of the pieces lies."""
        piece = bisect_right(self._starts, offset) - 1
        return self._origins[piece] + offset - self._starts[piece]


def digit_windows(data: bytes) -> DigitWindows | None:
    """Return the windows of a block, or None where it has none."""
    padded = data + bytes(-len(data) % 8 + 16)
    digits = (np.frombuffer(padded, np.uint8) - np.uint8(48)) < 10
    # Eight flags of one byte each, added up in the top byte of a product.
    counts = (digits.view(np.uint64) * _ONES) >> _TOP_BYTE
    rich = np.flatnonzero(counts[:-2] + counts[1:-1] + counts[2:] >= FEWEST)
    if not len(rich):
        return None
    breaks = np.flatnonzero(np.diff(rich) > 3 + 2 * _AROUND // 8)
    firsts = rich[np.concatenate(([0], breaks + 1))] * 8 - _AROUND
    lasts = (rich[np.concatenate((breaks, [len(rich) - 1]))] + 3) * 8 + _AROUND
    origins = np.maximum(firsts, 0).tolist()
    pieces = [data[first:last] for first, last in zip(origins, lasts.tolist(), strict=True)]
    starts: list[int] = []
    at = 0
    for piece in pieces:
        starts.append(at)
        at += len(piece) + 1
    return DigitWindows(b"\n".join(pieces), starts, origins)
