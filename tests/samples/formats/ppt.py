"""A sample presentation of PowerPoint 97 to 2003. The format knows no tables, only shapes with texts."""

from __future__ import annotations

from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.powerpoint_binary import Slide, presentation, shape
from tests.samples.formats.sample import Sample

EXTENSION = "ppt"
CAN_HIDE = False
TRUNCATION_SHOWS = True
HAS_TABLE = False
PLANTED_TEXT = "Zzcanary quarterly review"


def build(path: Path, sample: Sample) -> None:
    path.write_bytes(compound_bytes(presentation([Slide(shape(PLANTED_TEXT)), Slide(shape(sample.name))])))
