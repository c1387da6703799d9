"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "eml"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    head = "From: ana@example.org\nTo: bo@example.org\nSubject: Lunch\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"
    path.write_text(f"{head}\n{PLANTED_TEXT}\n", encoding="utf-8")
