"""Rows of a worksheet by the block: what common programs write, read some thousand cells at a time.

The careful reader spends a call on each tag. Here the cells of a block are found and compared with what is known all
at once, column by column where all rows are alike, else cell by cell, and their values turned into texts by type and
style. A row of which anything is not known (formulas, rich text, entities, blanks between tags, cells out of order,
attributes of other programs) goes to the careful reader as it is: what is not known is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import compress, pairwise, repeat
from typing import Final, NamedTuple

import numpy as np

from amends.scan.formats._xlsx_blocks import holds_other_markup
from amends.scan.formats._xlsx_cells import FAR_ROWS, SPARSE_FROM, CellTexts, Meaning
from amends.scan.formats._xlsx_grid import Grid, Layout, Way
from amends.scan.formats._xlsx_number_texts import OddValueError
from amends.scan.formats._xlsx_regular import Regular, regular_in
from amends.scan.formats._xlsx_row_tails import RowKinds, RowTails
from amends.scan.formats._xlsx_rows import CarefulSheet
from amends.scan.formats._xlsx_values import Values, ValueTexts, groups_of
from amends.scan.formats._xlsx_words import Block, Flags, Objects, Places
from amends.scan.formats.interface import UntrustedRow
from amends.scan.limits import Limits

_SHORTEST_RUN: Final = 64
"""Fewer known rows between odd ones are read faster with them than alone."""
_made: Final = partial(tuple.__new__, UntrustedRow)

Marks = list[tuple[int, str]]


class _Table(NamedTuple):
    """The rows of a block as they are to be sent."""

    numbers: Places
    texts: Objects
    """By row and column."""
    present: Flags | None
    """Which of them are not empty; None where all are."""
    marks: Iterable[Marks | None]
    """By row."""


class FastBlocks:
    """Turns blocks of whole rows into rows; what it does not know it gives to the careful reader of the same sheet."""

    def __init__(self, sheet: CarefulSheet, meaning: Meaning, values: ValueTexts, limits: Limits) -> None:
        self._sheet = sheet
        self._values = values
        self._hides = bool(meaning.hiding)
        self._cells = CellTexts(meaning, sheet.table, limits)
        self._layout = Layout()
        self._regular: Regular | None = None
        self._tails = RowTails()

    def rows(self, content: bytes) -> list[UntrustedRow]:
        """Return the rows of a block that ends with the end of a row. Raises `UnreadableError`."""
        block = Block(content)
        regular = self._regular_rows(block)
        if regular is not None:
            return regular
        grid = self._layout.grid(block)
        if grid is None:
            return self._carefully(content)
        has_cells = np.zeros(len(grid.numbers), np.bool_)
        has_cells[grid.row_of] = True
        kinds = self._tails.read(block, grid.tails, has_cells)
        odd = grid.odd
        odd[kinds.odd] = True
        if not odd.any():
            try:
                table = self._from_grid(block, grid)
            except OddValueError as some:
                odd[grid.row_of[some.cells]] = True
            else:
                self._regular = regular_in(grid, self._layout.ways)
                return self._assembled(table, kinds)
        return self._in_runs(content, grid.row_starts, odd)

    def _regular_rows(self, block: Block) -> list[UntrustedRow] | None:
        """Return the rows of a block whose rows are all like those of the block before; None where not all are."""
        regular = self._regular
        cells = regular.cells(block) if regular else None
        if regular is None or cells is None:
            return None
        kinds = self._tails.read(block, cells.tails, np.ones(len(cells.numbers), np.bool_))
        if kinds.odd:
            return None
        shape = cells.starts.shape
        texts: Objects = np.empty(shape, object)
        texts[regular.empty] = ""
        values = Values(cells.starts, cells.lengths, texts, cells.lengths > 0)
        try:
            self._values.put(block, values, regular.ways, regular.groups(cells.lengths))
        except OddValueError:
            return None
        reasons = self._reasons(regular.ways)
        marks: Iterable[Marks | None] = repeat(None)
        if any(reasons):
            marked = values.filled & np.array([reason != "" for reason in reasons])[:, None]
            row, at = np.nonzero(marked.T)
            why = [reasons[one] for one in at.tolist()]
            marks = _marks(len(cells.numbers), row, np.array(regular.columns)[at], why)
        columns, rows = regular.columns, len(cells.numbers)
        present: Flags | None = None
        if len(columns) <= columns[-1] or not values.filled.all():
            present = np.zeros((columns[-1] + 1, rows), np.bool_)
            present[columns] = values.filled
            texts = np.empty(present.shape, object)
            texts.fill("")
            texts[columns] = values.texts
            present = present.T
        return self._assembled(_Table(cells.numbers, texts.T, present, marks), kinds)

    def _from_grid(self, block: Block, grid: Grid) -> _Table:
        """Raises `OddValueError`."""
        ways, rows = self._layout.ways, len(grid.numbers)
        texts: Objects = np.empty(len(grid.way), object)
        texts.fill("")
        values = Values(grid.starts, grid.lengths, texts, grid.lengths > 0)
        groups = groups_of(ways, np.where(values.filled, grid.way, -1))
        self._values.put(block, values, ways, groups)
        reasons = self._reasons(ways)
        marks: Iterable[Marks | None] = repeat(None)
        if any(reasons):
            marked = np.flatnonzero(np.array([reason != "" for reason in reasons])[grid.way] & values.filled)
            why = [reasons[way] for way in grid.way[marked].tolist()]
            marks = _marks(rows, grid.row_of[marked], grid.column[marked], why)
        width = int(grid.column.max(initial=-1)) + 1
        if len(texts) == rows * width and values.filled.all():
            return _Table(grid.numbers, texts.reshape(rows, width), None, marks)
        table: Objects = np.empty((rows, width), object)
        table.fill("")
        table[grid.row_of, grid.column] = texts
        present = np.zeros((rows, width), np.bool_)
        present[grid.row_of, grid.column] = values.filled
        return _Table(grid.numbers, table, present, marks)

    def _reasons(self, ways: Sequence[Way]) -> list[str]:
        return [self._cells.hidden(way.kind, way.style) if self._hides else "" for way in ways]

    def _assembled(self, table: _Table, kinds: RowKinds) -> list[UntrustedRow]:
        sheet, builder = self._sheet, self._sheet.builder
        numbers = table.numbers.tolist()
        for row in kinds.hidden:
            kinds.why[row] = sheet.hidden_row(numbers[row])
        lists: list[list[str]] = table.texts.tolist()
        present = table.present
        lengths = np.full(len(lists), table.texts.shape[1]) if present is None else _trimmed(lists, present)
        made = map(_made, zip(numbers, kinds.why, repeat(None), lists, table.marks))
        found: list[UntrustedRow] = list(made)
        steps = np.diff(table.numbers, prepend=builder.last_row)
        if table.present is not None or steps.max() > FAR_ROWS:
            self._set_apart(found, table, lengths)
        if not lengths.all():
            found = list(compress(found, lengths.tolist()))
        if found:
            builder.passed(found[-1].number, int(lengths.max()))
        sheet.number = numbers[-1]
        return found

    def _set_apart(self, found: list[UntrustedRow], table: _Table, lengths: Places) -> None:
        """Make those rows anew that are sent in another way: far ones, and long ones that are nearly empty."""
        builder = self._sheet.builder
        kept = np.flatnonzero(lengths)
        before = np.append(builder.last_row, table.numbers[kept][:-1])
        apart = table.numbers[kept] - before > FAR_ROWS
        if table.present is not None:
            counts = np.count_nonzero(table.present, axis=1)[kept]
            apart |= lengths[kept] - 1 - counts > np.maximum(SPARSE_FROM, 3 * counts)
        for at in np.flatnonzero(apart).tolist():
            row = found[kept[at]]
            builder.passed(int(before[at]), 0)
            columns = [column for column, text in enumerate(row.texts) if text]
            texts = [row.texts[column] for column in columns]
            found[kept[at]] = builder.row(row.number, row.hidden, columns, texts, row.marks or [])

    def _in_runs(self, content: bytes, starts: Places, odd: Flags) -> list[UntrustedRow]:
        """Read odd rows and the rest each in their way, in the order in which they stand."""
        # A comment or the like may hold rows that are none.
        if holds_other_markup(content) or 2 * np.count_nonzero(odd) > len(odd):
            return self._carefully(content)
        rows: list[UntrustedRow] = []
        edges = [0, *(np.flatnonzero(odd[1:] != odd[:-1]) + 1).tolist(), len(odd)]
        places = [*starts.tolist(), len(content)]
        waiting = 0
        for first, last in pairwise(edges):
            if odd[first] or last - first < _SHORTEST_RUN:
                continue
            if first > waiting:
                rows += self._carefully(content[places[waiting] : places[first]])
            rows += self.rows(content[places[first] : places[last]])
            waiting = last
        if waiting < len(odd):
            rows += self._carefully(content[places[waiting] :])
        return rows

    def _carefully(self, piece: bytes) -> list[UntrustedRow]:
        sheet = self._sheet
        sheet.feed(piece)
        rows, sheet.rows = sheet.rows, []
        return rows


def _marks(rows: int, row: Places, column: Places, why: list[str]) -> list[Marks | None]:
    marks: list[Marks | None] = [None] * rows
    for at, place, reason in zip(row.tolist(), column.tolist(), why, strict=True):
        of_row = marks[at]
        if of_row is None:
            marks[at] = [(place, reason)]
        else:
            of_row.append((place, reason))
    return marks


def _trimmed(lists: list[list[str]], present: Flags) -> Places:
    """Take away the empty texts at the end of each row, and return how many texts it has then."""
    width = present.shape[1]
    if not width:
        return np.zeros(len(lists), np.int64)
    lengths = np.where(present.any(axis=1), width - np.argmax(present[:, ::-1], axis=1), 0)
    short = np.flatnonzero(lengths < width)
    for row, length in zip(short.tolist(), lengths[short].tolist(), strict=True):
        del lists[row][length:]
    return lengths
