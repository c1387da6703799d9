"""The cells of one old sheet, row by row (MS-XLS 2.1.7.20.5), any version of Excel from 2 to 2003."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._biff_formula import literals
from amends.scan.formats._biff_records import BOF_KINDS, CELL_KINDS, BiffStream, SegmentReader, Substream
from amends.scan.formats._biff_strings import SharedStrings
from amends.scan.formats._biff_styles import Styles
from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

_ERRORS: Final = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}
_HEADER: Final = struct.Struct("<HH")
_PLACE: Final = struct.Struct("<HHH")
_LAST_COLUMN: Final = 16_383
_DENSE_TO: Final = 64
_DENSE_SHARE: Final = 4
_EOF: Final = 0x000A
_ROW_BLOCK: Final = 0x00D7
_FORMULAS: Final = frozenset({0x0006, 0x0206, 0x0406})
_OF_RANGES: Final = {0x04BC: 8, 0x0221: 12}


class Cells:
    """Reads the cells; ``texts_in_formulas`` and ``runs`` are complete after the last row."""

    def __init__(self, stream: BiffStream, sheet: Substream, styles: Styles, strings: SharedStrings) -> None:
        self._stream = stream
        self._sheet = sheet
        self._styles = styles
        self._strings = strings
        self.texts_in_formulas: list[tuple[int, int, str]] = []
        self.hidden_runs: list[tuple[int, int, str, str]] = []
        self.phonetic: list[tuple[int, int, str]] = []
        self._row: dict[int, tuple[str, str]] = {}
        self._formula_cell = (0, 0)

    def rows(
        self, table: UntrustedTable, row_hidden: dict[int, str], otherwise: str, limits: Limits
    ) -> Iterator[UntrustedRow]:
        """Yield the rows that hold anything. ``row_hidden``: 0-based row → why it is not seen; ``otherwise``: the rest.

        Raises `UnreadableError`: ``corrupt`` where the sheet breaks off, ``too-large``.
        """
        number = -1
        for at, kind, size in self._cell_records():
            if kind in (0x0207, 0x0007):
                self._result(at, kind, size)
                continue
            if size < 4:
                continue
            row, _ = _HEADER.unpack_from(self._stream.data, at)
            if row != number and kind not in _OF_RANGES:
                if self._row:
                    yield self._finished(number, row_hidden.get(number, otherwise), limits)
                number = row
            try:
                self._cell(at, kind, size, table)
            except (struct.error, IndexError) as damage:
                raise UnreadableError("corrupt") from damage
        if self._row:
            yield self._finished(number, row_hidden.get(number, otherwise), limits)
        if self._stream.damaged and self._sheet is self._stream.substreams[-1]:
            raise UnreadableError("corrupt")

    def _cell_records(self) -> Iterator[tuple[int, int, int]]:
        data, at, end, nested = self._stream.data, self._sheet.first, self._sheet.end, 0
        while at + 4 <= end:
            kind, size = _HEADER.unpack_from(data, at)
            if kind in BOF_KINDS:
                nested += 1
            elif kind == _EOF:
                nested -= 1
            elif not nested and (kind in CELL_KINDS or kind in _OF_RANGES) and kind != _ROW_BLOCK:
                yield at + 4, kind, size
            at += 4 + size

    def _finished(self, number: int, hidden: str, limits: Limits) -> UntrustedRow:
        cells, self._row = self._row, {}
        columns = sorted(cells)
        texts = [cells[column][0] for column in columns]
        if max(map(len, texts)) > limits.cell_characters:
            raise UnreadableError("too-large")
        if columns[-1] < _DENSE_TO or columns[-1] < _DENSE_SHARE * len(columns):
            dense = [""] * (columns[-1] + 1)
            for column, text in zip(columns, texts, strict=True):
                dense[column] = text
            marks = [(column, cells[column][1]) for column in columns if cells[column][1]]
            return UntrustedRow(number + 1, hidden, None, dense, marks or None)
        marks = [(column, cells[column][1]) for column in columns if cells[column][1]]
        return UntrustedRow(number + 1, hidden, columns, texts, marks or None)

    def _put(self, column: int, text: str, hidden: str) -> None:
        if text and column <= _LAST_COLUMN:
            self._row[column] = text, hidden

    def _cell(self, at: int, kind: int, size: int, table: UntrustedTable) -> None:
        data, styles = self._stream.data, self._styles
        if kind == 0x00FD:
            row, column, style = _PLACE.unpack_from(data, at)
            (index,) = struct.unpack_from("<I", data, at + 6)
            self._shared(row, column, style, index, table)
        elif kind in (0x027E, 0x007E):
            _, column, style = _PLACE.unpack_from(data, at)
            self._number(column, style, rk_value(data, at + 6))
        elif kind == 0x0203:
            _, column, style = _PLACE.unpack_from(data, at)
            self._number(column, style, struct.unpack_from("<d", data, at + 6)[0])
        elif kind == 0x00BD:
            _, column = _HEADER.unpack_from(data, at)
            for index in range((size - 6) // 6):
                (style,) = struct.unpack_from("<H", data, at + 4 + 6 * index)
                self._number(column + index, style, rk_value(data, at + 6 + 6 * index))
        elif kind in (0x0204, 0x00D6):
            _, column, style = _PLACE.unpack_from(data, at)
            text, _ = self._stream.string(data[at : at + size], 6)
            self._put(column, text, _of(styles.text_hidden, style))
        elif kind == 0x0205:
            _, column, style = _PLACE.unpack_from(data, at)
            self._put(column, _truth_or_error(data[at + 6], data[at + 7]), _of(styles.number_hidden, style))
        elif kind in _FORMULAS:
            self._formula(at, size)
        elif kind in _OF_RANGES:
            self._range_formula(at, kind, size)
        elif self._stream.version == 2:
            self._oldest(at, kind, size)

    def _number(self, column: int, style: int, value: float) -> None:
        self._put(column, self._styles.number(value, style), _of(self._styles.number_hidden, style))

    def _shared(self, row: int, column: int, style: int, index: int, table: UntrustedTable) -> None:
        strings = self._strings
        if index >= len(strings.texts):
            table.unread_cells += 1
            return
        strings.used[index] = 1
        text = strings.texts[index]
        hidden = _of(self._styles.text_hidden, style)
        self._put(column, text, hidden)
        if index in strings.phonetic:
            self.phonetic.append((row, column, strings.phonetic[index]))
        if index in strings.runs and not hidden:
            ends = [start for start, _ in strings.runs[index][1:]] + [len(text)]
            for (start, font), end in zip(strings.runs[index], ends, strict=True):
                why = self._styles.fonts.hides(font)
                if why and text[start:end].strip():
                    self.hidden_runs.append((row, column, why, text[start:end]))

    def _oldest(self, at: int, kind: int, size: int) -> None:
        """Excel 2: three bytes of attributes where later versions have the number of a style."""
        data = self._stream.data
        _, column = _HEADER.unpack_from(data, at)
        style = data[at + 4] & 0x3F
        if kind == 0x0002:
            self._number(column, style, float(struct.unpack_from("<H", data, at + 7)[0]))
        elif kind == 0x0003:
            self._number(column, style, struct.unpack_from("<d", data, at + 7)[0])
        elif kind == 0x0004:
            text, _ = self._stream.string(data[at : at + size], 7, False)
            self._put(column, text, _of(self._styles.text_hidden, style))
        elif kind == 0x0005:
            self._put(column, _truth_or_error(data[at + 7], data[at + 8]), "")

    def _formula(self, at: int, size: int) -> None:
        stream, data = self._stream, self._stream.data
        oldest = stream.version == 2
        row, column = _HEADER.unpack_from(data, at)
        value_at = at + (7 if oldest else 6)
        style = data[at + 4] & 0x3F if oldest else struct.unpack_from("<H", data, at + 4)[0]
        raw = data[value_at : value_at + 8]
        self._formula_cell = column, style
        if raw[6:] != b"\xff\xff":
            self._number(column, style, struct.unpack("<d", raw)[0])
        elif raw[0] in (1, 2):
            self._put(column, _truth_or_error(raw[2], raw[0] - 1), _of(self._styles.number_hidden, style))
        if oldest:
            tokens_at, count = at + 17, data[at + 16]
        else:
            tokens_at = at + (22 if stream.version >= 5 else 18)
            (count,) = struct.unpack_from("<H", data, tokens_at - 2)
        self._literals(row, column, data[tokens_at : at + size], count)

    def _range_formula(self, at: int, kind: int, size: int) -> None:
        row, _ = _HEADER.unpack_from(self._stream.data, at)
        start = at + _OF_RANGES[kind]
        (count,) = struct.unpack_from("<H", self._stream.data, start)
        self._literals(row, self._stream.data[at + 4], self._stream.data[start + 2 : at + size], count)

    def _literals(self, row: int, column: int, raw: bytes, count: int) -> None:
        version, page = self._stream.version, self._stream.page
        for text in literals(raw[:count], raw[count:], version, page):
            self.texts_in_formulas.append((row, column, text))

    def _result(self, at: int, kind: int, size: int) -> None:
        """The text that the formula before it came to."""
        column, style = self._formula_cell
        try:
            if self._stream.version >= 8:
                text = self._long_result(at, size)
            else:
                text, _ = self._stream.string(self._stream.data[at : at + size], 0, kind == 0x0207)
        except (struct.error, IndexError) as damage:
            raise UnreadableError("corrupt") from damage
        self._put(column, text, _of(self._styles.text_hidden, style))

    def _long_result(self, at: int, size: int) -> str:
        from_segments = [self._stream.data[at : at + size]]
        following = at + size
        while self._stream.data[following : following + 2] == b"\x3c\0":
            (more,) = struct.unpack_from("<H", self._stream.data, following + 2)
            from_segments.append(self._stream.data[following + 4 : following + 4 + more])
            following += 4 + more
        reader = SegmentReader(from_segments)
        count, flags = struct.unpack("<HB", reader.take(3))
        return reader.characters(count, bool(flags & 1))


def rk_value(data: bytes, at: int) -> float:
    """Return a number in its packed form (MS-XLS 2.5.217)."""
    (packed,) = struct.unpack_from("<i", data, at)
    if packed & 2:
        value = float(packed >> 2)
    else:
        (value,) = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<i", packed & ~3))
    return value / 100 if packed & 1 else value


def _truth_or_error(value: int, is_error: int) -> str:
    return _ERRORS.get(value, "#ERROR!") if is_error else ("TRUE" if value else "FALSE")


def _of(hidden: list[str], style: int) -> str:
    return hidden[style] if style < len(hidden) else ""
