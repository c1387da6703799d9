"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "txt"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_text(f"A line.\n\n{PLANTED_TEXT}\n", encoding="utf-8")
