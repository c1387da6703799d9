"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from bz2 import compress
from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "bz2"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_bytes(compress(PLANTED_TEXT.encode()))
