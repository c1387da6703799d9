"""Sample files without a table: one text that must come out."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "tar"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("note.txt")
        member.size = len(PLANTED_TEXT.encode())
        archive.addfile(member, io.BytesIO(PLANTED_TEXT.encode()))
