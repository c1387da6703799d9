"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "svg"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><text>{PLANTED_TEXT}</text></svg>'
    path.write_text(drawing, encoding="utf-8")
