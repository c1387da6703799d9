"""Rows of a worksheet by the block: what common programs write, read some thousand cells at a time.

The careful reader spends a call on each tag. Here the cells of a block are found and compared with what is known all
at once (`amends.scan.formats._xlsx_grid`), and their values turned into texts by type and style. A row of which
anything is not known (formulas, rich text, entities, blanks between tags, cells out of order, attributes of other
programs) goes to the careful reader as it is: what is not known is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import compress, repeat
from typing import Final

import numpy as np

from amends.scan.formats._xlsx_blocks import holds_other_markup
from amends.scan.formats._xlsx_cells import FAR_ROWS, SPARSE_FROM, TRUE, CellTexts, Meaning
from amends.scan.formats._xlsx_grid import Grid, Layout
from amends.scan.formats._xlsx_rows import CarefulSheet, is_nothing
from amends.scan.formats._xlsx_values import OddValueError, ValueTexts
from amends.scan.formats._xlsx_words import FIRST, WORD, Block, Flags, Objects, Places, word
from amends.scan.formats.interface import UntrustedRow
from amends.scan.limits import Limits

_ROW_ATTRIBUTES: Final = re.compile(r'(?: [A-Za-z][A-Za-z0-9]*(?::[A-Za-z0-9]+)?="[ !#-%\'-;=?-~]*")*')
_ROW_ATTRIBUTE: Final = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
_UNKNOWN: Final = "?"
_HIDDEN: Final = "hidden"
_MOST_ROW_KINDS: Final = 10_000
_LONGEST_TAIL: Final = 8 * WORD
_SHORTEST_RUN: Final = 64
"""Fewer known rows between odd ones are read faster with them than alone."""
_made: Final = partial(tuple.__new__, UntrustedRow)


class FastBlocks:
    """Turns blocks of whole rows into rows; what it does not know it gives to the careful reader of the same sheet."""

    def __init__(self, sheet: CarefulSheet, meaning: Meaning, values: ValueTexts, limits: Limits) -> None:
        self._sheet = sheet
        self._values = values
        self._hides = bool(meaning.hiding)
        self._cells = CellTexts(meaning, sheet.table, limits)
        self._layout = Layout()
        self._tails = _RowTails()

    def rows(self, content: bytes) -> Iterator[UntrustedRow]:
        """Yield the rows of a block that ends with the end of a row. Raises `UnreadableError`."""
        block = Block(content)
        grid = self._layout.grid(block)
        if grid is None:
            yield from self._carefully(content)
            return
        kinds = self._tails.kinds(block, grid)
        odd = grid.odd
        if not odd.any():
            try:
                texts, filled = self._values.texts(block, grid, self._layout.ways)
            except OddValueError as some:
                odd[grid.row_of[some.cells]] = True
            else:
                yield from self._assembled(grid, kinds, texts, filled)
                return
        yield from self._in_runs(content, grid.row_starts, odd)

    def _in_runs(self, content: bytes, starts: Places, odd: Flags) -> Iterator[UntrustedRow]:
        """Read odd rows and the rest each in their way, in the order in which they stand."""
        # A comment or the like may hold rows that are none.
        if holds_other_markup(content) or 2 * np.count_nonzero(odd) > len(odd):
            yield from self._carefully(content)
            return
        edges = [0, *(np.flatnonzero(odd[1:] != odd[:-1]) + 1).tolist(), len(odd)]
        places = [*starts.tolist(), len(content)]
        waiting = 0
        for first, last in zip(edges, edges[1:], strict=False):
            if odd[first] or last - first < _SHORTEST_RUN:
                continue
            if first > waiting:
                yield from self._carefully(content[places[waiting] : places[first]])
            yield from self.rows(content[places[first] : places[last]])
            waiting = last
        if waiting < len(odd):
            yield from self._carefully(content[places[waiting] :])

    def _carefully(self, piece: bytes) -> list[UntrustedRow]:
        sheet = self._sheet
        sheet.feed(piece)
        rows, sheet.rows = sheet.rows, []
        return rows

    def _assembled(self, grid: Grid, kinds: list[str], texts: Objects, filled: Flags) -> list[UntrustedRow]:
        sheet, builder = self._sheet, self._sheet.builder
        numbers = grid.numbers.tolist()
        sheet.number = numbers[-1]
        rows = len(numbers)
        if not len(grid.column):
            return []
        width = int(grid.column.max()) + 1
        present: Flags | None = None
        if len(texts) < rows * width or not filled.all():
            present = np.zeros(rows * width, np.bool_)
            at = grid.row_of * width + grid.column
            present[at[filled]] = True
            table: Objects = np.full(rows * width, "", object)
            table[at] = texts
            texts, present = table, present.reshape(rows, width)
        lists: list[list[str]] = texts.reshape(rows, width).tolist()
        lengths = _trimmed(lists, present) if present is not None else np.full(rows, width)
        why = [
            kind if kind is not _HIDDEN else sheet.hidden_row(number)
            for kind, number in zip(kinds, numbers, strict=True)
        ]
        marks = self._marks(grid, filled)
        found = list(map(_made, zip(numbers, why, repeat(None), lists, marks)))  # type: ignore[call-arg]
        if present is not None or grid.numbers[-1] - builder.last_row > FAR_ROWS:
            self._set_apart(found, grid.numbers, present, lengths)
        kept = lengths > 0
        if not kept.all():
            found = list(compress(found, kept.tolist()))
        if found:
            builder.passed(found[-1].number, int(lengths.max()))
        return found

    def _marks(self, grid: Grid, filled: Flags) -> Iterable[list[tuple[int, str]] | None]:
        if not self._hides:
            return repeat(None)
        why = [self._cells.hidden(way.kind, way.style) for way in self._layout.ways]
        marked = np.flatnonzero(np.array([reason != "" for reason in why])[grid.way] & filled)
        if not len(marked):
            return repeat(None)
        marks: list[list[tuple[int, str]] | None] = [None] * len(grid.numbers)
        for row, column, way in zip(
            grid.row_of[marked].tolist(), grid.column[marked].tolist(), grid.way[marked].tolist(), strict=True
        ):
            of_row = marks[row]
            if of_row is None:
                marks[row] = [(column, why[way])]
            else:
                of_row.append((column, why[way]))
        return marks

    def _set_apart(
        self, found: list[UntrustedRow], numbers: Places, present: Flags | None, lengths: Places
    ) -> None:
        """Make those rows anew that are sent in another way: far ones, and long ones that are nearly empty."""
        builder = self._sheet.builder
        kept = np.flatnonzero(lengths)
        before = np.append(builder.last_row, numbers[kept][:-1])
        apart = numbers[kept] - before > FAR_ROWS
        if present is not None:
            counts = np.count_nonzero(present, axis=1)[kept]
            apart |= lengths[kept] - 1 - counts > np.maximum(SPARSE_FROM, 3 * counts)
        for at in np.flatnonzero(apart).tolist():
            row = found[kept[at]]
            builder.passed(int(before[at]), 0)
            columns = [column for column, text in enumerate(row.texts) if text]
            texts = [row.texts[column] for column in columns]
            found[kept[at]] = builder.row(row.number, row.hidden, columns, texts, row.marks or [])


def _trimmed(lists: list[list[str]], present: Flags) -> Places:
    """Take away the empty texts at the end of each row, and return how many texts it has then."""
    width = present.shape[1]
    lengths = np.where(present.any(axis=1), width - np.argmax(present[:, ::-1], axis=1), 0)
    short = np.flatnonzero(lengths < width)
    for row, length in zip(short.tolist(), lengths[short].tolist(), strict=True):
        del lists[row][length:]
    return lengths


class _RowTails:
    """What stands between the number of a row and its first cell, or its end, and what that says of it."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, bool]] = {}
        self._usual = b">"
        self._words = [(word(self._usual), FIRST[len(self._usual)])]

    def kinds(self, block: Block, grid: Grid) -> list[str]:
        """Return why each row is not seen, ``hidden`` where it says so itself; mark those odd that say what is not known."""
        begins, ends = grid.tails
        alike = ends - begins == len(self._usual)
        for at, (expected, mask) in enumerate(self._words):
            alike &= (block.words[begins + at * WORD] & mask) == expected
        kinds = [self._kind(self._usual)[0]] * len(begins)
        others = np.flatnonzero(~alike)
        if not len(others):
            return kinds
        has_cells = np.zeros(len(begins), np.bool_)
        has_cells[grid.row_of] = True
        tail = b""
        for row, begin, end in zip(
            others.tolist(), begins[others].tolist(), ends[others].tolist(), strict=True
        ):
            tail = block.content[begin:end]
            kind, blank = self._kind(tail)
            if kind is _UNKNOWN or blank == has_cells[row]:
                grid.odd[row] = True
            else:
                kinds[row] = kind
        if 2 * len(others) > len(begins) and tail.endswith(b">") and len(tail) <= _LONGEST_TAIL:
            self._expect(tail)
        return kinds

    def _expect(self, tail: bytes) -> None:
        kind, blank = self._kind(tail)
        if kind is _UNKNOWN or blank:
            return
        self._usual = tail
        pieces = [tail[at : at + WORD] for at in range(0, len(tail), WORD)]
        self._words = [(word(piece), FIRST[len(piece)]) for piece in pieces]

    def _kind(self, tail: bytes) -> tuple[str, bool]:
        kind = self._known.get(tail)
        if kind is None:
            kind = _kind_of_row(tail)
            if len(self._known) < _MOST_ROW_KINDS:
                self._known[tail] = kind
        return kind


def _kind_of_row(tail: bytes) -> tuple[str, bool]:
    """Return why such a row is not seen, or that the careful reader must say; and whether it has no cells."""
    blank = tail.endswith((b"></row>", b"/>"))
    ending = b"></row>" if tail.endswith(b"></row>") else b"/>" if blank else b">"
    attributes = tail.removesuffix(ending).decode("latin-1")
    if not tail.endswith(ending) or _ROW_ATTRIBUTES.fullmatch(attributes) is None:
        return _UNKNOWN, blank
    pairs = _ROW_ATTRIBUTE.findall(attributes)
    by_name = dict(pairs)
    if len(by_name) != len(pairs) or "r" in by_name:
        return _UNKNOWN, blank
    if by_name.get("hidden", "") in TRUE:
        return _HIDDEN, blank
    height = by_name.get("ht")
    return ("zero-height-row" if height is not None and is_nothing(height) else ""), blank
