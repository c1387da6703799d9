"""Sample Parquet files, written by pyarrow."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.samples.formats.sample import Sample

EXTENSION = "parquet"
CAN_HIDE = False
TRUNCATION_SHOWS = True


def build(path: Path, sample: Sample) -> None:
    columns = list(zip(*sample.rows, strict=True))
    pq.write_table(
        pa.table([pa.array(column, pa.string()) for column in columns], names=list(sample.columns)), path
    )
