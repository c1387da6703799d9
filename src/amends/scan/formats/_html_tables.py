"""A table of a page while its tags are read: cells by column, spans, rows and cells that are not displayed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

_WIDEST: Final = 4_096
_LONGEST_SPAN: Final = 65_534


class HtmlTable:
    """One open table."""

    def __init__(self, number: int, hidden: str) -> None:
        self.number = number
        self.hidden = hidden
        self.caption = ""
        self._rows: list[UntrustedRow] = []
        self._row_hidden = ""
        self._in_row = False
        self._cells: dict[int, tuple[str, str]] = {}
        self._spanned: dict[int, int] = {}
        """Column → rows below that a cell above reaches into."""
        self._column = 0
        self._columns = 0
        self._hidden_columns: list[tuple[int, int, str]] = []
        self._too_wide = False

    def begin_row(self, hidden: str) -> None:
        """Begin the next row."""
        self.end_row()
        self._in_row = True
        self._row_hidden = hidden
        self._column = 0

    def cell(self, text: str, hidden: str, across: int, down: int) -> None:
        """Add the next cell of the row."""
        while self._spanned.get(self._column, 0):
            self._column += 1
        across = max(1, min(across, _WIDEST))
        if self._column + across > _WIDEST:
            self._too_wide = True
            return
        self._in_row = True
        self._cells[self._column] = (text, hidden)
        if down > 1:
            for column in range(self._column, self._column + across):
                self._spanned[column] = min(down, _LONGEST_SPAN)
        self._column += across

    def end_row(self) -> None:
        """Close the open row, if there is one; its end tag and the next row both say that it ends."""
        if not self._in_row:
            return
        self._in_row = False
        if self._cells:
            columns = sorted(self._cells)
            marks = [(column, self._cells[column][1]) for column in columns if self._cells[column][1]]
            texts = [self._cells[column][0] for column in columns]
            plain = columns == list(range(len(columns)))
            number = len(self._rows) + 1
            self._rows.append(
                UntrustedRow(number, self._row_hidden, None if plain else columns, texts, marks or None)
            )
        self._spanned = {column: rows - 1 for column, rows in self._spanned.items() if rows > 1}
        self._cells = {}
        self._row_hidden = ""

    def column(self, span: int, hidden: str) -> None:
        """Take a ``col`` element."""
        first = self._columns
        self._columns = min(first + max(1, span), _WIDEST)
        if hidden and self._columns > first:
            self._hidden_columns.append((first, self._columns - 1, hidden))

    def finished(self, limits: Limits) -> UntrustedTable | None:
        """Return the table, or None where it has no cells."""
        self.end_row()
        if not self._rows and not self._too_wide:
            return None
        table = UntrustedTable(self.caption, self.hidden, self._checked(limits), (f"table {self.number}",))
        table.hidden_columns = self._hidden_columns
        return table

    def _checked(self, limits: Limits) -> Iterator[UntrustedRow]:
        for row in self._rows:
            if self._too_wide or max(map(len, row.texts)) > limits.cell_characters:
                raise UnreadableError("too-large")
            yield row
