"""The rows of one worksheet (ECMA-376 part 1, 18.3), streamed through expat.

The handlers do as little as can be done in each call, because a sheet of 6,252 rows and 20 columns
makes 600,000 calls. Cells carry their own address, so a single
cell at XFD1048576 costs one cell and not a grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from amends.scan.formats._xlsx_numbers import Renderer, number_text
from amends.scan.formats._xlsx_strings import unescape
from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

_LAST_COLUMN: Final = 16_384
_LAST_ROW_DIGITS: Final = 9
_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_WIDTH: Final = 0.1
_TRUE: Final = frozenset({"1", "true", "on"})
_SPARSE_FROM: Final = 64
"""A row is sent with its column numbers once more than this many cells and three quarters are empty."""


class Meaning:
    """What the cells of a workbook share: strings, and renderers by style."""

    __slots__ = ("renderers", "strings")

    def __init__(self, strings: list[str], renderers: list[Renderer | None]) -> None:
        self.strings = strings
        self.renderers = renderers


def read_rows(
    chunks: Iterable[bytes], meaning: Meaning, table: UntrustedTable, limits: Limits
) -> Iterator[UntrustedRow]:
    """Yield the rows that hold anything; fill ``table`` with what the sheet says about itself.

    Raises `UnreadableError`: ``corrupt``, ``forbidden-markup``, ``too-large``.
    """
    sheet = _SheetHandlers(meaning, table, limits)
    for chunk in chunks:
        feed(sheet.parser, chunk)
        if sheet.rows:
            yield from sheet.rows
            sheet.rows.clear()
    feed(sheet.parser, b"", True)
    yield from sheet.rows


class _SheetHandlers:
    """The handlers of expat and the state between their calls: the row and the cell that are open."""

    __slots__ = (
        "_cell_text", "_column", "_column_of", "_columns", "_formula", "_hidden", "_in_phonetic", "_kind",
        "_number", "_pieces", "_style", "_table", "_texts", "parser", "rows",
    )  # fmt: skip

    def __init__(self, meaning: Meaning, table: UntrustedTable, limits: Limits) -> None:
        self.parser = hardened_parser()
        self.rows: list[UntrustedRow] = []
        self._table = table
        self._cell_text = _CellTexts(meaning, table, limits)
        self._column_of: dict[str, int] = {}
        self._pieces: list[str] = []
        self._texts: list[str] = []
        self._columns: list[int] = []
        self._number = 0
        self._hidden = ""
        self._in_phonetic = False
        self._column = -1
        self._kind = self._style = self._formula = ""
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: Attributes) -> None:
        # Ordered by how often they come: cells and values make up nearly all of a sheet.
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self._column += 1
            else:
                letters = reference.rstrip(_DIGITS)
                known = self._column_of.get(letters)
                self._column = self._new_column(letters) if known is None else known
            self._kind = attributes.get("t", "")
            self._style = attributes.get("s", "")
        elif name in ("v", "t"):
            if not self._in_phonetic:
                self.parser.CharacterDataHandler = self._pieces.append
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self.parser.CharacterDataHandler = self._pieces.append
        elif name == "rPh":
            self._in_phonetic = True
        elif name == "col":
            self._start_col(attributes)
        elif name == "autoFilter":
            self._start_filter(attributes)
        elif ":" in name:
            self._start(local_name(name), attributes)

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif name == "c":
            if self._pieces or self._formula:
                self._end_cell()
        elif name == "row":
            if self._texts:
                self.rows.append(_row(self._number, self._hidden, self._columns, self._texts))
                self._texts, self._columns = [], []
        elif name == "f":
            self.parser.CharacterDataHandler = None
            self._formula = "=" + "".join(self._pieces)
            self._pieces.clear()
        elif name == "rPh":
            self._in_phonetic = False
        elif ":" in name:
            self._end(local_name(name))

    def _end_cell(self) -> None:
        text = self._cell_text(self._pieces, self._kind, self._style, self._formula)
        self._pieces.clear()
        self._formula = ""
        if text:
            self._texts.append(text)
            self._columns.append(self._column)

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        height = attributes.get("ht")
        self._number = self._number + 1 if number is None else _bounded_integer(number)
        self._hidden = ""
        if attributes.get("hidden", "") in _TRUE:
            self._hidden = "hidden-row"
        elif height is not None and _is_nothing(height):
            self._hidden = "zero-height-row"
        self._column = -1

    def _new_column(self, letters: str) -> int:
        column = column_index(letters)
        self._column_of[letters] = column
        return column

    def _start_col(self, attributes: Attributes) -> None:
        width = attributes.get("width")
        hidden = attributes.get("hidden", "") in _TRUE
        if hidden or (width is not None and _is_nothing(width)):
            first = _bounded_integer(attributes.get("min", ""))
            last = _bounded_integer(attributes.get("max", ""))
            if 1 <= first <= last and len(self._table.hidden_columns) < _LAST_COLUMN:
                why = "hidden-column" if hidden else "narrow-column"
                self._table.hidden_columns.append((first - 1, min(last, _LAST_COLUMN) - 1, why))

    def _start_filter(self, attributes: Attributes) -> None:
        reference = attributes.get("ref", "").partition(":")[0].replace("$", "")
        self._table.header_row = _bounded_integer(reference.lstrip(_LETTERS))


class _CellTexts:
    """Turns what a cell stores into its text, by the cell's type (18.18.11, ST_CellType)."""

    def __init__(self, meaning: Meaning, table: UntrustedTable, limits: Limits) -> None:
        self._strings = meaning.strings
        self._renderers = meaning.renderers
        self._table = table
        self._longest = limits.cell_characters

    def __call__(self, pieces: list[str], kind: str, style: str, formula: str) -> str:
        raw = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if kind == "s":
            try:
                return self._strings[int(raw)] if raw[0] != "-" else self._lost()
            except (ValueError, IndexError):
                return self._lost()
        if not raw:
            return formula  # never calculated: what the file holds is the formula itself
        if kind in ("", "n", "d"):
            return self._number(raw.strip(), style)
        if kind == "b":
            return "TRUE" if raw.strip() in _TRUE else "FALSE"
        if len(raw) > self._longest:
            raise UnreadableError("too-large")
        return unescape(raw)

    def _lost(self) -> str:
        self._table.unread_cells += 1
        return ""

    def _number(self, raw: str, style: str) -> str:
        renderer: Renderer | None = None
        if style:
            try:
                renderer = self._renderers[int(style)]
            except (ValueError, IndexError):
                renderer = None  # an unknown style is the default style
        return renderer(raw) if renderer else number_text(raw)


def _row(number: int, hidden: str, columns: list[int], texts: list[str]) -> UntrustedRow:
    if columns[-1] == len(columns) - 1 and columns[0] == 0 and _ascending(columns):
        return UntrustedRow(number, hidden, None, texts)
    by_column = dict(zip(columns, texts, strict=True))
    last = max(by_column)
    if last - len(by_column) > max(_SPARSE_FROM, 3 * len(by_column)):
        ordered = sorted(by_column)
        return UntrustedRow(number, hidden, ordered, [by_column[column] for column in ordered])
    return UntrustedRow(number, hidden, None, [by_column.get(column, "") for column in range(last + 1)])


def _ascending(columns: list[int]) -> bool:
    return columns == list(range(len(columns)))


def column_index(letters: str) -> int:
    """Return the 0-based column of ``A``, ``Z``, ``AA`` ... ``XFD``. Raises `UnreadableError` beyond."""
    index = 0
    for letter in letters.replace("$", "").upper():
        value = ord(letter) - 64
        if not 1 <= value <= len(_LETTERS) or index > _LAST_COLUMN:
            raise UnreadableError("corrupt")
        index = index * len(_LETTERS) + value
    if not 1 <= index <= _LAST_COLUMN:
        raise UnreadableError("corrupt")
    return index - 1


def _bounded_integer(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LAST_ROW_DIGITS):
        return 0
    return int(text)


def _is_nothing(size: str) -> bool:
    try:
        return float(size) < _NO_WIDTH
    except ValueError:
        return False
