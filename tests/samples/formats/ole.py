"""A sample OLE file of a program that nobody knows."""

from __future__ import annotations

from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.sample import Sample

EXTENSION = "ole"
CAN_HIDE = False
TRUNCATION_SHOWS = True
HAS_TABLE = False
PLANTED_TEXT = "Zzcanary notes of an old program"


def build(path: Path, sample: Sample) -> None:
    path.write_bytes(compound_bytes({"Notes": f"{PLANTED_TEXT} {sample.name}".encode("utf-16-le")}))
