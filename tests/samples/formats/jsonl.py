"""Sample files of JSON lines, written by the standard library."""

from __future__ import annotations

import json
from pathlib import Path

from tests.samples.formats.sample import Sample

EXTENSION = "jsonl"
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    records = [dict(zip(sample.columns, row, strict=True)) for row in sample.rows]
    lines = "".join(json.dumps(record, ensure_ascii=True) + "\n" for record in records)
    path.write_text(lines, encoding="utf-8")
