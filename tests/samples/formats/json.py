"""Sample JSON files: an array of objects, written by the standard library."""

from __future__ import annotations

import json
from pathlib import Path

from tests.samples.formats.sample import Sample

EXTENSION = "json"
CAN_HIDE = False
TRUNCATION_SHOWS = True


def build(path: Path, sample: Sample) -> None:
    records = [dict(zip(sample.columns, row, strict=True)) for row in sample.rows]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")
