"""Reads Parquet files batch by batch as text, with one thread and without the files of time zones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import Limits

_BATCH: Final = 8_192
DAMAGES: Final = (pa.ArrowException, OSError, ValueError, KeyError)

pa.set_cpu_count(1)
pa.set_io_thread_count(1)
_POOL: Final = pa.system_memory_pool()


def parquet_pieces(stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
    """Yield metadata and the rows as one table. Raises `UnreadableError`."""
    try:
        file = pq.ParquetFile(pa.PythonFile(stream, mode="r"), pre_buffer=False, memory_map=False)
        schema = file.schema_arrow
        metadata = file.metadata
        writer = metadata.created_by or ""
    except DAMAGES as damage:
        code = "password-protected" if "encrypt" in str(damage).lower() else "corrupt"
        raise UnreadableError(code) from damage
    yield from part(("footer", "created by"), "property", "file-metadata", writer)
    for where, pairs in (
        (("footer",), metadata.metadata),
        *((("column " + str(number + 1),), field.metadata) for number, field in enumerate(schema)),
    ):
        for key, value in (pairs or {}).items():
            if key != b"ARROW:schema":  # the schema again, encoded; its texts come out with the columns
                name = decode(key)
                yield from part((*where, name), "property", "file-metadata", decode(value))
    yield from _statistics(metadata)
    table = UntrustedTable("", "", _rows(file, schema, limits))
    table.header_row = 1
    yield table


def _statistics(metadata: Any) -> Iterator[UntrustedPiece]:
    """Smallest and largest values stand in the footer, those of rows too that a writer took out by hand."""
    for group in range(min(metadata.num_row_groups, 1_000)):
        for column in range(min(metadata.num_columns, 1_000)):
            try:
                chunk = metadata.row_group(group).column(column)
                statistics = chunk.statistics
                if statistics is None or not statistics.has_min_max or chunk.physical_type != "BYTE_ARRAY":
                    continue
                for name, value in (("smallest", statistics.min), ("largest", statistics.max)):
                    text = decode(value) if isinstance(value, bytes) else str(value)
                    where = (f"row group {group + 1}", f"column {column + 1}", f"{name} value")
                    yield from part(where, "statistics", "file-metadata", text)
            except DAMAGES:
                yield UntrustedUnread(f"row group {group + 1}", "corrupt")


def _rows(file: Any, schema: Any, limits: Limits) -> Iterator[UntrustedRow]:
    names = [str(name) for name in schema.names]
    if not names:
        return
    if len(names) > limits.columns:
        raise UnreadableError("too-large")
    number = 1
    yield UntrustedRow(number, "", None, names)
    try:
        for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
            columns = [_texts(column) for column in batch.columns]
            for texts in zip(*columns, strict=True):
                number += 1
                if max(map(len, texts)) > limits.cell_characters:
                    raise UnreadableError("too-large")
                yield UntrustedRow(number, "", None, list(texts))
    except DAMAGES as damage:
        raise UnreadableError("corrupt") from damage


def _texts(column: Any) -> list[str]:
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        column = column.cast(pa.timestamp(kind.unit))  # the moment in UTC; a zone's name needs files
        return [f"{text}Z" if text else "" for text in _texts(column)]
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary_decode())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return ["" if value is None else _bytes(value) for value in column.to_pylist()]
    try:
        texts = pc.cast(column, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return ["" if value is None else _nested(value) for value in column.to_pylist()]
    return ["" if text is None else text for text in texts.to_pylist()]


def _bytes(value: bytes) -> str:
    text = decode(value)
    return text if text.isprintable() else value.hex()


def _nested(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_nested(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_nested, value))
    return "" if value is None else _bytes(value) if isinstance(value, bytes) else str(value)


def _warm() -> None:
    """Have everything imported that reading imports when it first needs it."""
    nested = pa.array([{"a": [1], "b": b"x"}])
    table = pa.table(
        {
            "text": pa.array(["x"]), "number": pa.array([1]), "nested": nested, "moment": pa.array([0],
            pa.timestamp("us", "UTC")),
            "day": pa.array([0], pa.date32()), "code": pa.array(["x"]).dictionary_encode(), "exact": pa.array([1.5]),
            "decimal": pa.array([1]).cast(pa.decimal128(30, 2)), "time": pa.array([0], pa.time64("us")),
            "span": pa.array([0], pa.duration("us")), "raw": pa.array([b"\1"]),
        }
    )  # fmt: skip
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    file = pq.ParquetFile(pa.BufferReader(sink.getvalue()), pre_buffer=False)
    for piece in _statistics(file.metadata):
        del piece
    for row in _rows(file, file.schema_arrow, Limits()):
        del row


_warm()
