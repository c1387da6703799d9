"""Sample presentations with one table on one slide, put together part by part."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from tests.samples.formats.office import slide_parts, write_parts
from tests.samples.formats.sample import Sample

EXTENSION = "pptx"
CAN_HIDE = False
TRUNCATION_SHOWS = True


def build(path: Path, sample: Sample) -> None:
    rows = (sample.columns, *sample.rows)
    write_parts(path, slide_parts(table_frame(rows)))


def table_frame(rows: tuple[tuple[str, ...], ...]) -> str:
    """Return the frame of a table as it stands among the shapes of a slide."""
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="Table"/><p:cNvGraphicFramePr/><p:nvPr/>'
        '</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="8000000" cy="4000000"/></p:xfrm><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/>'
        f"{''.join(map(_row, rows))}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def _row(texts: tuple[str, ...]) -> str:
    cells = (
        f"<a:tc><a:txBody><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></a:txBody></a:tc>" for text in texts
    )
    return f'<a:tr h="370840">{"".join(cells)}</a:tr>'
