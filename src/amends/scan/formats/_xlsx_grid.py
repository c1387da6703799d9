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
    bytes_before,
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
ROW_NUMBER: Final = word(b'<row r="')
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
    text: bytes
    """What follows the cell's address up to the value."""
    end: bytes
    """What follows the value; nothing where the cell has none."""

    @property
    def empty(self) -> bool:
        """Whether such a cell holds nothing."""
        return not self.end


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
        self._usual = np.zeros(WIDEST, np.int64)
        """By the column, the way of its last cells."""
        self._learn(Way("", "", b"><v>", _VALUE_END))

    def grid(self, block: Block) -> Grid | None:
        """Return the grid of a block; None where it does not begin with a row."""
        size = len(block.content)
        places, words, is_row = _beginnings(block)
        rows = np.flatnonzero(is_row)
        if not len(rows) or places[0] != 0 or rows[0] != 0:
            return None
        after = np.append(places[1:], size)
        counts = np.diff(rows, append=len(places)) - 1
        starts = places[rows]
        row_words = block.words(starts + WORD)
        number_lengths = length_to_quote(row_words)
        numbers, odd = row_numbers(row_words, number_lengths)
        number_lengths = np.minimum(number_lengths, _MOST_DIGITS)
        ends = np.append(starts[1:], size)
        filled = counts > 0
        odd |= filled & ((block.words(ends - 6) & FIRST[6]) != _ROW_END)
        tails = starts + WORD + 1 + number_lengths, after[rows]
        is_cell = ~is_row
        ends_of_cells = after[is_cell]
        ends_of_cells[np.cumsum(counts)[filled] - 1] -= 6
        row_of = np.repeat(np.arange(len(rows)), counts)
        cells = _Cells(places[is_cell], ends_of_cells, words[is_cell])
        quoted = (FIRST[number_lengths + 1] & row_words)[row_of], number_lengths[row_of] + 1
        column, way, values, lengths, wrong = self._cells(block, cells, quoted)
        wrong[1:] |= (column[1:] <= column[:-1]) & (row_of[1:] == row_of[:-1])
        odd[row_of[wrong]] = True
        return Grid(numbers, tails, odd, starts, row_of, column, way, values, lengths)

    def _cells(
        self, block: Block, cells: _Cells, number: tuple[Words, Places]
    ) -> tuple[Places, Places, Places, Places, Flags]:
        """``number``: for each cell the number of its row with the quote behind it, and their length."""
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
        wrong = (block.words(position) ^ row_word) & FIRST[length]
        position = position + length
        way, unknown = self._ways(block, position, column)
        starts = position + self._lengths[way]
        ends = block.words(cells.ends - WORD) ^ self._ends[way]
        wrong |= ends & self._end_masks[way]
        lengths = cells.ends - self._end_lengths[way] - starts
        out |= unknown | (wrong != 0) | (lengths < 0) | ((self._end_lengths[way] == 0) & (lengths != 0))
        inline = np.flatnonzero(self._end_lengths[way] == len(_INLINE_END))
        if len(inline):
            out[inline] |= block.words(cells.ends[inline] - len(_INLINE_END)) != _INLINE_REST
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
        wrong: Words = np.zeros(len(way), np.uint64)
        words = block.successive_words(position, len(self._heads))
        for some, head, mask in zip(words, self._heads, self._masks, strict=True):
            wrong |= (some ^ head[way]) & mask[way]
        unlike: Flags = wrong != 0
        return unlike

    def _learned(self, content: bytes, place: int) -> bool:
        match = _WAY.match(content, place)
        if match is None or len(match[0]) > _LONGEST_WAY or len(self.ways) >= _MOST_WAYS:
            return False
        style, kind, empty, inline = match.groups()
        end = b"" if empty else _INLINE_END if inline else _VALUE_END
        self._learn(Way((kind or b"").decode(), (style or b"").decode(), match[0], end))
        return True

    def _learn(self, way: Way) -> None:
        self.ways.append(way)
        texts = [one.text for one in self.ways]
        ends = [one.end[-WORD:] for one in self.ways]
        self._lengths = np.array([len(text) for text in texts])
        self._end_lengths = np.array([len(one.end) for one in self.ways])
        self._ends = np.array([word(end) for end in ends], np.uint64)
        self._end_masks = np.array([FIRST[len(end)] for end in ends], np.uint64)
        count = -(-max(map(len, texts)) // WORD)
        cut = [[text[at * WORD : (at + 1) * WORD] for text in texts] for at in range(count)]
        self._heads = [np.array([word(piece) for piece in pieces], np.uint64) for pieces in cut]
        self._masks = [np.array([FIRST[len(piece)] for piece in pieces], np.uint64) for pieces in cut]


class _Cells(NamedTuple):
    """Where each cell begins and ends, and its first eight bytes."""

    places: Places
    ends: Places
    words: Words


def _beginnings(block: Block) -> tuple[Places, Words, Flags]:
    """Return where rows and cells begin that carry their address, the first word of each, and which are rows."""
    hits = hits_in(block)
    places = hits - 2
    words = block.words(places)
    others = np.flatnonzero((words & FIRST[6]) != _CELL)
    is_row = np.zeros(len(hits), np.bool_)
    if not len(others):
        return places, words, is_row
    before = places[others] - 2
    row_words = block.words(before)
    real = row_words == ROW_NUMBER
    rows = others[real]
    is_row[rows] = True
    places[rows], words[rows] = before[real], ROW_NUMBER
    if real.all():
        return places, words, is_row
    # An `` r`` in a text. What is neither row nor cell here must prove to be part of one.
    kept = np.ones(len(hits), np.bool_)
    kept[others[~real]] = False
    return places[kept], words[kept], is_row[kept]


def hits_in(block: Block) -> Places:
    """Return where `` r`` stands; of two within the same eight bytes, as can be in a text only, the first."""
    size = -(-len(block.content) // WORD) * WORD  # zeros follow
    found = block.bytes[:size] == ord(" ")
    found &= block.bytes[1 : size + 1] == ord("r")
    words = found.view(np.uint64)
    at = np.flatnonzero(words != 0)
    return (at << 3) + bytes_before(words[at])


def row_numbers(words: Words, lengths: Places) -> tuple[Places, Flags]:
    """Return the numbers of rows, and which are none that a row has: ``lengths`` of them are digits, then a quote."""
    values, wrong = digits(words, np.maximum(lengths, 1))
    odd = (wrong != 0) | (lengths == 0) | (lengths > _MOST_DIGITS)
    odd |= (words & np.uint64(0xFF)) == ord("0")
    return values.astype(np.int64), odd
