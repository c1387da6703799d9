"""Sample workbooks, written by xlsxwriter."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from tests.samples.formats.sample import Sample

EXTENSION = "xlsx"
CAN_HIDE = True
TRUNCATION_SHOWS = True


def build(path: Path, sample: Sample) -> None:
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        # A fixed date, so that the same sample has the same bytes: hypothesis draws places in them.
        workbook.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})
        sheet = workbook.add_worksheet(sample.name)
        for number, row in enumerate((sample.columns, *sample.rows)):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
        for hidden_row in sample.hidden_rows:
            sheet.set_row(hidden_row - 1, None, None, {"hidden": True})
        for name in sample.hidden_columns:
            at = sample.columns.index(name)
            sheet.set_column(at, at, None, None, {"hidden": True})
        if sample.hidden_sheet:
            hidden = workbook.add_worksheet(sample.hidden_sheet)
            hidden.write_string(0, 0, "not for publication")
            hidden.hide()
