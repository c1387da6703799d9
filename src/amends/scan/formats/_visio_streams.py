"""The streams inside the one stream of an old Visio drawing: found by their pointers, unpacked, and read for texts.

```
"Visio (TM) Drawing\\r\\n" ... version at 26 ... pointer to the trailer at 36
pointer: type, address, offset, length, format      a stream of pointers (format 5x) leads to further streams
packed streams (format bit 2): control byte, then for each of its bits a byte, or 12 bits of place and 4 of length
```

Nobody has published this format; what is said here follows what is known of it from the open readers of it, and stops
where they do. Texts of shapes are chunks of type 14.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats.interface import UnreadableError

MAGIC: Final = b"Visio (TM) Drawing\r\n"
_VERSION_AT, _TRAILER_AT = 26, 36
_WIDE_FROM: Final = 11
_NEWER_FROM: Final = 6
_RING: Final = 4_096
_RING_START: Final = 18
_LEAST_LENGTH: Final = 3
_PACKED: Final = 2
_BLOCK_HEAD: Final = 4
_TRAILER_TYPE: Final = 20
_NEVER_POINTERS: Final = frozenset({22, 23})
_MOST_STREAMS: Final = 20_000
_DEEPEST: Final = 32
_MOST_BYTES: Final = 256 << 20
_TEXT_CHUNK: Final = re.compile(rb"\x0e\0\0\0[\0-\xff]{4}\0\0\0\0", re.DOTALL)
_CHUNK_HEAD: Final = 19
_TEXT_HEAD: Final = 8
_PLAIN: Final = 0.8
"""Of the characters of a text; what holds more control characters is none."""


class Pointer(NamedTuple):
    """Where a stream lies."""

    kind: int
    offset: int
    length: int
    format: int

    @property
    def holds_pointers(self) -> bool:
        if self.kind == _TRAILER_TYPE:
            return True
        return 0x50 <= self.format < 0x60 and self.kind not in _NEVER_POINTERS


class Found(NamedTuple):
    """One unpacked stream, and the numbers of the pointers that lead to it."""

    place: tuple[int, ...]
    content: bytes
    holds_chunks: bool
    holds_pointers: bool


class VisioStreams:
    """The streams of one drawing."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.version = struct.unpack_from("<H", data, _VERSION_AT)[0]
        self.damaged = False
        self._count = 0
        self._bytes = 0
        self._seen: set[int] = set()

    def all(self) -> Iterator[Found]:
        """Yield every stream. Raises `UnreadableError`, ``struct.error``."""
        if self.version < _NEWER_FROM:
            raise UnreadableError("part-not-read")
        yield from self._below(_pointer(self._data, _TRAILER_AT), (), 0)

    def texts(self, content: bytes) -> Iterator[str]:
        """Yield the texts of shapes in a stream."""
        for found in _TEXT_CHUNK.finditer(content):
            if found.start() + _CHUNK_HEAD > len(content):
                return
            (length,) = struct.unpack_from("<I", content, found.start() + 12)
            start = found.start() + _CHUNK_HEAD
            raw = content[start + _TEXT_HEAD : start + length]
            if not _TEXT_HEAD < length <= len(content) - start:
                continue
            wide = self.version >= _WIDE_FROM
            text = raw.decode("utf-16-le" if wide else "cp1252", "replace").strip("\0 \n\r")
            plain = "".join(letter for letter in text if letter.isprintable() or letter in "\n\r\t")
            if (
                plain.strip()
                and len(plain) >= _PLAIN * len(text)
                and "\N{REPLACEMENT CHARACTER}" not in plain
            ):
                yield plain

    def _below(self, pointer: Pointer, place: tuple[int, ...], depth: int) -> Iterator[Found]:
        self._count += 1
        if depth > _DEEPEST:
            raise UnreadableError("too-deep")
        if self._count > _MOST_STREAMS:
            raise UnreadableError("too-large")
        if pointer.offset in self._seen:
            return
        self._seen.add(pointer.offset)
        if pointer.length <= 0 or pointer.offset + pointer.length > len(self._data):
            self.damaged = self.damaged or pointer.length > 0
            return
        raw = self._data[pointer.offset : pointer.offset + pointer.length]
        content = unpacked(raw)[_BLOCK_HEAD:] if pointer.format & _PACKED else raw
        self._bytes += len(content)
        if self._bytes > _MOST_BYTES:
            raise UnreadableError("too-large")
        yield Found(place, content, 0xD0 <= pointer.format < 0xE0, pointer.holds_pointers)
        if pointer.holds_pointers:
            for number, inner in enumerate(_pointers(content), 1):
                if inner.kind:
                    yield from self._below(inner, (*place, number), depth + 1)


def is_all_texts(content: bytes) -> bool:
    """Say whether a stream holds nothing but texts of shapes."""
    at = 0
    while at + _CHUNK_HEAD <= len(content) and _TEXT_CHUNK.match(content, at):
        at += _CHUNK_HEAD + struct.unpack_from("<I", content, at + 12)[0]
    return at == len(content)


def _pointer(data: bytes, at: int) -> Pointer:
    kind, _, offset, length, form = struct.unpack_from("<IIIIH", data, at)
    return Pointer(kind, offset, length, form)


def _pointers(content: bytes) -> list[Pointer]:
    if len(content) < 4:
        return []
    (at,) = struct.unpack_from("<I", content)
    if at + 8 > len(content):
        return []
    (count,) = struct.unpack_from("<I", content, at)
    at += 8
    return [_pointer(content, at + 18 * number) for number in range(min(count, (len(content) - at) // 18))]


def unpacked(raw: bytes) -> bytes:
    """Return a packed stream's bytes, at most nine times as many."""
    ring = bytearray(_RING)
    out = bytearray()
    write = at = 0
    while at < len(raw):
        control = raw[at]
        at += 1
        for bit in range(8):
            if at >= len(raw):
                break
            if control >> bit & 1:
                ring[write & (_RING - 1)] = raw[at]
                out.append(raw[at])
                write += 1
                at += 1
                continue
            if at + 2 > len(raw):
                return bytes(out)
            low, high = raw[at], raw[at + 1]
            at += 2
            read = (low | (high & 0xF0) << 4) + _RING_START
            for step in range((high & 15) + _LEAST_LENGTH):
                one = ring[(read + step) & (_RING - 1)]
                ring[write & (_RING - 1)] = one
                out.append(one)
                write += 1
    return bytes(out)
