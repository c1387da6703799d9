"""The rows of one worksheet (ECMA-376 part 1, 18.3), streamed through expat.

The handlers do as little as can be done in each call, because a sheet of 6,252 rows and 20 columns
makes 600,000 calls. Cells carry their own address, so a single
cell at XFD1048576 costs one cell and not a grid.
"""

from __future__ import annotations

from typing import Final

from amends.scan.formats._xlsx_cells import (
    LAST_COLUMN,
    TRUE,
    CellTexts,
    Meaning,
    RowBuilder,
    column_index,
    column_letters,
)
from amends.scan.formats._xlsx_extras import SheetExtras
from amends.scan.formats._xlsx_formulas import FormulaTexts
from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats.interface import UntrustedPart, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

_LAST_ROW_DIGITS: Final = 9
_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_WIDTH: Final = 0.1

RowRange = tuple[int, int]


class CarefulSheet:
    """The handlers of expat and the state between their calls: the row and the cell that are open.

    Feed it the sheet's bytes; take ``rows`` after each piece and empty it. What it does not know it treats as XML and
    nothing more, so this reader is the measure of every faster one.
    """

    __slots__ = (
        "_cell_text", "_column", "_column_of", "_columns", "_extras", "_filtered", "_formula", "_hidden",
        "_in_phonetic", "_kind", "_marks", "_marks_cells", "_pieces", "_phonetic", "_style", "table", "_texts",
        "builder", "formulas", "number", "parser", "rows",
    )  # fmt: skip

    def __init__(
        self, meaning: Meaning, table: UntrustedTable, limits: Limits, filtered: list[RowRange]
    ) -> None:
        """``filtered``: ranges of rows below an active filter, as far as known before the sheet is read."""
        self.parser = hardened_parser()
        self.rows: list[UntrustedRow] = []
        self.builder = RowBuilder()
        self.formulas = FormulaTexts()
        self.number = 0
        """Number of the row that is open or was the last."""
        self.table = table
        """The table that the rows belong to."""
        self._filtered = filtered
        self._cell_text = CellTexts(meaning, table, limits)
        self._marks_cells = bool(meaning.hiding)
        self._extras = SheetExtras(table.where)
        self._column_of: dict[str, int] = {}
        self._pieces: list[str] = []
        self._phonetic: list[str] = []
        self._texts: list[str] = []
        self._columns: list[int] = []
        self._marks: list[tuple[int, str]] = []
        self._hidden = ""
        self._in_phonetic = False
        self._column = -1
        self._kind = self._style = self._formula = ""
        self.parser.CommentHandler = self._comment
        self._around()

    def feed(self, chunk: bytes, final: bool = False) -> None:
        """Parse the next bytes. Raises `UnreadableError`: ``corrupt``, ``forbidden-markup``, ``too-large``."""
        feed(self.parser, chunk, final)

    @property
    def parts(self) -> list[UntrustedPart]:
        """What stands beside the cells; complete once the sheet is read."""
        steps = self.table.where
        return self._extras.parts + [
            UntrustedPart((*steps, cell, "formula"), "formula", "formula-text", text)
            for text, cell in self.formulas.first_cell.items()
        ]

    def _around(self) -> None:
        self.parser.StartElementHandler = self._start_around
        self.parser.EndElementHandler = self._extras.end
        self.parser.CharacterDataHandler = self._extras.data

    def _start_around(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local == "sheetData":
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end
            self.parser.CharacterDataHandler = None
            return
        if local == "col":
            self._start_col(attributes)
        elif local == "autoFilter":
            self._start_filter(attributes)
        elif local == "sheetPr" and attributes.get("filterMode", "") in TRUE and not self._filtered:
            self._filtered.append((1, 10**_LAST_ROW_DIGITS))
        self._extras.start(name, attributes)

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
            pieces = self._phonetic if self._in_phonetic else self._pieces
            self.parser.CharacterDataHandler = pieces.append
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self.parser.CharacterDataHandler = self._pieces.append
        elif name == "rPh":
            self._in_phonetic = True
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
                row = self.builder.row(self.number, self._hidden, self._columns, self._texts, self._marks)
                self.rows.append(row)
                self._texts, self._columns, self._marks = [], [], []
        elif name == "f":
            self.parser.CharacterDataHandler = None
            formula = "".join(self._pieces)
            self._formula = "=" + formula
            self.formulas.take(formula, self._cell())
            self._pieces.clear()
        elif name == "rPh":
            self._in_phonetic = False
            self._end_phonetic()
        elif name == "sheetData":
            self._around()
        elif ":" in name:
            self._end(local_name(name))

    def _end_cell(self) -> None:
        text = self._cell_text.text(self._pieces, self._kind, self._style, self._formula)
        self._pieces.clear()
        self._formula = ""
        if text:
            self._texts.append(text)
            self._columns.append(self._column)
            if self._marks_cells:
                hidden = self._cell_text.hidden(self._kind, self._style)
                if hidden:
                    self._marks.append((self._column, hidden))

    def _end_phonetic(self) -> None:
        text = "".join(self._phonetic).strip()
        self._phonetic.clear()
        if text:
            where = (*self.table.where, self._cell())
            self._extras.parts.append(UntrustedPart(where, "phonetic", "phonetic-text", text))

    def _comment(self, text: str) -> None:
        if text.strip():
            self._extras.parts.append(
                UntrustedPart(self.table.where, "markup-comment", "unshown-text", text.strip())
            )

    def _cell(self) -> str:
        return f"{column_letters(self._column)}{self.number}"

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        height = attributes.get("ht")
        self.number = self.number + 1 if number is None else bounded_integer(number)
        self._hidden = ""
        if attributes.get("hidden", "") in TRUE:
            self._hidden = self.hidden_row(self.number)
        elif height is not None and is_nothing(height):
            self._hidden = "zero-height-row"
        self._column = -1

    def hidden_row(self, number: int) -> str:
        """Return why a row is not seen that says of itself that it is hidden."""
        for first, last in self._filtered:
            if first <= number <= last:
                return "filtered-row"
        return "hidden-row"

    def _new_column(self, letters: str) -> int:
        column = column_index(letters)
        self._column_of[letters] = column
        return column

    def _start_col(self, attributes: Attributes) -> None:
        width = attributes.get("width")
        hidden = attributes.get("hidden", "") in TRUE
        if hidden or (width is not None and is_nothing(width)):
            first = bounded_integer(attributes.get("min", ""))
            last = bounded_integer(attributes.get("max", ""))
            if 1 <= first <= last and len(self.table.hidden_columns) < LAST_COLUMN:
                why = "hidden-column" if hidden else "narrow-column"
                self.table.hidden_columns.append((first - 1, min(last, LAST_COLUMN) - 1, why))

    def _start_filter(self, attributes: Attributes) -> None:
        reference = attributes.get("ref", "").partition(":")[0].replace("$", "")
        self.table.header_row = bounded_integer(reference.lstrip(_LETTERS))


def bounded_integer(text: str) -> int:
    """Return the number that the text is; 0 where it is none, or one that no row has."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LAST_ROW_DIGITS):
        return 0
    return int(text)


def is_nothing(size: str) -> bool:
    """Say whether a width or a height is too small to be seen."""
    try:
        return float(size) < _NO_WIDTH
    except ValueError:
        return False
