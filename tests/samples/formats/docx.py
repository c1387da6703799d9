"""Sample Word documents with one table, put together part by part."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from tests.samples.formats.office import word_parts, write_parts
from tests.samples.formats.sample import Sample

EXTENSION = "docx"
CAN_HIDE = False
TRUNCATION_SHOWS = True


def build(path: Path, sample: Sample) -> None:
    rows = (sample.columns, *sample.rows)
    write_parts(path, word_parts(f"<w:tbl>{''.join(map(_row, rows))}</w:tbl>"))


def _row(texts: tuple[str, ...]) -> str:
    cells = (
        f'<w:tc><w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>' for text in texts
    )
    return f"<w:tr>{''.join(cells)}</w:tr>"
