"""Gathers what is read of one file: tables with headers, every other part, what could not be read."""

from __future__ import annotations

from amends.scan.headers import table_from_grid
from amends.scan.identifiers.words import is_header_word
from amends.scan.isolation.events import (
    ColumnsHidden,
    Confined,
    Event,
    FormatFound,
    GridBegun,
    GridDropped,
    GridEnded,
    RowsFound,
    TextFound,
    Unread,
)
from amends.scan.limits import Limits
from amends.scan.parts import (
    OpenedFormat,
    Part,
    Recognised,
    opened_format,
    recognised_picture,
    skipped_piece,
    text_part,
)
from amends.scan.recognition.recognising import PictureRecognised
from amends.scan.tables import Grid, OpenedFile, Table
from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.provenance import Provenance


class Gathering:
    """What has been read of one file so far."""

    def __init__(self, source: Provenance, stem: str, limits: Limits) -> None:
        self._source = source
        self._stem = stem
        self._limits = limits
        self._tables: list[Table] = []
        self._parts: list[Part] = []
        self._formats: list[OpenedFormat] = []
        self._skipped: list[Skipped] = []
        self._recognised: list[Recognised] = []
        self._confined = ""
        self._grid: Grid | None = None
        self._at = source
        self._cells = 0

    def take(self, event: Event | PictureRecognised) -> None:
        """Take the next event of the reading."""
        grid = self._grid
        if isinstance(event, TextFound):
            self._parts.append(text_part(event, self._place(event.where)))
        elif isinstance(event, GridBegun):
            self._at = self._place(event.where)
            self._grid = Grid(event.name or self._stem, event.hidden)
        elif isinstance(event, RowsFound) and grid is not None:
            grid.rows += event.rows
        elif isinstance(event, ColumnsHidden) and grid is not None:
            grid.hidden_columns = event.ranges
        elif isinstance(event, GridEnded) and grid is not None:
            grid.hidden_columns, grid.header_row = event.hidden_columns, event.header_row
            self._finish(grid)
        elif isinstance(event, FormatFound):
            self._formats.append(opened_format(event.name, self._place(event.where)))
        elif isinstance(event, Confined):
            self._confined = event.how
        elif isinstance(event, GridDropped):
            self._grid = None
            self._skipped.append(skipped_piece(self._at, event.code, event.count))
        elif isinstance(event, PictureRecognised):
            self._recognised.append(recognised_picture(event, self._place(event.where)))
        elif isinstance(event, Unread):
            self._skipped.append(skipped_piece(self._place(event.where), event.code, event.count))

    def opened(self) -> OpenedFile:
        """Return what came of it."""
        return OpenedFile(
            tuple(self._tables),
            tuple(self._skipped),
            tuple(self._parts),
            tuple(self._formats),
            self._confined,
            tuple(self._recognised),
        )

    def _finish(self, grid: Grid) -> None:
        self._grid = None
        if not _fits(grid, self._cells, self._limits):
            self._skipped.append(skipped_piece(self._at, "too-large", 0))
            return
        table = table_from_grid(grid, self._at, is_header_word)
        self._cells += len(table.rows) * len(table.columns)
        self._tables.append(table)

    def _place(self, where: tuple[str, ...]) -> Provenance:
        return Provenance((*self._source.steps, *where)) if where else self._source


def _fits(grid: Grid, cells: int, limits: Limits) -> bool:
    """A few far cells in many rows would grow into billions of empty ones."""
    used: set[int] = set()
    width = 0
    for row in grid.rows:
        if row.columns is None:
            width = max(width, len(row.texts))
        else:
            used.update(row.columns)
    columns = width + sum(column >= width for column in used)
    return columns <= limits.columns and cells + columns * len(grid.rows) <= limits.cells
