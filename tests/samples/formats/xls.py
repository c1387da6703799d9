"""Sample workbooks of Excel 97 to 2003."""

from __future__ import annotations

from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.biff import SheetRecords, columns, label, row, workbook_tree
from tests.samples.formats.sample import Sample

EXTENSION = "xls"
CAN_HIDE = True
TRUNCATION_SHOWS = True


def build(path: Path, sample: Sample) -> None:
    body = b""
    for name in sample.hidden_columns:
        at = sample.columns.index(name)
        body += columns(at, at, hidden=True)
    cells = (sample.columns, *sample.rows)
    body += b"".join(row(number, number + 1 in sample.hidden_rows) for number in range(len(cells)))
    for number, texts in enumerate(cells):
        body += b"".join(label(number, column, text) for column, text in enumerate(texts))
    sheets = [SheetRecords(sample.name, body)]
    if sample.hidden_sheet:
        sheets.append(SheetRecords(sample.hidden_sheet, label(0, 0, "not for publication"), 1))
    path.write_bytes(compound_bytes(workbook_tree(sheets)))
