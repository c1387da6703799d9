"""The records of an old Excel stream (MS-XLS 2.1.4): kind, size, body; what is too long goes on in Continue records.

```
[BOF workbook] ... [EOF] [BOF sheet] ... [BOF chart] ... [EOF] ... [EOF]
```
"""

from __future__ import annotations

import struct
from typing import Final

from amends.scan.formats._ole_properties import decoded
from amends.scan.formats.interface import UnreadableError

BOF_KINDS: Final = {0x0009: 2, 0x0209: 3, 0x0409: 4, 0x0809: 5}
EOF: Final = 0x000A
CONTINUE: Final = 0x003C
CELL_KINDS: Final = frozenset(
    {
        0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0007, 0x00BD, 0x00BE, 0x00D6, 0x00D7, 0x00FD, 0x0201,
        0x0203, 0x0204, 0x0205, 0x0206, 0x0207, 0x027E, 0x0406, 0x04BC,
    }
)  # fmt: skip
_HEADER: Final = struct.Struct("<HH")
_MOST_LEVELS: Final = 16
_CHART: Final = 0x20


class Record:
    """One record that holds no cell, with where its body lies in the stream."""

    __slots__ = ("at", "kind", "size")

    def __init__(self, kind: int, at: int, size: int) -> None:
        self.kind = kind
        self.at = at
        self.size = size


class Substream:
    """From one BOF to its EOF: the workbook's globals, a sheet, a chart."""

    __slots__ = ("charts", "end", "first", "kind", "records", "start")

    def __init__(self, start: int, first: int, kind: int) -> None:
        self.start = start
        """Where its BOF stands, which is how the list of sheets names it."""
        self.first = first
        self.end = first
        self.kind = kind
        """0x05 globals, 0x06 module, 0x10 sheet, 0x20 chart, 0x40 macro sheet."""
        self.records: list[Record] = []
        self.charts: list[list[Record]] = []


class BiffStream:
    """The whole stream, cut into its substreams."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.version = 0
        """2, 3, 4, 5 (Excel 5 and 95) or 8."""
        self.page = 1252
        self.substreams: list[Substream] = []
        self.damaged = False
        """Whether the stream ends in the middle of a record or of a substream."""
        self.rest = 0
        """Where the last record ends."""
        self._cut()

    def _cut(self) -> None:
        data, length, at = self.data, len(self.data), 0
        self._current: Substream | None = None
        self._charts: list[list[Record]] = []
        while at + 4 <= length:
            kind, size = _HEADER.unpack_from(data, at)
            body = at + 4
            if body + size > length:
                self.damaged = True
                break
            if self._current is None and kind not in BOF_KINDS and (kind or size):
                break
            self._take(kind, at, size)
            at = body + size
            self.rest = at
        still_open = self._open()
        if still_open is not None:
            self.damaged = True
            still_open.end = at

    def _open(self) -> Substream | None:
        return self._current

    def _take(self, kind: int, at: int, size: int) -> None:
        current, charts = self._current, self._charts
        if kind in BOF_KINDS and size >= 4:
            if current is None:
                self._current = self._begin(kind, at, at + 4, size)
                return
            charts.append([])
            if len(charts) > _MOST_LEVELS:
                raise UnreadableError("too-deep")
            current.charts.append(charts[-1])
        elif current is None:
            return
        elif kind == EOF:
            if charts:
                charts.pop()
            else:
                current.end = at
                self._current = None
        elif charts:
            charts[-1].append(Record(kind, at + 4, size))
        elif kind not in CELL_KINDS or current.kind == _CHART:
            current.records.append(Record(kind, at + 4, size))

    def _begin(self, kind: int, at: int, body: int, size: int) -> Substream:
        version, what = struct.unpack_from("<HH", self.data, body)
        if not self.version:
            self.version = 8 if BOF_KINDS[kind] == 5 and version >= 0x0600 else BOF_KINDS[kind]
        found = Substream(at, body + size, what)
        self.substreams.append(found)
        return found

    def body(self, record: Record) -> bytes:
        """Return the record's own bytes, without what goes on elsewhere."""
        return self.data[record.at : record.at + record.size]

    def segments(self, record: Record) -> list[bytes]:
        """Return the record's bytes and those of the Continue records behind it."""
        found = [self.body(record)]
        at = record.at + record.size
        while at + 4 <= len(self.data):
            kind, size = _HEADER.unpack_from(self.data, at)
            if kind != CONTINUE:
                break
            found.append(self.data[at + 4 : at + 4 + size])
            at += 4 + size
        return found

    def string(self, body: bytes, at: int, wide_count: bool = True) -> tuple[str, int]:
        """Return a text with its count in front (MS-XLS 2.5.294 and 2.5.240), and where it ends."""
        if wide_count:
            (count,) = struct.unpack_from("<H", body, at)
            at += 2
        else:
            count = body[at]
            at += 1
        return self.characters(body, at, count)

    def characters(self, body: bytes, at: int, count: int) -> tuple[str, int]:
        """Return a text whose count is known (MS-XLS 2.5.296), and where it ends."""
        if self.version < 8:
            return decoded(body[at : at + count].replace(b"\0", b" "), self.page), at + count
        if count == 0:
            return "", at
        flags = body[at]
        at += 1
        runs = extra = 0
        if flags & 8:
            (runs,) = struct.unpack_from("<H", body, at)
            at += 2
        if flags & 4:
            (extra,) = struct.unpack_from("<I", body, at)
            at += 4
        size = count * 2 if flags & 1 else count
        raw = body[at : at + size]
        if len(raw) < size:
            raise UnreadableError("corrupt")
        text = raw.decode("utf-16-le" if flags & 1 else "latin-1", "replace")
        return text, at + size + 4 * runs + extra


class SegmentReader:
    """Reads a text that may be cut anywhere by a Continue record (MS-XLS 2.5.293)."""

    __slots__ = ("_at", "_index", "_segments")

    def __init__(self, segments: list[bytes]) -> None:
        self._segments = segments
        self._index = 0
        self._at = 0

    def more(self) -> bool:
        """Say whether anything is left."""
        while self._index < len(self._segments) and self._at >= len(self._segments[self._index]):
            self._index += 1
            self._at = 0
        return self._index < len(self._segments)

    def take(self, size: int) -> bytes:
        """Return the next bytes, whatever they are."""
        segment = self._segments[self._index] if self._index < len(self._segments) else b""
        if self._at + size <= len(segment):
            self._at += size
            return segment[self._at - size : self._at]
        pieces: list[bytes] = []
        while size:
            if not self.more():
                raise UnreadableError("corrupt")
            piece = self._segments[self._index][self._at : self._at + size]
            pieces.append(piece)
            self._at += len(piece)
            size -= len(piece)
        return b"".join(pieces)

    def characters(self, count: int, wide: bool) -> str:
        """Return the next characters; each further segment says for itself whether its characters are wide."""
        pieces: list[str] = []
        while count:
            if self._index >= len(self._segments):
                raise UnreadableError("corrupt")
            left = len(self._segments[self._index]) - self._at
            here = min(count, left // 2 if wide else left)
            raw = self.take(here * 2 if wide else here) if here else b""
            pieces.append(raw.decode("utf-16-le", "surrogatepass") if wide else raw.decode("latin-1"))
            count -= here
            if count:
                self._index += 1
                self._at = 0
                if self._index >= len(self._segments) or not self._segments[self._index]:
                    raise UnreadableError("corrupt")
                wide = bool(self._segments[self._index][0] & 1)
                self._at = 1
        text = "".join(pieces)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
