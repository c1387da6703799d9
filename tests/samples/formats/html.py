"""Sample pages with one table. Its cells keep their blanks, as text between ``pre`` tags does."""

from __future__ import annotations

from html import escape
from pathlib import Path

from tests.samples.formats.sample import Sample

EXTENSION = "html"
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td><pre>{escape(text)}</pre></td>" for text in row) + "</tr>"
        for row in (sample.columns, *sample.rows)
    )
    page = f"<!DOCTYPE html>\n<html><body><table>{rows}</table></body></html>\n"
    path.write_text(page, encoding="utf-8")
