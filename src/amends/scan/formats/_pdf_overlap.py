"""Which boxes of a page lie on one another, without comparing each with each in Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from amends.scan.formats._pdf_drawing import Drawn
from amends.scan.formats._pdf_pdfium import Box

_FINEST: Final = 2.0
_MOST_CELLS: Final = 1_000
_CORE: Final = 0.2
_EMPTY: Final = 0
_FEW: Final = 40
"""Boxes up to which asking one after the other is faster than asking all at once."""

Grid = np.ndarray[Any, np.dtype[np.int64]]


class Boxes:
    """A fixed list of boxes that is asked often."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self._boxes = boxes
        self._edges = np.array(boxes, dtype=np.float64).reshape(len(boxes), 4).T.copy()

    def __len__(self) -> int:
        return len(self._boxes)

    def touching(self, box: Box) -> list[int]:
        """Return the positions of those that share an area with the box."""
        if len(self._boxes) <= _FEW:
            x0, y0, x1, y1 = box
            return [
                at
                for at, (left, bottom, right, top) in enumerate(self._boxes)
                if left < x1 and right > x0 and bottom < y1 and top > y0
            ]
        left, bottom, right, top = self._edges
        found = (left < box[2]) & (right > box[0]) & (bottom < box[3]) & (top > box[1])
        return [int(at) for at in np.flatnonzero(found)]

    def hold_middle(self, box: Box) -> bool:
        """Say whether the middle of the box lies in one of them."""
        if not len(self):
            return False
        left, bottom, right, top = self._edges
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return bool(((left <= x) & (x <= right) & (bottom <= y) & (y <= top)).any())


class Shapes:
    """Those shapes of a page that may hide a text."""

    def __init__(self, shapes: Sequence[Drawn]) -> None:
        self._shapes = [shape for shape in shapes if shape.hides]
        self._boxes = Boxes([shape.box for shape in self._shapes])

    def touching(self, box: Box) -> list[Drawn]:
        """Return those that share an area with the box, in the order of painting."""
        if not self._shapes:
            return []
        return [self._shapes[at] for at in self._boxes.touching(box)]


class Groups:
    """Texts parted so that none of a group lies on another one of it, save where it is the same text again."""

    def __init__(self, area: Box, most: int) -> None:
        self._area = area
        self._most = most
        width, height = max(1.0, area[2] - area[0]), max(1.0, area[3] - area[1])
        self._cell = max(_FINEST, width / _MOST_CELLS, height / _MOST_CELLS)
        self._shape = int(height / self._cell) + 1, int(width / self._cell) + 1
        self._grids: list[Grid] = []

    def place(self, box: Box, text: str) -> int:
        """Return the group of a text. Beyond the most groups, it goes to the last one."""
        rows, columns = self._cells(core_of(box))
        mark = hash(text) or 1
        for number, grid in enumerate(self._grids):
            taken = grid[rows, columns]
            if ((taken == _EMPTY) | (taken == mark)).all():
                taken[...] = mark
                return number
        if len(self._grids) < self._most:
            self._grids.append(np.zeros(self._shape, dtype=np.int64))
            self._grids[-1][rows, columns] = mark
        return len(self._grids) - 1

    def _cells(self, box: Box) -> tuple[slice, slice]:
        left, bottom = (box[0] - self._area[0]) / self._cell, (box[1] - self._area[1]) / self._cell
        right, top = (box[2] - self._area[0]) / self._cell, (box[3] - self._area[1]) / self._cell
        return _cells(bottom, top, self._shape[0]), _cells(left, right, self._shape[1])


def _cells(low: float, high: float, count: int) -> slice:
    first = min(max(int(low), 0), count - 1)
    return slice(first, min(max(int(high) + 1, first + 1), count))


def core_of(box: Box) -> Box:
    """Return the inner part of a text's box: lines and letters overlap a little at their edges."""
    margin = _CORE * min(box[2] - box[0], box[3] - box[1])
    return box[0] + margin, box[1] + margin, box[2] - margin, box[3] - margin
