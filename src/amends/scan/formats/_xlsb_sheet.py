"""One sheet of a binary workbook (MS-XLSB 2.1.7.62): its rows, and the texts of every other record."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._biff_cells import rk_value
from amends.scan.formats._biff_sheet import cell_name
from amends.scan.formats._xlsb_records import formula_texts, records, strings_in, wide_string
from amends.scan.formats._xlsb_styles import XlsbStyles
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

_ROW, _RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED = 0, 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_TRUTH, _FORMULA_ERROR, _RICH = 8, 9, 10, 11, 62
_COLUMN, _LINK, _VALIDATION, _FILTER, _SHEET_FORMAT, _HEADERS, _SHEET_PROPERTIES = (
    60,
    494,
    64,
    161,
    485,
    479,
    147,
)
_CELLS: Final = frozenset({*range(12), _RICH})
_HIDDEN_ROW: Final = 0x10
_NARROW, _FLAT = 128, 30
_LAST_COLUMN: Final = 16_383
_ERRORS: Final = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}
_DENSE_TO: Final = 64
_MEANINGS: Final = {
    _LINK: ("link", "link-address"),
    _VALIDATION: ("validation", "data-validation"),
    _HEADERS: ("header", "header-footer"),
}


class XlsbStrings:
    """The shared strings: texts, pronunciations, and which of them a cell shows."""

    def __init__(self, content: bytes) -> None:
        self.texts: list[str] = []
        self.phonetic: dict[int, str] = {}
        for kind, body in records(content):
            if kind == 19:
                text, spoken = rich_string(body, 0)
                if spoken:
                    self.phonetic[len(self.texts)] = spoken
                self.texts.append(text)
        self.used = bytearray(len(self.texts))


def rich_string(body: bytes, at: int) -> tuple[str, str]:
    """Return the text and the pronunciation of a rich string (MS-XLSB 2.5.122)."""
    flags = body[at]
    text, end = wide_string(body, at + 1)
    if flags & 1:
        (runs,) = struct.unpack_from("<I", body, end)
        end += 4 + 4 * runs
    return text, wide_string(body, end)[0] if flags & 2 else ""


class XlsbSheet:
    """Reads one sheet; ``parts`` is to be asked after the last row."""

    def __init__(self, content: bytes, styles: XlsbStyles, strings: XlsbStrings, limits: Limits) -> None:
        self._content = content
        self._styles = styles
        self._strings = strings
        self._limits = limits
        self._cells: dict[int, tuple[str, str]] = {}
        self._formulas: list[tuple[int, int, str]] = []
        self._phonetic: list[tuple[int, int, str]] = []
        self._filtered = any(kind == _FILTER for kind, _ in records(content))
        self._number = 0

    def rows(self, table: UntrustedTable) -> Iterator[UntrustedRow]:
        """Yield the rows that hold anything; hidden columns are told before the first.

        Raises `UnreadableError`: ``corrupt``, ``too-large``.
        """
        hidden = ""
        try:
            for kind, body in records(self._content):
                if kind == _ROW:
                    if self._cells:
                        yield self._finished(hidden)
                    self._number = struct.unpack_from("<I", body)[0]
                    hidden = self._row_hidden(body)
                elif kind == _COLUMN:
                    first, last, width, _, flags = struct.unpack_from("<IIIIH", body)
                    why = "hidden-column" if flags & 1 else "narrow-column" if width <= _NARROW else ""
                    if why and first <= last:
                        table.hidden_columns.append((min(first, _LAST_COLUMN), min(last, _LAST_COLUMN), why))
                elif kind in _CELLS:
                    self._cell(kind, body, table)
        except (struct.error, IndexError) as damage:
            raise UnreadableError("corrupt") from damage
        if self._cells:
            yield self._finished(hidden)

    def _row_hidden(self, body: bytes) -> str:
        if body[11] & _HIDDEN_ROW:
            return "filtered-row" if self._filtered else "hidden-row"
        return "zero-height-row" if struct.unpack_from("<H", body, 8)[0] < _FLAT else ""

    def _finished(self, hidden: str) -> UntrustedRow:
        cells, self._cells = self._cells, {}
        columns = sorted(cells)
        texts = [cells[column][0] for column in columns]
        if max(map(len, texts)) > self._limits.cell_characters:
            raise UnreadableError("too-large")
        marks = [(column, cells[column][1]) for column in columns if cells[column][1]] or None
        if columns[-1] >= _DENSE_TO:
            return UntrustedRow(self._number + 1, hidden, columns, texts, marks)
        dense = [cells[column][0] if column in cells else "" for column in range(columns[-1] + 1)]
        return UntrustedRow(self._number + 1, hidden, None, dense, marks)

    def _cell(self, kind: int, body: bytes, table: UntrustedTable) -> None:
        column, packed = struct.unpack_from("<II", body)
        style = packed & 0xFFFFFF
        hidden_list = self._styles.number_hidden
        text, end = "", 0
        if kind == _SHARED:
            text, hidden_list = self._shared(column, body, table), self._styles.text_hidden
        elif kind in (_TEXT, _FORMULA_TEXT):
            (text, end), hidden_list = wide_string(body, 8), self._styles.text_hidden
        elif kind == _RICH:
            text, hidden_list = rich_string(body, 8)[0], self._styles.text_hidden
        elif kind == _RK:
            text = self._styles.number(rk_value(body, 8), style)
        elif kind in (_REAL, _FORMULA_NUMBER):
            text, end = self._styles.number(struct.unpack_from("<d", body, 8)[0], style), 16
        elif kind in (_TRUTH, _FORMULA_TRUTH):
            text, end = "TRUE" if body[8] else "FALSE", 9
        elif kind in (_ERROR, _FORMULA_ERROR):
            text, end = _ERRORS.get(body[8], "#ERROR!"), 9
        if kind in (_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_TRUTH, _FORMULA_ERROR):
            self._formulas += [(self._number, column, found) for found in formula_texts(body[end + 2 :])]
        if text and column <= _LAST_COLUMN:
            self._cells[column] = text, hidden_list[style] if style < len(hidden_list) else ""

    def _shared(self, column: int, body: bytes, table: UntrustedTable) -> str:
        (index,) = struct.unpack_from("<I", body, 8)
        if index >= len(self._strings.texts):
            table.unread_cells += 1
            return ""
        self._strings.used[index] = 1
        if index in self._strings.phonetic:
            self._phonetic.append((self._number, column, self._strings.phonetic[index]))
        return str(self._strings.texts[index])

    def parts(self, where: tuple[str, ...]) -> Iterator[UntrustedPart]:
        """Yield what stands beside the cells."""
        for row, column, text in self._formulas:
            yield UntrustedPart(
                (*where, f"formula {cell_name(row, column)}"), "formula", "formula-text", text
            )
        for row, column, text in self._phonetic:
            yield UntrustedPart((*where, cell_name(row, column), "phonetic"), "cell", "phonetic-text", text)
        for number, (kind, body) in enumerate(records(self._content)):
            if kind in _CELLS or kind == _COLUMN:
                continue
            name, hidden = _MEANINGS.get(kind, ("record", "sheet-property"))
            step = f"{name} at record {number}"
            texts = list(strings_in(body))
            if kind == _VALIDATION:
                texts += formula_texts(body)
            elif not texts and hidden == "sheet-property":
                texts = list(formula_texts(body))
            for text in texts:
                yield UntrustedPart((*where, step), name, hidden, text)
