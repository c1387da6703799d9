"""Sample spreadsheets of OpenDocument, put together part by part."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from tests.samples.formats.office import open_parts, write_parts
from tests.samples.formats.sample import Sample

EXTENSION = "ods"
CAN_HIDE = True
TRUNCATION_SHOWS = True
_HIDDEN_SHEET = (
    '<style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def build(path: Path, sample: Sample) -> None:
    columns = "".join(
        f'<table:table-column table:visibility="{_visibility(name in sample.hidden_columns)}"/>'
        for name in sample.columns
    )
    rows = "".join(
        _row(texts, number in sample.hidden_rows)
        for number, texts in enumerate((sample.columns, *sample.rows), 1)
    )
    sheets = f'<table:table table:name="{escape(sample.name)}">{columns}{rows}</table:table>'
    if sample.hidden_sheet:
        sheets += (
            f'<table:table table:name="{escape(sample.hidden_sheet)}" table:style-name="ta2">'
            f"{_row(('not for publication',), False)}</table:table>"
        )
    write_parts(path, open_parts(sheets, styles=_HIDDEN_SHEET))


def _row(texts: tuple[str, ...], hidden: bool) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        if text
        else "<table:table-cell/>"
        for text in texts
    )
    return f'<table:table-row table:visibility="{_visibility(hidden)}">{cells}</table:table-row>'


def _visibility(hidden: bool) -> str:
    return "collapse" if hidden else "visible"
