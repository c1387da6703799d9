"""Pivot caches of an old workbook (MS-XLS 2.1.7.19): streams of their own, each a copy of a table's source."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._biff_records import EOF, BiffStream, Record, SegmentReader
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece

_FIELD, _TEXT, _NUMBER, _TRUTH, _DATE, _CACHE, _ROW = 0x00C7, 0x00CD, 0x00C9, 0x00CA, 0x00CE, 0x00C6, 0x00C8
_HEADER: Final = struct.Struct("<HH")


def pivot_pieces(data: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    """Yield who refreshed the cache, the names of its fields and all their items."""
    stream = BiffStream(b"")
    stream.data, stream.version = data, 8
    at, field = 0, 0
    place = where
    while at + 4 <= len(data):
        kind, size = _HEADER.unpack_from(data, at)
        record = Record(kind, at + 4, size)
        at += 4 + size
        if kind == EOF:
            continue
        if kind == _FIELD:
            field += 1
            place = (*where, f"field {field}")
        try:
            text = _text(stream, record)
        except (UnreadableError, struct.error, IndexError):
            text = text_runs(stream.body(record))
        if text:
            yield UntrustedPart(place, "pivot-item", "pivot-cache", text)
    if at != len(data):
        raise UnreadableError("corrupt")


def _text(stream: BiffStream, record: Record) -> str:
    body = stream.body(record)
    if record.kind == _TEXT:
        reader = SegmentReader(stream.segments(record))
        count, flags = struct.unpack("<HB", reader.take(3))
        return reader.characters(count, bool(flags & 1))
    if record.kind == _NUMBER:
        return f"{struct.unpack_from('<d', body)[0]:.15g}"
    if record.kind == _DATE:
        year, month, day, hour, minute, second = struct.unpack_from("<HHBBBB", body)
        clock = f"T{hour:02d}:{minute:02d}:{second:02d}" if hour or minute or second else ""
        return f"{year:04d}-{month:02d}-{day:02d}{clock}"
    if record.kind == _FIELD:
        return stream.string(body, 14)[0]
    if record.kind == _CACHE:
        return stream.string(body, 18)[0]
    if record.kind in (_ROW, _TRUTH, 0x00CB, 0x00CF, 0x0122, 0x003C):
        return ""
    return text_runs(body)
