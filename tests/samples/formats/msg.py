"""A sample message of Outlook. The table of the sample is its attachment."""

from __future__ import annotations

from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.outlook import message
from tests.samples.formats.sample import Sample

EXTENSION = "msg"
CAN_HIDE = False
TRUNCATION_SHOWS = True
HAS_TABLE = False
PLANTED_TEXT = "Zzcanary please find attached"


def build(path: Path, sample: Sample) -> None:
    values = {0x0037: sample.name, 0x1000: PLANTED_TEXT, 0x001A: "IPM.Note"}
    path.write_bytes(compound_bytes(message(values, [(1, "Ana Example")])))
