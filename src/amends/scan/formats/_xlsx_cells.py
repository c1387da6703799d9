"""From what cells of one row store to the row that is sent: texts, places, and which of them nobody sees."""

from __future__ import annotations

from typing import Final

from amends.scan.formats._xlsx_numbers import Renderer, number_text
from amends.scan.formats._xlsx_strings import SharedStrings, unescape
from amends.scan.formats._xlsx_styles import Hiding
from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

TRUE: Final = frozenset({"1", "true", "on"})
NUMERIC: Final = frozenset({"", "n", "d"})
LAST_COLUMN: Final = 16_384
FAR_COLUMNS: Final = 200
FAR_ROWS: Final = 10_000
"""A cell beyond so many empty columns or rows is one that nobody scrolls to."""
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPARSE_FROM: Final = 64
"""A row is sent with its column numbers once more than this many cells and three quarters are empty."""


class Meaning:
    """What the cells of a workbook share: strings, and by style how numbers are shown and what is not seen."""

    __slots__ = ("hiding", "renderers", "strings")

    def __init__(
        self, strings: SharedStrings, renderers: list[Renderer | None], hiding: list[Hiding]
    ) -> None:
        self.strings = strings
        self.renderers = renderers
        self.hiding = hiding


class CellTexts:
    """Turns what a cell stores into its text, by the cell's type (18.18.11, ST_CellType)."""

    def __init__(self, meaning: Meaning, table: UntrustedTable, limits: Limits) -> None:
        self._strings = meaning.strings.texts
        self._used = meaning.strings.used
        self._renderers = meaning.renderers
        self._hiding = meaning.hiding
        self._table = table
        self._longest = limits.cell_characters

    def text(self, pieces: list[str], kind: str, style: str, formula: str) -> str:
        """Return the cell's text. Raises `UnreadableError` with ``too-large``."""
        raw = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if kind == "s":
            return self._shared(raw)
        if not raw:
            return formula  # never calculated: what the file holds is the formula itself
        if kind in NUMERIC:
            return self._number(raw.strip(), style)
        if kind == "b":
            return "TRUE" if raw.strip() in TRUE else "FALSE"
        if len(raw) > self._longest:
            raise UnreadableError("too-large")
        return unescape(raw)

    def hidden(self, kind: str, style: str) -> str:
        """Return why a cell of this type and style is not seen."""
        try:
            hiding = self._hiding[int(style or 0)]
        except (ValueError, IndexError):
            return ""
        return hiding.number if kind in NUMERIC else hiding.text

    def _shared(self, raw: str) -> str:
        try:
            index = int(raw)
            if index < 0:
                return self._lost()
            text = self._strings[index]
        except (ValueError, IndexError):
            return self._lost()
        self._used[index] = 1
        return text

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


class RowBuilder:
    """Makes rows; remembers how far the sheet reaches, so that a cell far off can be told."""

    __slots__ = ("_last_row", "_width")

    def __init__(self) -> None:
        self._last_row = 0
        self._width = 0

    @property
    def width(self) -> int:
        """Number of columns that the rows before reach over."""
        return self._width

    @property
    def last_row(self) -> int:
        """Number of the last row that held anything."""
        return self._last_row

    def passed(self, last_row: int, width: int) -> None:
        """Note rows that another reader has read: the last one, and how many columns they reach over."""
        self._last_row = last_row
        self._width = max(self._width, width)

    def row(
        self, number: int, hidden: str, columns: list[int], texts: list[str], marks: list[tuple[int, str]]
    ) -> UntrustedRow:
        """Return the row of the cells as they came, which may be out of order."""
        dense = columns[-1] == len(columns) - 1 and columns[0] == 0 and columns == list(range(len(columns)))
        if not dense and columns != sorted(set(columns)):
            by_column = dict(zip(columns, texts, strict=True))
            columns = sorted(by_column)
            texts = [by_column[column] for column in columns]
        if number - self._last_row > FAR_ROWS:
            marks = _marked(columns, marks, self._width, True)
        elif columns[-1] >= self._width + FAR_COLUMNS:
            marks = _marked(columns, marks, self._width, False)
        self._width = max(self._width, columns[-1] + 1)
        self._last_row = number
        if dense:
            return UntrustedRow(number, hidden, None, texts, marks or None)
        last = columns[-1]
        if last - len(columns) > max(SPARSE_FROM, 3 * len(columns)):
            return UntrustedRow(number, hidden, columns, texts, marks or None)
        filled = [""] * (last + 1)
        for column, text in zip(columns, texts, strict=True):
            filled[column] = text
        return UntrustedRow(number, hidden, None, filled, marks or None)


def _marked(columns: list[int], marks: list[tuple[int, str]], width: int, far: bool) -> list[tuple[int, str]]:
    """A cell is far once a gap of `FAR_COLUMNS` lies between it and those before; in a ``far`` row all are."""
    found = dict(marks)
    reach = width
    for column in columns:
        far = far or column >= reach + FAR_COLUMNS
        if far:
            found.setdefault(column, "far-cell")
        reach = max(reach, column + 1)
    return sorted(found.items())


def column_index(letters: str) -> int:
    """Return the 0-based column of ``A``, ``Z``, ``AA`` ... ``XFD``. Raises `UnreadableError` beyond."""
    index = 0
    for letter in letters.replace("$", "").upper():
        value = ord(letter) - 64
        if not 1 <= value <= len(_LETTERS) or index > LAST_COLUMN:
            raise UnreadableError("corrupt")
        index = index * len(_LETTERS) + value
    if not 1 <= index <= LAST_COLUMN:
        raise UnreadableError("corrupt")
    return index - 1


def column_letters(column: int) -> str:
    """Return ``A`` for 0, ``XFD`` for 16383."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return letters
