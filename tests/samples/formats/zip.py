"""Sample files without a table: one text that must come out."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "zip"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.txt", PLANTED_TEXT)
