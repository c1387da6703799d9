"""Tables of text documents and slides: rows that have been read already, checked against the bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from amends.scan.formats._document_line import Line
from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits


class GridCell:
    """One cell while its paragraphs come in."""

    __slots__ = ("column", "hidden", "lines")

    def __init__(self, column: int) -> None:
        self.column = column
        """0-based."""
        self.lines: list[str] = []
        self.hidden = ""
        """Why the cell's text is not seen, where all of it is hidden in one way."""


def fill_cell(cell: GridCell, line: Line) -> None:
    """Add a paragraph: what is seen of it; a text of which nothing is seen only where nothing else is in the cell."""
    seen = line.seen()
    unseen = list(line.unseen())
    if seen.strip() or not unseen:
        if cell.hidden:
            cell.lines, cell.hidden = [], ""  # it comes out as a piece of its own
        cell.lines.append(seen)
    elif not any(cell.lines):
        cell.lines = ["".join(segment.text for segment in unseen)]
        cell.hidden = unseen[0].hidden


def row_of(number: int, hidden: str, cells: list[GridCell]) -> UntrustedRow | None:
    """Return a row, None where it has no cell at all."""
    if not cells:
        return None
    columns = [cell.column for cell in cells]
    plain = columns == list(range(len(columns)))
    marks = [(cell.column, cell.hidden) for cell in cells if cell.hidden]
    texts = ["\n".join(cell.lines) for cell in cells]
    return UntrustedRow(number, hidden, None if plain else columns, texts, marks or None)


def table_of(
    rows: list[UntrustedRow], where: tuple[str, ...], hidden: str, header_row: int, limits: Limits
) -> UntrustedTable:
    """Return a table without a name."""
    table = UntrustedTable("", hidden, checked(rows, limits), where)
    table.header_row = header_row
    return table


def checked(rows: Iterable[UntrustedRow], limits: Limits) -> Iterator[UntrustedRow]:
    """Yield the rows. Raises `UnreadableError` ``too-large`` at the first that goes beyond a bound."""
    for row in rows:
        if max(map(len, row.texts)) > limits.cell_characters:
            raise UnreadableError("too-large")
        if row.columns is not None and row.columns[-1] >= limits.columns:
            raise UnreadableError("too-large")
        yield row
