"""Turns the untrusted lines of the child into checked events, or refuses the line.

Everything here that is named ``untrusted_*`` came out of a process that may have been taken over.
It loses that name only after its type, length, count and range have been checked. The first thing
that is wrong ends the reading.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from amends.scan.hidden.kinds import hidden_kinds
from amends.scan.isolation.events import (
    ColumnsHidden,
    Confined,
    Event,
    FormatFound,
    GridBegun,
    GridDropped,
    GridEnded,
    GridRow,
    HiddenColumns,
    PictureDrawn,
    RowsFound,
    Steps,
    TextFound,
    Unread,
)
from amends.scan.isolation.protocol import (
    CONFINEMENTS,
    LAST_COLUMN,
    LAST_ROW,
    LONGEST_STEP,
    MOST_STEPS,
)
from amends.scan.limits import Limits
from amends.scan.reasons import REASONS

_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_NUL: Final = b"\\u0000"
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
_ROW_FIELDS: Final = 5
_MOST_KINDS: Final = 1_000


class UntrustedAnswerError(Exception):
    """The child broke the protocol; what it says from here on is void."""


class Checker:
    """Checks one line after the other, and counts for itself what has come."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.ended = False
        """Whether the child said that nothing was forgotten."""
        self.needs = ""
        """Format whose imports the child asks for; then nothing else may follow."""
        self.open_table = False
        self._lines = self._tables = self._rows = self._cells = self._parts = self._characters = (
            self._unread
        ) = 0
        self._pictures = 0
        self._hidden = frozenset(hidden_kinds())
        self._kinds: set[str] = set()
        """Kinds of parts that have been found to be words."""

    def take(self, untrusted_line: bytes) -> Iterator[Event]:
        """Check one line and yield what it says. Raises `UntrustedAnswerError`, then nothing of it is yielded."""
        _require(not self.ended and not self.needs)
        try:
            untrusted_message = json.loads(untrusted_line)
        except (ValueError, RecursionError) as garbage:
            raise UntrustedAnswerError from garbage
        _require(isinstance(untrusted_message, list) and len(untrusted_message) > 0)
        kind = untrusted_message[0]
        _require(isinstance(kind, str))
        self._lines += 1
        careful = _NUL in untrusted_line or _SURROGATE.search(untrusted_line) is not None
        if kind == "rows":
            return iter((self._rows_of(untrusted_message[1:], careful),))
        if kind == "parts":
            return iter(self._parts_of(untrusted_message[1:], careful))
        takers = {
            "confined": self._confined,
            "needs": self._needs,
            "format": self._format,
            "table": self._table,
            "columns": self._columns,
            "table-end": self._table_end,
            "drop": self._drop,
            "unread": self._unread_piece,
            "picture": self._picture,
            "end": self._end,
        }
        _require(kind in takers)
        event = takers[kind](untrusted_message[1:])
        return iter(()) if event is None else iter((event,))

    def _confined(self, untrusted: list[Any]) -> Event:
        (untrusted_how,) = _fields(untrusted, 1)
        # Only before the first byte was read can the child still be believed in this.
        _require(self._lines == 1 and isinstance(untrusted_how, str) and untrusted_how in CONFINEMENTS)
        return Confined(str(untrusted_how))

    def _needs(self, untrusted: list[Any]) -> None:
        (untrusted_name,) = _fields(untrusted, 1)
        self.needs = _word(untrusted_name)

    def _format(self, untrusted: list[Any]) -> Event:
        untrusted_where, untrusted_name = _fields(untrusted, 2)
        _require(not self.open_table)
        return FormatFound(_steps(untrusted_where), _word(untrusted_name))

    def _parts_of(self, untrusted: list[Any], careful: bool) -> list[TextFound]:
        (untrusted_parts,) = _fields(untrusted, 1)
        _require(isinstance(untrusted_parts, list) and not self.open_table)
        found: list[TextFound] = []
        longest = self.limits.cell_characters
        for untrusted_part in untrusted_parts:  # by the hundred thousand: what is alike is checked once
            _require(type(untrusted_part) is list)
            untrusted_where, untrusted_kind, untrusted_hidden, untrusted_text = _fields(untrusted_part, 4)
            _require(type(untrusted_text) is str and 0 < len(untrusted_text) <= longest)
            self._characters += len(untrusted_text)
            text = _storable(untrusted_text) if careful else untrusted_text
            hidden = "" if untrusted_hidden == "" else self._hidden_kind(untrusted_hidden)
            found.append(TextFound(_steps(untrusted_where), self._kind(untrusted_kind), hidden, text))
        self._parts += len(found)
        _require(self._parts <= self.limits.parts and self._characters <= self.limits.characters)
        return found

    def _table(self, untrusted: list[Any]) -> Event:
        untrusted_where, untrusted_name, untrusted_hidden = _fields(untrusted, 3)
        self._tables += 1
        _require(not self.open_table and self._tables <= self.limits.tables)
        self.open_table = True
        self._rows = 0
        return GridBegun(_steps(untrusted_where), _place(untrusted_name), self._hidden_kind(untrusted_hidden))

    def _columns(self, untrusted: list[Any]) -> Event:
        (untrusted_ranges,) = _fields(untrusted, 1)
        _require(self.open_table)
        return ColumnsHidden(self._ranges(untrusted_ranges))

    def _rows_of(self, untrusted: list[Any], careful: bool) -> RowsFound:
        (untrusted_rows,) = _fields(untrusted, 1)
        _require(self.open_table and isinstance(untrusted_rows, list))
        rows = [self._row(untrusted_row) for untrusted_row in untrusted_rows]
        if careful:
            rows = [_cleaned(row) for row in rows]
        self._rows += len(rows)
        self._cells += sum(len(row.texts) for row in rows)
        _require(self._cells <= self.limits.cells and self._rows <= self.limits.rows)
        return RowsFound(rows)

    def _table_end(self, untrusted: list[Any]) -> Event:
        untrusted_ranges, untrusted_header = _fields(untrusted, 2)
        _require(self.open_table and _is_integer(untrusted_header, 0, LAST_ROW))
        self.open_table = False
        return GridEnded(self._ranges(untrusted_ranges), untrusted_header)

    def _drop(self, untrusted: list[Any]) -> Event:
        untrusted_code, untrusted_count = _fields(untrusted, 2)
        _require(self.open_table)
        self.open_table = False
        return GridDropped(*_code_and_count(untrusted_code, untrusted_count))

    def _unread_piece(self, untrusted: list[Any]) -> Event:
        untrusted_where, untrusted_code, untrusted_count = _fields(untrusted, 3)
        self._unread += 1
        _require(not self.open_table and self._unread <= 2 * self.limits.files)
        return Unread(_steps(untrusted_where), *_code_and_count(untrusted_code, untrusted_count))

    def _picture(self, untrusted: list[Any]) -> Event:
        untrusted_where, untrusted_hidden, untrusted_width, untrusted_height, untrusted_pixels = _fields(
            untrusted, 5
        )
        self._pictures += 1
        _require(self._pictures <= self.limits.pages and isinstance(untrusted_pixels, str))
        _require(_is_integer(untrusted_width, 1, self.limits.pixels))
        _require(_is_integer(untrusted_height, 1, self.limits.pixels // untrusted_width))
        try:
            pixels = binascii.a2b_base64(untrusted_pixels, strict_mode=True)
        except ValueError as garbage:
            raise UntrustedAnswerError from garbage
        _require(len(pixels) == untrusted_width * untrusted_height * 3)
        hidden = self._hidden_kind(untrusted_hidden)
        return PictureDrawn(untrusted_width, untrusted_height, pixels, _steps(untrusted_where), hidden)

    def _end(self, untrusted: list[Any]) -> None:
        _fields(untrusted, 0)
        _require(not self.open_table and self._lines > 1)
        self.ended = True

    def _row(self, untrusted_row: Any) -> GridRow:
        _require(isinstance(untrusted_row, list) and len(untrusted_row) == _ROW_FIELDS)
        untrusted_number, untrusted_hidden, untrusted_columns, untrusted_texts, untrusted_marks = (
            untrusted_row
        )
        _require(_is_integer(untrusted_number, 0, LAST_ROW))
        _require(isinstance(untrusted_texts, list) and 0 < len(untrusted_texts) <= LAST_COLUMN)
        _require(set(map(type, untrusted_texts)) == {str})
        _require(max(map(len, untrusted_texts)) <= self.limits.cell_characters)
        if untrusted_columns is not None:
            _require(isinstance(untrusted_columns, list) and len(untrusted_columns) == len(untrusted_texts))
            previous = -1
            for untrusted_column in untrusted_columns:
                _require(_is_integer(untrusted_column, previous + 1, LAST_COLUMN - 1))
                previous = untrusted_column
        hidden = self._hidden_kind(untrusted_hidden)
        marks = () if untrusted_marks is None else self._marks(untrusted_marks)
        return GridRow(untrusted_number, hidden, untrusted_columns, untrusted_texts, marks)

    def _marks(self, untrusted_marks: Any) -> tuple[tuple[int, str], ...]:
        _require(isinstance(untrusted_marks, list) and len(untrusted_marks) <= LAST_COLUMN)
        marks: list[tuple[int, str]] = []
        for untrusted_mark in untrusted_marks:
            _require(isinstance(untrusted_mark, list))
            untrusted_column, untrusted_hidden = _fields(untrusted_mark, 2)
            _require(_is_integer(untrusted_column, 0, LAST_COLUMN - 1))
            marks.append((untrusted_column, self._hidden_kind(untrusted_hidden)))
        return tuple(marks)

    def _ranges(self, untrusted_ranges: Any) -> HiddenColumns:
        _require(isinstance(untrusted_ranges, list) and len(untrusted_ranges) <= LAST_COLUMN)
        ranges: list[tuple[int, int, str]] = []
        for untrusted_range in untrusted_ranges:
            _require(isinstance(untrusted_range, list))
            first, last, untrusted_hidden = _fields(untrusted_range, 3)
            _require(_is_integer(first, 0, LAST_COLUMN) and _is_integer(last, first, LAST_COLUMN))
            ranges.append((first, last, self._hidden_kind(untrusted_hidden)))
        return tuple(ranges)

    def _kind(self, untrusted_kind: Any) -> str:
        _require(type(untrusted_kind) is str)
        if untrusted_kind not in self._kinds:
            if len(self._kinds) >= _MOST_KINDS:
                self._kinds.clear()
            self._kinds.add(_word(untrusted_kind))
        return str(untrusted_kind)

    def _hidden_kind(self, untrusted_hidden: Any) -> str:
        if untrusted_hidden == "":
            return ""
        _require(isinstance(untrusted_hidden, str) and untrusted_hidden in self._hidden)
        return str(untrusted_hidden)


def _cleaned(row: GridRow) -> GridRow:
    texts = [_storable(text) for text in row.texts]
    return GridRow(row.number, row.hidden, row.columns, texts, row.marks)


def _storable(text: str) -> str:
    """Half surrogates and NUL break databases and encoders further on; they become U+FFFD."""
    return (
        text.encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def _steps(untrusted_where: Any) -> Steps:
    _require(type(untrusted_where) is list and len(untrusted_where) <= MOST_STEPS)
    for untrusted_step in untrusted_where:
        if (
            type(untrusted_step) is not str
            or len(untrusted_step) > LONGEST_STEP
            or not untrusted_step.isprintable()
        ):
            return tuple(map(_place, untrusted_where))
    return tuple(untrusted_where)


def _place(untrusted_name: Any) -> str:
    """Return a name of a place, on one line and without control characters."""
    _require(isinstance(untrusted_name, str) and len(untrusted_name) <= LONGEST_STEP)
    if untrusted_name.isprintable():
        return str(untrusted_name)
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in untrusted_name
    )


def _word(untrusted_word: Any) -> str:
    _require(isinstance(untrusted_word, str) and _WORD.fullmatch(untrusted_word) is not None)
    return str(untrusted_word)


def _code_and_count(untrusted_code: Any, untrusted_count: Any) -> tuple[str, int]:
    _require(isinstance(untrusted_code, str) and untrusted_code in REASONS)
    _require(_is_integer(untrusted_count, 0, LAST_ROW))
    return str(untrusted_code), int(untrusted_count)


def _fields(untrusted: list[Any], count: int) -> list[Any]:
    _require(len(untrusted) == count)
    return untrusted


def _is_integer(untrusted_value: Any, lowest: int, highest: int) -> bool:
    return type(untrusted_value) is int and lowest <= untrusted_value <= highest


def _require(condition: bool) -> None:
    if not condition:
        raise UntrustedAnswerError
