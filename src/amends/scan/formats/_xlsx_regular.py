"""Finds the cells of a block in which every row is written like the rows before: the same columns in the same way.

Most tables are of this kind, and then whatever stands between two values of a row has the same length in all rows that
have numbers of as many digits. So it is cut out of all rows at once, column by column, and compared with what it must
be, to the last byte; where any of it differs, `amends.scan.formats._xlsx_grid` looks at the block cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from amends.scan.formats._xlsx_cells import column_letters
from amends.scan.formats._xlsx_grid import ROW_NUMBER, Grid, Way, hits_in, row_numbers
from amends.scan.formats._xlsx_values import Group, groups_of
from amends.scan.formats._xlsx_words import WORD, Block, Places, length_to_quote

_ROW_END: Final = b"</row>"
_BEFORE_R: Final = len("<c")
_BEFORE_ROW_R: Final = len("<row")
_MOST_DIGITS: Final = 7
_FEWEST_ROWS: Final = 16


class RegularCells(NamedTuple):
    """What stands where in a block; all but the first two by column and row."""

    numbers: Places
    """Row numbers."""
    tails: tuple[Places, Places]
    """Where what follows each row's number begins and ends."""
    starts: Places
    """Of the values."""
    lengths: Places


class Regular:
    """How the rows of a table are written."""

    def __init__(self, columns: list[int], ways: list[Way]) -> None:
        self.columns = columns
        self.ways = ways
        """By column."""
        self._valued = [at for at, way in enumerate(ways) if not way.empty]
        self.empty = [at for at, way in enumerate(ways) if way.empty]
        self._is_empty = np.array([way.empty for way in ways])
        self._numbers = np.arange(len(ways))
        openings = [f'<c r="{column_letters(column)}'.encode() for column in columns]
        ends = [way.end for way in ways]
        self._gaps = [
            _Gap(before + opening, b'"' + way.text)
            for before, opening, way in zip([b"", *ends], openings, ways, strict=False)
        ]
        self._head_lengths = np.array(
            [[len(opening) + 1 + len(way.text)] for opening, way in zip(openings, ways, strict=True)]
        )
        self._end_lengths = np.array([[len(end)] for end in ends])
        self._closing = ends[-1] + _ROW_END

    def groups(self, lengths: Places) -> Iterator[Group]:
        """Yield which columns are read alike: those of one type and style, short values apart from longer ones."""
        short = lengths.max(axis=1) < WORD
        for chosen in (short, ~short):
            yield from groups_of(self.ways, np.where(chosen & ~self._is_empty, self._numbers, -1))

    def cells(self, block: Block) -> RegularCells | None:
        """Return where the cells are; None where any row is not of this kind."""
        size = len(block.content)
        hits = hits_in(block)
        rows, rest = divmod(len(hits), len(self.columns) + 1)
        if not rows or rest:
            return None
        places = hits.reshape(rows, -1).T.copy()
        begins = places[0] - _BEFORE_ROW_R
        if begins[0] != 0 or (block.words(begins) != ROW_NUMBER).any():
            return None
        ends = np.append(begins[1:], size)
        words = block.words(begins + WORD)
        number_lengths = length_to_quote(words)
        digits = int(number_lengths[0])
        if digits > _MOST_DIGITS or (number_lengths != digits).any():
            return None
        numbers, odd = row_numbers(words, number_lengths)
        if odd.any():
            return None
        cells = places[1:] - _BEFORE_R
        starts = cells + (self._head_lengths + digits)
        value_ends = np.empty_like(starts)
        value_ends[:-1] = cells[1:]
        value_ends[-1] = ends - len(_ROW_END)
        value_ends -= self._end_lengths
        lengths = value_ends - starts
        if lengths[self._valued].min(initial=1) < 1 or np.any(lengths[self.empty]):
            return None
        written = words.view(np.uint8).reshape(rows, WORD)[:, :digits]
        gap_places = [cells[0], *value_ends[:-1]]
        if not all(gap.stands_at(block, at, written) for gap, at in zip(self._gaps, gap_places, strict=True)):
            return None
        if block.records(value_ends[-1], len(self._closing)) != self._closing * rows:
            return None
        return RegularCells(numbers, (begins + WORD + 1 + digits, cells[0]), starts, lengths)


class _Gap:
    """What stands between two values: ``before``, the number of the row, ``behind``."""

    def __init__(self, before: bytes, behind: bytes) -> None:
        self._before = before
        self._behind = behind
        self._expected = np.zeros((0, 0), np.uint8)
        """By row, as often as has been asked for."""

    def stands_at(self, block: Block, places: Places, numbers: npt.NDArray[np.uint8]) -> bool:
        """Say whether it stands at each place with the digits of its row."""
        rows, digits = numbers.shape
        first = len(self._before)
        length = first + digits + len(self._behind)
        if self._expected.shape[0] < rows or self._expected.shape[1] != length:
            one = np.frombuffer(self._before + bytes(digits) + self._behind, np.uint8)
            self._expected = np.tile(one, (rows, 1))
        expected = self._expected[:rows]
        expected[:, first : first + digits] = numbers
        return block.records(places, length) == expected.tobytes()


def regular_in(grid: Grid, ways: list[Way]) -> Regular | None:
    """Return how all rows of a grid are written; None where not all are written alike."""
    rows = len(grid.numbers)
    columns, rest = divmod(len(grid.column), rows)
    if rows < _FEWEST_ROWS or not columns or rest:
        return None
    column, way = grid.column.reshape(rows, columns), grid.way.reshape(rows, columns)
    if (grid.row_of.reshape(rows, columns) != np.arange(rows)[:, None]).any():
        return None
    if (column != column[0]).any() or (way != way[0]).any():
        return None
    return Regular(column[0].tolist(), [ways[number] for number in way[0].tolist()])
