"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

import zstandard

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "zst"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_bytes(zstandard.ZstdCompressor().compress(PLANTED_TEXT.encode()))
