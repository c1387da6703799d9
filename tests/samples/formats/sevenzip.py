"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

import py7zr

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "7z"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    if path.exists():  # it notes the time, and a test wants the same bytes each time
        return
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.writestr(PLANTED_TEXT, "note.txt")
