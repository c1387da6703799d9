"""Real files that nobody here wrote: no crash, no hang, and the same texts as another reader finds."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import openpyxl
import pytest

from amends.scan.isolation.events import GridBegun, RowsFound
from amends.scan.isolation.reading import read_in_child
from amends.scan.limits import DEFAULT_LIMITS
from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile

CORPUS = Path(os.environ.get("AMENDS_CORPUS", Path(__file__).parents[4] / "shared" / "corpus"))
FOLDERS = ("poi", "tika", "calamine")
FILES = sorted(
    path
    for folder in FOLDERS
    for extension in ("xlsx", "xlsm", "xltx", "csv", "tsv")
    for path in (CORPUS / folder).glob(f"*.{extension}")
)
WORKBOOKS = [path for path in FILES if path.suffix in (".xlsx", ".xlsm", ".xltx")]
ATTACKS = ("poc-", "corrupted", "pass_protected", "passtika", "protect.xlsx")
pytestmark = pytest.mark.skipif(not FILES, reason="the corpus of real files is not here")


def plain(value: object) -> str:
    """Return what openpyxl makes of a cell in the form in which Amends writes it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case dt.datetime() if value.time() == dt.time(0):
            return value.date().isoformat()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e21 else f"{value:.15g}"
    return str(value).replace("\r\n", "\n")


def our_cells(path: Path) -> dict[tuple[str, int, int], str]:
    cells: dict[tuple[str, int, int], str] = {}
    sheet = ""
    with path.open("rb") as stream:
        for event in read_in_child(stream, path.suffix.lstrip("."), DEFAULT_LIMITS):
            if isinstance(event, GridBegun):
                # Tables that are no sheet of this workbook (caches, embedded files) are not the other reader's.
                sheet = event.name if event.where == (f"sheet '{event.name}'",) else ""
            elif isinstance(event, RowsFound) and sheet:
                for row in event.rows:
                    columns = row.columns or range(len(row.texts))
                    for column, text in zip(columns, row.texts, strict=True):
                        if text:
                            cells[sheet, row.number, column + 1] = text.replace("\r\n", "\n")
    return cells


def their_cells(path: Path) -> dict[tuple[str, int, int], str]:
    workbook = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.row, cell.column): plain(cell.value)
        for sheet in workbook.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_opened_or_it_is_said_why_not(path: Path) -> None:
    opened = open_file(path)
    assert isinstance(opened, OpenedFile)
    assert opened.tables or opened.skipped
    assert "reader-failed" not in {skipped.code for skipped in opened.skipped}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_cells_are_what_another_reader_finds(path: Path) -> None:
    if any(word in path.name for word in ATTACKS) or path.stat().st_size > 2_000_000:
        pytest.skip("made to break readers")
    theirs = their_cells(path)
    ours = our_cells(path)
    # openpyxl shows no sheet of a strict workbook; we show no macro sheet, and say so.
    both = {place[0] for place in theirs} & {place[0] for place in ours}
    differing = {
        place
        for place in theirs.keys() | ours.keys()
        if place[0] in both
        and ours.get(place, "") != theirs.get(place, "")
        and not (place not in theirs and ours[place].startswith("="))  # a formula never calculated
        and not (theirs.get(place) == "00:00:00" and ours.get(place) == "0")  # day zero of the 1900 system
    }
    assert sorted(differing) == []
