"""The tags and cells of a block of rows as arrays: where each one is, and which rows hold anything unusual."""

from __future__ import annotations

import os
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the child may start no thread

import numpy as np  # noqa: E402 - after the setting that it reads

Array = np.ndarray[Any, Any]

_PAD: Final = bytes(64)
ROW, CELL, VALUE, VALUE_END, CELL_END, ROW_END, _UNKNOWN = range(7)
_FOLLOWS: Final = {
    ROW: (CELL, ROW_END),
    CELL: (VALUE, CELL, ROW_END),
    VALUE: (VALUE_END,),
    VALUE_END: (CELL_END,),
    CELL_END: (CELL, ROW_END),
    ROW_END: (ROW,),
}
_LAST_COLUMN: Final = 16_384
_MOST_DIGITS: Final = 8
_MOST_STYLE_DIGITS: Final = 5
_MOST_WHOLE: Final = 40


class Tags:
    """Every ``<`` of a block by what begins there."""

    def __init__(self, block: bytes, row_number_lengths: list[int]) -> None:
        """``row_number_lengths``: digits of the number in each tag of a row, as a pattern found them."""
        self.content = content = np.frombuffer(block + _PAD, np.uint8)
        self.at = at = np.flatnonzero(content[: len(block)] == ord("<"))
        self.lengths = np.array(row_number_lengths, np.int64)
        one, two, three, four = (content[at + step] for step in (1, 2, 3, 4))
        self.kind = kind = np.full(len(at), _UNKNOWN, np.int8)
        slash = one == ord("/")
        closed = three == ord(">")
        kind[(one == ord("c")) & (two == ord(" "))] = CELL
        kind[(one == ord("v")) & (two == ord(">"))] = VALUE
        kind[slash & (two == ord("v")) & closed] = VALUE_END
        kind[slash & (two == ord("c")) & closed] = CELL_END
        kind[(one == ord("r")) & (two == ord("o")) & (three == ord("w")) & (four == ord(" "))] = ROW
        wide = slash & (two == ord("r")) & (three == ord("o")) & (four == ord("w"))
        kind[wide & (content[at + 5] == ord(">"))] = ROW_END
        rows = kind == ROW
        self.row = np.cumsum(rows) - 1
        self.row_starts = at[rows]
        self.sound = bool(
            len(at) > 1
            and at[0] == 0
            and kind[0] == ROW
            and kind[-1] == ROW_END
            and at[-1] + len(b"</row>") == len(block)
            and len(self.row_starts) == len(row_number_lengths)
            and block.count(b">") == len(at)
            and not ((one == ord("!")) | (one == ord("?"))).any()
        )
        """Whether the block is a chain of rows at all; nothing else here means anything where it is not."""
        self.bad = self._bad_rows() if self.sound else np.zeros(0, bool)
        """By row: whether it holds anything that is not known here."""

    def _bad_rows(self) -> Array:
        content, at, kind = self.content, self.at, self.kind
        allowed = np.zeros((_UNKNOWN + 1, _UNKNOWN + 1), bool)
        for before, after in _FOLLOWS.items():
            allowed[before, list(after)] = True
        fine = allowed[kind[:-1], kind[1:]]
        gap = at[1:] - at[:-1]
        former = kind[:-1]
        fine &= (gap == len(b"</v>")) | ((former != VALUE_END) & (former != CELL_END))
        fine &= (gap == len(b"</row>")) | (former != ROW_END)
        fine &= (content[at[1:] - 1] == ord(">")) | ((former != ROW) & (former != CELL))
        bad = np.zeros(len(self.row_starts), bool)
        bad[self.row[:-1][~fine]] = True
        bad[self.row[kind == _UNKNOWN]] = True
        return bad


class Cells:
    """Every cell of a block: its row and column, its style, its type, and where its value lies."""

    def __init__(self, tags: Tags) -> None:
        self._tags = tags
        at = tags.at
        cells = np.flatnonzero(tags.kind == CELL)
        self.row = tags.row[cells]
        self._fine = np.ones(len(cells), bool)
        self._start = at[cells]
        end = at[cells + 1] - 1
        self.filled = tags.kind[cells + 1] == VALUE
        """Whether it has a value."""
        position = self._read_reference()
        position = self._read_style(position)
        position = self._read_type(position)
        content = tags.content
        closes = (content[position] == ord("/")) & (position + 1 == end)
        self._fine &= np.where(self.filled, position == end, closes) & (content[end] == ord(">"))
        self.first = at[cells + 1] + len(b"<v>")
        self.length = np.where(self.filled, at[np.minimum(cells + 2, len(at) - 1)] - self.first, 0)
        self._fine &= (self.length > 0) | ~self.filled
        self.shared &= self.filled
        self.index = self._read_indexes()
        self.bad_rows = np.zeros(len(tags.row_starts), bool)
        self.bad_rows[self.row[~self._fine]] = True

    def _read_reference(self) -> Array:
        """Read ``<c r="AB12"``; return where the attributes after it begin."""
        content, start = self._tags.content, self._start
        fine = self._fine
        for step, letter in ((3, "r"), (4, "="), (5, '"')):
            fine &= content[start + step] == ord(letter)
        one, two, three = (content[start + step].astype(np.int64) - 64 for step in (6, 7, 8))
        second = (two >= 1) & (two <= 26)
        third = second & (three >= 1) & (three <= 26)
        column = np.where(second, one * 26 + two, one)
        self.column = np.where(third, column * 26 + three, column) - 1
        fine &= (one >= 1) & (one <= 26) & (self.column < _LAST_COLUMN)
        digits = start + 7 + second + third
        lengths = self._tags.lengths[self.row]
        for step in range(int(lengths.max(initial=0))):
            digit = content[digits + step]
            fine &= ((digit >= ord("0")) & (digit <= ord("9"))) | (step >= lengths)
        quote: Array = digits + lengths
        fine &= content[quote] == ord('"')
        fine[1:] &= (self.column[1:] > self.column[:-1]) | (self.row[1:] != self.row[:-1])
        return quote + 1

    def _begins(self, position: Array, letter: str) -> Array:
        content = self._tags.content
        begins: Array = content[position] == ord(" ")
        begins &= content[position + 1] == ord(letter)
        begins &= content[position + 2] == ord("=")
        begins &= content[position + 3] == ord('"')
        return begins

    def _read_style(self, position: Array) -> Array:
        self.styled = self._begins(position, "s")
        self.style = np.zeros(len(position), np.int64)
        if not self.styled.any():
            return position
        content = self._tags.content
        open_still = self.styled.copy()
        after = position.copy()
        for step in range(_MOST_STYLE_DIGITS + 1):
            letter = content[position + 4 + step]
            quote = letter == ord('"')
            digit = (letter >= ord("0")) & (letter <= ord("9"))
            self._fine &= ~open_still | digit | (quote & (step > 0))
            ends = open_still & quote
            after[ends] = position[ends] + 5 + step
            open_still &= ~quote
            self.style = np.where(open_still & digit, self.style * 10 + letter - ord("0"), self.style)
        self._fine &= ~open_still
        return after

    def _read_type(self, position: Array) -> Array:
        content = self._tags.content
        typed = self._begins(position, "t")
        letter = content[position + 4]
        self.shared = typed & (letter == ord("s"))
        known = (letter == ord("s")) | (letter == ord("n"))
        self._fine &= ~typed | (known & (content[position + 5] == ord('"')))
        return np.where(typed, position + 6, position)

    def _read_indexes(self) -> Array:
        content = self._tags.content
        index = np.zeros(len(self.row), np.int64)
        at = np.flatnonzero(self.shared)
        first, length = self.first[at], self.length[at]
        value = np.zeros(len(at), np.int64)
        fine = length <= _MOST_DIGITS
        for step in range(min(int(length.max(initial=0)), _MOST_DIGITS)):
            letter = content[first + step]
            inside = step < length
            fine &= ((letter >= ord("0")) & (letter <= ord("9"))) | ~inside
            value = np.where(inside, value * 10 + letter - ord("0"), value)
        index[at] = value
        self._fine[at] &= fine
        return index

    def numbers(self, chosen: Array) -> tuple[list[str], Array] | None:
        """Return the values of the chosen cells as they are written, and which are whole and need no other form.

        None where one of them holds a character that no number has.
        """
        lengths = self.length[chosen] + 1
        offsets = np.cumsum(lengths) - lengths
        total = int(lengths.sum())
        letters = self._tags.content[np.repeat(self.first[chosen] - offsets, lengths) + np.arange(total)]
        raw = letters.tobytes()
        if raw.translate(None, b"0123456789.+-eE<"):
            return None
        odd = np.flatnonzero(((letters < ord("0")) | (letters > ord("9"))) & (letters != ord("<")))
        whole = lengths <= _MOST_WHOLE + 1
        whole[np.searchsorted(offsets, odd, "right") - 1] = False
        whole &= (letters[offsets] != ord("0")) | (lengths == 2)  # noqa: PLR2004 - a digit and the tag after it
        return raw.decode("ascii").split("<")[:-1], whole
