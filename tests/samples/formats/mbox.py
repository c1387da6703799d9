"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "mbox"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    head = "From ana Mon Jan  1 00:00:00 2024\nFrom: ana@example.org\nSubject: Lunch\nTo: bo@example.org\n"
    path.write_text(f"{head}\n{PLANTED_TEXT}\n", encoding="utf-8")
