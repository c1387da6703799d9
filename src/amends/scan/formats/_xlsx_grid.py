"""Finds the cells of a block of whole rows, all at once, and accounts for every byte of it.

```
<row r="12" spans="1:3"><c r="A12" t="s"><v>3</v></c><c r="B12" s="4"/></row><row r="13" ...
^ row       ^ tail      ^ cell ^  ^ way           ^ end
```

Nothing is guessed: each cell's letters, the number of its row, what follows it up to the value (its *way*: type and
style) and what follows the value are compared with the bytes that they must be, so that between two values there is
nothing that was not looked at. A row where any of it differs is marked odd.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np

from amends.scan.formats._xlsx_words import (
    FIRST,
    WORD,
    Block,
    Flags,
    Places,
    Words,
    digits,
    length_to_quote,
    word,
)

WIDEST: Final = 200
"""Columns beyond are left to the careful reader: they may be far cells."""
_LETTERS: Final = 26
_MOST_WAYS: Final = 64
_LONGEST_WAY: Final = 6 * WORD
_MOST_DIGITS: Final = 7
_MOST_STRANGERS: Final = 16
"""So many cells of a block are looked at one by one for a way that is not known yet."""
_WAY: Final = re.compile(
    rb'(?: s="([0-9]{1,5})")?(?: t="(s|n|b|e|str|inlineStr)")?'
    rb'(?:(/>)|><v>|(><is><t(?: xml:space="preserve")?>))'
)
_ROW: Final = word(b"<row ")
_ROW_NUMBER: Final = word(b'<row r="')
_ROW_END: Final = word(b"</row>")
_CELL: Final = word(b'<c r="')
_VALUE_END: Final = b"</v></c>"
_INLINE_END: Final = b"</t></is></c>"
_INLINE_REST: Final = word(_INLINE_END[:WORD])


class Way(NamedTuple):
    """How a cell is written around its value."""

    kind: str
    """Its type, as it is written; empty where it is not."""
    style: str
    inline: bool
    empty: bool


class Grid(NamedTuple):
    """What stands where in a block. All but the first four have one entry for each cell, in their order."""

    numbers: Places
    """Row numbers."""
    tails: tuple[Places, Places]
    """Where what follows each row's number begins and ends."""
    odd: Flags
    """Rows that are not wholly known."""
    row_starts: Places
    row_of: Places
    column: Places
    way: Places
    starts: Places
    """Of the values."""
    lengths: Places


class Layout:
    """The ways in which the cells of a sheet have been written so far."""

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self._texts: list[bytes] = []
        self._usual = np.zeros(WIDEST, np.int64)
        """By the column, the way of its last cells."""
        self._heads: list[Words] = []
        self._masks: list[Words] = []
        self._lengths = np.zeros(0, np.int64)
        self._end_lengths = np.zeros(0, np.int64)
        self._ends = self._end_masks = np.zeros(0, np.uint64)
        self._learn(b"><v>", Way("", "", False, False))

    def grid(self, block: Block) -> Grid | None:
        """Return the grid of a block; None where it does not begin with a row."""
        size = len(block.content)
        following = block.bytes[1:size]
        found = following == ord("c")
        found |= following == ord("r")
        found &= block.bytes[: size - 1] == ord("<")
        hits = np.flatnonzero(found)
        words = block.words[hits]
        is_row = (words & FIRST[5]) == _ROW
        rows = np.flatnonzero(is_row)
        if not len(rows) or rows[0] != 0 or hits[0] != 0:
            return None
        after = np.append(hits[1:], size)
        counts = np.diff(rows, append=len(hits)) - 1
        starts = hits[rows]
        row_words = block.words[starts + WORD]
        number_lengths = length_to_quote(row_words)
        numbers, odd = _numbers(row_words, number_lengths)
        number_lengths = np.minimum(number_lengths, _MOST_DIGITS)
        odd |= words[rows] != _ROW_NUMBER
        ends = np.append(starts[1:], size)
        filled = counts > 0
        odd |= filled & ((block.words[ends - 6] & FIRST[6]) != _ROW_END)
        is_cell = ~is_row
        places, ends_of_cells = hits[is_cell], after[is_cell]
        ends_of_cells[np.cumsum(counts)[filled] - 1] -= 6
        row_of = np.repeat(np.arange(len(rows)), counts)
        cells = _Cells(places, ends_of_cells, words[is_cell])
        quoted = (FIRST[number_lengths + 1] & row_words)[row_of], number_lengths[row_of] + 1
        column, way, values, lengths, wrong = self._cells(block, cells, quoted)
        wrong[1:] |= (column[1:] <= column[:-1]) & (row_of[1:] == row_of[:-1])
        odd[row_of[wrong]] = True
        tails = starts + WORD + 1 + number_lengths, after[rows]
        return Grid(numbers, tails, odd, starts, row_of, column, way, values, lengths)

    def _cells(
        self, block: Block, cells: _Cells, number: tuple[Words, Places]
    ) -> tuple[Places, Places, Places, Places, Flags]:
        """``number``: for each cell the number of its row with the quote behind it, and their length."""
        wrong = (cells.words ^ _CELL) & FIRST[6]
        letters = (cells.words >> np.uint64(48)).astype(np.int64)
        column = (letters & 0xFF) - ord("A")
        out = (column < 0) | (column >= _LETTERS)
        position = cells.places + 7
        second = (letters >> 8) - ord("A")
        two = second >= 0
        if two.any():
            out |= second >= _LETTERS
            column = np.where(two, (column + 1) * _LETTERS + second, column)
            position = position + two
            out |= column >= WIDEST
        column = np.where(out, 0, column)
        row_word, length = number
        wrong |= (block.words[position] ^ row_word) & FIRST[length]
        position = position + length
        way, unknown = self._ways(block, position, column)
        starts = position + self._lengths[way]
        ends = block.words[cells.ends - WORD] ^ self._ends[way]
        wrong |= ends & self._end_masks[way]
        lengths = cells.ends - self._end_lengths[way] - starts
        out |= unknown | (wrong != 0) | (lengths < 0) | ((self._end_lengths[way] == 0) & (lengths != 0))
        inline = np.flatnonzero(self._end_lengths[way] == len(_INLINE_END))
        if len(inline):
            out[inline] |= block.words[cells.ends[inline] - len(_INLINE_END)] != _INLINE_REST
        return column, way, starts, lengths, out

    def _ways(self, block: Block, position: Places, column: Places) -> tuple[Places, Flags]:
        """Return the way of each cell, and which cells have none that is known."""
        way = self._usual[column]
        others = np.flatnonzero(self._unlike(block, position, way))
        unknown = np.zeros(len(way), np.bool_)
        if not len(others):
            return way, unknown
        for number in range(len(self.ways)):
            others = self._settled(block, (position, column, way), others, number)
        strangers = 0
        while len(others) and strangers < _MOST_STRANGERS:
            if self._learned(block.content, int(position[others[0]])):
                others = self._settled(block, (position, column, way), others, len(self.ways) - 1)
            else:
                strangers += 1
                unknown[others[0]] = True
                others = others[1:]
        unknown[others] = True
        return way, unknown

    def _settled(
        self, block: Block, cells: tuple[Places, Places, Places], others: Places, number: int
    ) -> Places:
        """Give all of ``others`` this way that have it, and return the rest."""
        if not len(others):
            return others
        position, column, way = cells
        differs = self._unlike(block, position[others], np.full(len(others), number))
        found = others[~differs]
        way[found] = number
        self._usual[column[found]] = number
        return others[differs]

    def _unlike(self, block: Block, position: Places, way: Places) -> Flags:
        wrong = (block.words[position] ^ self._heads[0][way]) & self._masks[0][way]
        for at in range(1, len(self._heads)):
            wrong |= (block.words[position + at * WORD] ^ self._heads[at][way]) & self._masks[at][way]
        return wrong != 0

    def _learned(self, content: bytes, place: int) -> bool:
        match = _WAY.match(content, place)
        if match is None or len(match[0]) > _LONGEST_WAY or len(self.ways) >= _MOST_WAYS:
            return False
        style, kind, empty, inline = match.groups()
        self._learn(match[0], Way((kind or b"").decode(), (style or b"").decode(), bool(inline), bool(empty)))
        return True

    def _learn(self, text: bytes, way: Way) -> None:
        self.ways.append(way)
        self._texts.append(text)
        end = b"" if way.empty else _INLINE_END if way.inline else _VALUE_END
        self._lengths = np.append(self._lengths, len(text))
        self._end_lengths = np.append(self._end_lengths, len(end))
        self._ends = np.append(self._ends, word(end[-WORD:]))
        self._end_masks = np.append(self._end_masks, FIRST[len(end[-WORD:])])
        count = -(-max(map(len, self._texts)) // WORD)
        cut = [[text[at * WORD : (at + 1) * WORD] for text in self._texts] for at in range(count)]
        self._heads = [np.array([word(piece) for piece in pieces], np.uint64) for pieces in cut]
        self._masks = [np.array([FIRST[len(piece)] for piece in pieces], np.uint64) for pieces in cut]


class _Cells(NamedTuple):
    """Where each cell begins and ends, and its first eight bytes."""

    places: Places
    ends: Places
    words: Words


def _numbers(words: Words, lengths: Places) -> tuple[Places, Flags]:
    values, wrong = digits(words, np.maximum(lengths, 1))
    odd = (wrong != 0) | (lengths == 0) | (lengths > _MOST_DIGITS)
    odd |= (words & np.uint64(0xFF)) == ord("0")
    return values.astype(np.int64), odd
