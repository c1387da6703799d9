"""Sample delimited files, written by the standard library."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.samples.formats.sample import Sample

EXTENSION = "csv"
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows((sample.columns, *sample.rows))
