"""Sample databases with one table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.samples.formats.sample import Sample

EXTENSION = "sqlite"
CAN_HIDE = False
TRUNCATION_SHOWS = False  # pages that are missing are seen only where a row lies in them


def build(path: Path, sample: Sample) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        names = ", ".join(f'"{name}" TEXT' for name in sample.columns)
        marks = ", ".join("?" * len(sample.columns))
        database.execute(f'CREATE TABLE "{sample.name}" ({names})')
        database.executemany(f'INSERT INTO "{sample.name}" VALUES ({marks})', sample.rows)
        database.commit()
