"""Writes rows as a workbook as they get published: dates as dates, some hidden rows, a forgotten sheet.

The same rows give the same bytes: the creation date in the properties is fixed by the caller, and
XlsxWriter stamps the parts of the package with a constant date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from amends.drill.sheet import Cell

HEADER_ROW: Final = 1
"""Number of the header's row as a spreadsheet shows it; the first person stands below it."""

_NOTES: Final = (
    "Source: case system extract, run weekly.",
    "Refresh the pivot tables before publication.",
    "Publish the summary tab only.",
)


@dataclass(frozen=True, slots=True, repr=False)
class SheetContent:
    """One visible sheet."""

    name: str
    columns: Sequence[str]
    rows: Sequence[tuple[Cell, ...]]
    hidden_rows: frozenset[int] = frozenset()
    """Row numbers as a spreadsheet shows them."""


def write_workbook(path: Path, content: SheetContent, created: datetime, with_notes: bool) -> None:
    """Write one workbook. ``with_notes`` adds a hidden sheet that names nobody."""
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"title": content.name, "created": created.replace(tzinfo=None)})
    sheet = workbook.add_worksheet(content.name)
    day = workbook.add_format({"num_format": "mm/dd/yyyy"})
    sheet.write_row(0, 0, content.columns, workbook.add_format({"bold": True}))
    sheet.set_column(0, len(content.columns) - 1, 16)
    for number, cells in enumerate(content.rows, start=HEADER_ROW + 1):
        _write_row(sheet, number - 1, cells, day)
    for number in sorted(content.hidden_rows):
        sheet.set_row(number - 1, None, None, {"hidden": True})
    if with_notes:
        notes = workbook.add_worksheet("Notes")
        notes.write_column(0, 0, _NOTES)
        notes.hide()
    workbook.close()


def _write_row(sheet: Worksheet, line: int, cells: tuple[Cell, ...], day: Format) -> None:
    for column, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, date):
            sheet.write_datetime(line, column, datetime.combine(cell, datetime.min.time()), day)
        elif isinstance(cell, int):
            sheet.write_number(line, column, cell)
        else:
            sheet.write_string(line, column, cell)
