"""Turns the untrusted lines of the child into checked grids, or into nothing at all.

Everything here that is named ``untrusted_*`` came out of a process that may have been taken over.
It loses that name only after its type, length, count and range have been checked. The first thing
that is wrong ends the reading: a child that breaks one rule is believed in nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from amends.scan.isolation.protocol import HIDDEN_STATES, LAST_COLUMN, LAST_ROW, LONGEST_NAME
from amends.scan.limits import Limits
from amends.scan.reasons import REASONS

_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_NUL: Final = b"\\u0000"
_MOST_RANGES: Final = LAST_COLUMN
_FORMAT_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")


class UntrustedAnswerError(Exception):
    """The child broke the protocol; whatever it said is void."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of a grid, checked."""

    number: int
    hidden: bool
    columns: list[int] | None
    """0-based, ascending; None for 0, 1, 2 ..."""
    texts: list[str] = field(repr=False)


@dataclass(slots=True)
class Grid:
    """One sheet as the file lays it out, before anyone has said which row is the header."""

    name: str
    hidden: str
    rows: list[GridRow] = field(default_factory=list, repr=False)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    header_row: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece that was not read: where it is, a listed code, how many things."""

    where: str
    code: str
    count: int


@dataclass(slots=True)
class CheckedAnswer:
    """What the child's lines have come to so far. Only ``ended`` makes it usable."""

    limits: Limits
    format: str = ""
    grids: list[Grid] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    ended: bool = False
    _open: Grid | None = None
    _cells: int = 0

    def take(self, untrusted_line: bytes) -> None:
        """Check one line and add what it says. Raises `UntrustedAnswerError`."""
        _require(not self.ended)
        try:
            untrusted_message = json.loads(untrusted_line)
        except (ValueError, RecursionError) as garbage:
            raise UntrustedAnswerError from garbage
        _require(isinstance(untrusted_message, list) and len(untrusted_message) > 0)
        kind = untrusted_message[0]
        _require(isinstance(kind, str))
        if kind == "rows":
            _require(len(untrusted_message) == 2)
            self._take_rows(untrusted_message[1], untrusted_line)
            return
        takers = {
            "format": self._take_format,
            "table": self._take_table,
            "table-end": self._take_table_end,
            "drop": self._take_drop,
            "unread": self._take_unread,
            "end": self._take_end,
        }
        _require(kind in takers)
        takers[kind](untrusted_message[1:])

    def _take_format(self, untrusted: list[Any]) -> None:
        (untrusted_name,) = _fields(untrusted, 1)
        _require(isinstance(untrusted_name, str) and _FORMAT_NAME.fullmatch(untrusted_name) is not None)
        _require(not self.format)
        self.format = untrusted_name

    def _take_table(self, untrusted: list[Any]) -> None:
        untrusted_name, untrusted_hidden = _fields(untrusted, 2)
        _require(self._open is None and len(self.grids) < self.limits.tables)
        _require(isinstance(untrusted_hidden, str) and untrusted_hidden in HIDDEN_STATES)
        self._open = Grid(_place(untrusted_name), untrusted_hidden)

    def _take_rows(self, untrusted_rows: Any, untrusted_line: bytes) -> None:
        grid = self._open
        if grid is None or not isinstance(untrusted_rows, list):
            raise UntrustedAnswerError
        careful = _NUL in untrusted_line or _SURROGATE.search(untrusted_line) is not None
        for untrusted_row in untrusted_rows:
            row = _row(untrusted_row, self.limits)
            self._cells += len(row.texts)
            grid.rows.append(_cleaned(row) if careful else row)
        _require(self._cells <= self.limits.cells and len(grid.rows) <= self.limits.rows)

    def _take_table_end(self, untrusted: list[Any]) -> None:
        untrusted_ranges, untrusted_header = _fields(untrusted, 2)
        grid = self._open
        if grid is None or not isinstance(untrusted_ranges, list) or len(untrusted_ranges) > _MOST_RANGES:
            raise UntrustedAnswerError
        for untrusted_range in untrusted_ranges:
            _require(isinstance(untrusted_range, list) and len(untrusted_range) == 2)
            first, last = untrusted_range
            _require(_is_integer(first, 0, LAST_COLUMN) and _is_integer(last, first, LAST_COLUMN))
            grid.hidden_columns.append((first, last))
        _require(_is_integer(untrusted_header, 0, LAST_ROW))
        grid.header_row = untrusted_header
        self.grids.append(grid)
        self._open = None

    def _take_drop(self, untrusted: list[Any]) -> None:
        grid = self._open
        if grid is None:
            raise UntrustedAnswerError
        self._take_unread([grid.name, *_fields(untrusted, 2)])
        self._open = None

    def _take_unread(self, untrusted: list[Any]) -> None:
        untrusted_where, untrusted_code, untrusted_count = _fields(untrusted, 3)
        _require(isinstance(untrusted_code, str) and untrusted_code in REASONS)
        _require(_is_integer(untrusted_count, 0, LAST_ROW))
        _require(len(self.unread) < 2 * self.limits.tables)
        self.unread.append(Unread(_place(untrusted_where), untrusted_code, untrusted_count))

    def _take_end(self, untrusted: list[Any]) -> None:
        _fields(untrusted, 0)
        _require(self._open is None and bool(self.format or self.unread))
        self.ended = True


def _row(untrusted_row: Any, limits: Limits) -> GridRow:
    _require(isinstance(untrusted_row, list) and len(untrusted_row) == 4)
    untrusted_number, untrusted_hidden, untrusted_columns, untrusted_texts = untrusted_row
    _require(_is_integer(untrusted_number, 0, LAST_ROW) and isinstance(untrusted_hidden, bool))
    _require(isinstance(untrusted_texts, list) and 0 < len(untrusted_texts) <= LAST_COLUMN)
    _require(set(map(type, untrusted_texts)) == {str})
    _require(max(map(len, untrusted_texts)) <= limits.cell_characters)
    if untrusted_columns is not None:
        _require(isinstance(untrusted_columns, list) and len(untrusted_columns) == len(untrusted_texts))
        previous = -1
        for untrusted_column in untrusted_columns:
            _require(_is_integer(untrusted_column, previous + 1, LAST_COLUMN - 1))
            previous = untrusted_column
    return GridRow(untrusted_number, untrusted_hidden, untrusted_columns, untrusted_texts)


def _cleaned(row: GridRow) -> GridRow:
    texts = [_storable(text) for text in row.texts]
    return GridRow(row.number, row.hidden, row.columns, texts)


def _storable(text: str) -> str:
    """Half surrogates and NUL break databases and encoders further on; they become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "�")


def _place(untrusted_name: Any) -> str:
    """Return a name of a place, on one line and without control characters."""
    _require(isinstance(untrusted_name, str) and len(untrusted_name) <= LONGEST_NAME)
    return "".join(letter if letter.isprintable() else "�" for letter in untrusted_name)


def _fields(untrusted: list[Any], count: int) -> list[Any]:
    _require(len(untrusted) == count)
    return untrusted


def _is_integer(untrusted_value: Any, lowest: int, highest: int) -> bool:
    return type(untrusted_value) is int and lowest <= untrusted_value <= highest


def _require(condition: bool) -> None:
    if not condition:
        raise UntrustedAnswerError
