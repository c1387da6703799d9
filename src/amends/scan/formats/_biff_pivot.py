"""Pivot caches of an old workbook (MS-XLS 2.1.7.19): streams of their own, each a copy of a table's source.

```
[SXDB: who refreshed] ([SXFDB: a field] [its items] ...) ... ([SXDBB: numbers of items] [items not listed] ...) ...
```

The cache comes out as two tables: the items that records share, deleted ones included, and the records themselves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._biff_records import EOF, BiffStream, Record, SegmentReader
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPart,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
)

_FIELD, _TEXT, _NUMBER, _TRUTH, _DATE, _CACHE, _ROW = 0x00C7, 0x00CD, 0x00C9, 0x00CA, 0x00CE, 0x00C6, 0x00C8
_ERROR, _INTEGER, _NOTHING = 0x00CB, 0x00CC, 0x00CF
_ITEMS: Final = frozenset({_TEXT, _NUMBER, _TRUTH, _DATE, _ERROR, _INTEGER, _NOTHING})
_SILENT: Final = frozenset({0x0122, 0x003C, 0x01BB})
_NAMED_AT: Final = {_FIELD: 14, _CACHE: 18}
_HEADER: Final = struct.Struct("<HH")
_WITH_ITEMS, _ITEMS_IN_RECORDS, _CALCULATED, _WIDE_INDEX = 0x0001, 0x0002, 0x0004, 0x0200
_HIDDEN: Final = "pivot-cache"
_ERRORS: Final = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}


class _Field:
    def __init__(self, name: str, flags: int, sources: int) -> None:
        self.name = name
        self.items: list[str] = []
        self.flags = flags
        self._sources = sources

    @property
    def indexed(self) -> bool:
        """Whether records hold the number of an item."""
        return bool(self.flags & _WITH_ITEMS) and self._sources > 0 and not self.flags & _CALCULATED

    @property
    def written_out(self) -> bool:
        """Whether records hold the value itself."""
        return bool(self.flags & _ITEMS_IN_RECORDS) and not self.indexed and not self.flags & _CALCULATED

    @property
    def sources(self) -> list[str]:
        """The items as they stand in the source; those of a grouping come before them."""
        return self.items[-self._sources :] if self._sources else []


def pivot_pieces(data: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    """Yield who refreshed the cache, the items of its fields and its records. Raises `UnreadableError`."""
    cache = _Cache(data, where)
    yield from cache.texts()
    yield cache.table("items", cache.item_rows())
    if cache.has_records:
        records = cache.table("records", ())
        records.rows = cache.record_rows(records)
        yield records
    if cache.end != len(data):
        raise UnreadableError("corrupt")


class _Cache:
    def __init__(self, data: bytes, where: tuple[str, ...]) -> None:
        self._stream = BiffStream(b"")
        self._stream.data, self._stream.version = data, 8
        self._where = where
        self._fields: list[_Field] = []
        self._first_record = len(data)
        self.has_records = False
        self.end = 0

    def table(self, what: str, rows: Iterator[UntrustedRow] | tuple[()]) -> UntrustedTable:
        name = f"{what} of {self._where[-1]}"
        table = UntrustedTable(name, _HIDDEN, rows, (*self._where, what))
        table.header_row = 1
        return table

    def texts(self) -> Iterator[UntrustedPart]:
        """Yield what is neither field nor item nor record; what the fields are is known after that."""
        for record in self._records(0):
            kind = record.kind
            if kind == _ROW:
                self._first_record = record.at - _HEADER.size
                self.has_records = True
                break
            if kind == _FIELD:
                self._fields.append(self._field(record))
            elif kind in _ITEMS and self._fields:
                self._fields[-1].items.append(self._text(record))
            elif kind not in _SILENT and kind != EOF and (text := self._text(record)):
                yield UntrustedPart(self._where, "pivot", _HIDDEN, text)

    def item_rows(self) -> Iterator[UntrustedRow]:
        if not any(field.name for field in self._fields):
            return
        yield UntrustedRow(1, "", None, [field.name for field in self._fields])
        for index in range(max((len(field.items) for field in self._fields), default=0)):
            filled = [
                (at, field.items[index]) for at, field in enumerate(self._fields) if index < len(field.items)
            ]
            yield UntrustedRow(index + 2, "", [at for at, _ in filled], [text for _, text in filled])

    def record_rows(self, table: UntrustedTable) -> Iterator[UntrustedRow]:
        fields = [field for field in self._fields if field.indexed or field.written_out]
        if not fields:
            return
        sources = {id(field): field.sources for field in fields}
        yield UntrustedRow(1, "", None, [field.name for field in fields])
        number = 1
        texts: list[str] = []
        written: list[int] = []
        for record in self._records(self._first_record):
            if record.kind == _ROW:
                if texts:
                    yield UntrustedRow(number, "", None, texts)
                number += 1
                texts, written = self._indexed(record, fields, sources, table)
            elif record.kind in _ITEMS and texts:
                if written:
                    texts[written.pop(0)] = self._text(record)
                else:
                    table.unread_cells += 1
        if texts:
            yield UntrustedRow(number, "", None, texts)

    def _indexed(
        self, record: Record, fields: list[_Field], sources: dict[int, list[str]], table: UntrustedTable
    ) -> tuple[list[str], list[int]]:
        """Return the record's texts, and the columns whose values follow it."""
        body, at = self._stream.body(record), 0
        texts: list[str] = []
        written: list[int] = []
        for column, field in enumerate(fields):
            if not field.indexed:
                written.append(column)
                texts.append("")
                continue
            size = 2 if field.flags & _WIDE_INDEX else 1
            index = int.from_bytes(body[at : at + size], "little")
            items = sources[id(field)]
            if at + size > len(body) or index >= len(items):
                table.unread_cells += 1
                texts.append("")
            else:
                texts.append(items[index])
            at += size
        return texts, written

    def _records(self, at: int) -> Iterator[Record]:
        data = self._stream.data
        while at + _HEADER.size <= len(data):
            kind, size = _HEADER.unpack_from(data, at)
            at += _HEADER.size + size
            self.end = at
            yield Record(kind, at - size, size)

    def _field(self, record: Record) -> _Field:
        body = self._stream.body(record)
        if len(body) < 14:
            return _Field(text_runs(body), 0, 0)
        flags, sources = struct.unpack_from("<H", body)[0], struct.unpack_from("<H", body, 12)[0]
        return _Field(self._text(record), flags, sources)

    def _text(self, record: Record) -> str:
        try:
            return _text(self._stream, record)
        except (UnreadableError, struct.error, IndexError):
            return text_runs(self._stream.body(record))


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
    if record.kind in _NAMED_AT:
        return stream.string(body, _NAMED_AT[record.kind])[0]
    if record.kind == _INTEGER:
        return str(struct.unpack_from("<h", body)[0])
    if record.kind == _TRUTH:
        return "TRUE" if body[:2] != b"\0\0" else "FALSE"
    if record.kind == _ERROR:
        return _ERRORS.get(body[0], "")
    return "" if record.kind == _NOTHING else text_runs(body)
