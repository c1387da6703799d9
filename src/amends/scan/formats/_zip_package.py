"""Reads the parts of a zip package (Office Open XML and its relatives) without trusting a word of it.

```
[local header | data] [local header | data] ... [central directory] [end record | comment]
                                                 ^ the only list of parts that is believed
```

Own reader (PKWARE APPNOTE 6.3.10), because the standard one costs 20 ms to import and inflates at
half the speed; and because whoever guards a door must decide for himself what a doubled name, an
encrypted entry or a wrong checksum means. Here each of them means "not readable". Parts are streamed
and bounded while they inflate: the sizes that the directory states are not believed either.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NamedTuple, cast

from isal import isal_zlib

from amends.scan.formats._once import once
from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import Limits

LOCAL_MAGIC: Final = b"PK\x03\x04"
_END_MAGIC: Final = b"PK\x05\x06"
_END64_LOCATOR_MAGIC: Final = b"PK\x06\x07"
_END64_MAGIC: Final = b"PK\x06\x06"
_ENTRY_MAGIC: Final = b"PK\x01\x02"
_END_LENGTH: Final = 22
_LOCATOR_LENGTH: Final = 20
_ENTRY_LENGTH: Final = 46
_LOCAL_LENGTH: Final = 30
_LONGEST_COMMENT: Final = 65_535
_LONGEST_DIRECTORY: Final = 64 << 20
_CHUNK: Final = 1 << 17
"""Packed bytes at a time; what they inflate to is what is read as one block, and larger blocks are read faster."""
_INFLATED_CHUNK: Final = 1 << 20
_MOST_REMEMBERED: Final = 200_000
_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 0x1
_DESCRIBED: Final = 0x8
_DESCRIPTOR_MAGIC: Final = b"PK\x07\x08"
_FIELD_FULL: Final = 0xFFFFFFFF
_COUNT_FULL: Final = 0xFFFF
_END64_LENGTH: Final = 56
_ZIP64_FIELD: Final = 0x0001
_DAMAGED_STREAM: Final = cast(type[Exception], isal_zlib.error)  # its stub takes it for an instance


class _Entry(NamedTuple):
    name: str
    flags: int
    method: int
    checksum: int
    packed_bytes: int
    inflated_bytes: int
    offset: int
    comment: bytes


class _Layout(NamedTuple):
    """Where the directory lies, and what comes after it."""

    start: int
    end: int
    comment: bytes
    file_bytes: int


class ZipPackage:
    """The parts of one package by name. Part names are case-insensitive (ECMA-376 part 2, 6.2.2)."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        """Read the directory. Raises `UnreadableError` where it is missing, damaged or ambiguous."""
        self.limits: Final = limits
        self._stream = stream
        self._limits = limits
        self._inflated = 0
        self._entries: dict[str, _Entry] = {}
        self._layout = _Layout(0, 0, b"", 0)
        self._remembered: dict[str, tuple[Any, ...]] = {}
        self._remembered_items = 0
        entries, self._layout = _directory(stream)
        for entry in entries:
            key = _key(entry.name)
            if key in self._entries:  # two readers would see two different files
                raise UnreadableError("corrupt")
            self._entries[key] = entry

    def names(self) -> list[str]:
        """Return the names of all parts (not folders), as they are written in the directory."""
        return [entry.name for entry in self._entries.values() if not entry.name.endswith("/")]

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._entries

    def size(self, name: str) -> int:
        """Return the inflated bytes of a part as the directory states them, perhaps falsely; 0 where it is missing."""
        entry = self._entries.get(_key(name))
        return entry.inflated_bytes if entry is not None else 0

    def remember(self, name: str, items: tuple[Any, ...]) -> None:
        """Keep what a reader has found in a part and will ask for again, as long as it is not too much."""
        if self._remembered_items + len(items) <= _MOST_REMEMBERED:
            self._remembered_items += len(items)
            self._remembered[_key(name)] = items

    def remembered(self, name: str) -> tuple[Any, ...] | None:
        """Return what was kept of a part, None where nothing was."""
        return self._remembered.get(_key(name))

    def comments(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name of a part (empty for the archive) and the comment that the directory gives it."""
        if self._layout.comment:
            yield "", self._layout.comment
        for entry in self._entries.values():
            if entry.comment:
                yield entry.name, entry.comment

    def content(self, name: str, longest: int) -> bytes:
        """Return a whole part. Raises `UnreadableError` as `chunks` does, ``too-large`` beyond ``longest`` bytes."""
        pieces: list[bytes] = []
        size = 0
        for chunk in self.chunks(name):
            size += len(chunk)
            if size > longest:
                raise UnreadableError("too-large")
            pieces.append(chunk)
        return b"".join(pieces)

    def outside(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each range of bytes that belongs to no part, no directory and no comment."""
        layout = self._layout
        taken = sorted(filter(None, map(self._extent, self._entries.values())))
        taken.append((layout.start, layout.end))
        position = 0
        for start, end in taken:
            if start > position:
                yield position, start
            position = max(position, end)
        if layout.file_bytes > position:
            yield position, layout.file_bytes

    def raw(self, start: int, end: int) -> bytes:
        """Return bytes of the file as they lie there."""
        self._stream.seek(start)
        return self._stream.read(end - start)

    def _extent(self, entry: _Entry) -> tuple[int, int] | None:
        header = self.raw(entry.offset, entry.offset + _LOCAL_LENGTH)
        if len(header) < _LOCAL_LENGTH or header[:4] != LOCAL_MAGIC:
            return None
        end = entry.offset + _LOCAL_LENGTH + sum(struct.unpack_from("<HH", header, 26)) + entry.packed_bytes
        if entry.flags & _DESCRIBED:
            # 4.3.9: sizes may follow the data, with or without a signature, in four bytes each or in eight.
            follows = self.raw(end, end + 24)
            signed = 4 if follows.startswith(_DESCRIPTOR_MAGIC) else 0
            packed, inflated = entry.packed_bytes, entry.inflated_bytes
            for size, form in ((8, "<4xII"), (16, "<4xQQ")):
                if len(follows) >= signed + 4 + size and struct.unpack_from(form, follows, signed) == (
                    packed,
                    inflated,
                ):
                    return entry.offset, end + signed + 4 + size
        return entry.offset, end

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the inflated bytes of a part.

        Raises `UnreadableError`: ``corrupt`` (missing, damaged, unknown compression),
        ``password-protected``, ``too-large``.
        """
        entry = self._entries.get(_key(name))
        if entry is None:
            raise UnreadableError("corrupt")
        if entry.flags & _ENCRYPTED:
            raise UnreadableError("password-protected")
        checksum = 0
        size = 0
        for chunk in _inflate(self._packed(entry), entry.method):
            size += len(chunk)
            self._inflated += len(chunk)
            if size > self._limits.part_bytes or self._inflated > self._limits.package_bytes:
                raise UnreadableError("too-large")
            checksum = isal_zlib.crc32(chunk, checksum)
            yield chunk
        if checksum != entry.checksum or size & _FIELD_FULL != entry.inflated_bytes & _FIELD_FULL:
            raise UnreadableError("corrupt")

    def _packed(self, entry: _Entry) -> Iterator[bytes]:
        self._stream.seek(entry.offset)
        header = self._stream.read(_LOCAL_LENGTH)
        if len(header) < _LOCAL_LENGTH or header[:4] != LOCAL_MAGIC:
            raise UnreadableError("corrupt")
        name_length, extra_length = struct.unpack_from("<HH", header, 26)
        position = entry.offset + _LOCAL_LENGTH + name_length + extra_length
        remaining = entry.packed_bytes
        while remaining:
            # Two parts may be read in turns, so the position is this reader's own.
            self._stream.seek(position)
            chunk = self._stream.read(min(_CHUNK, remaining))
            if not chunk:
                raise UnreadableError("corrupt")
            position += len(chunk)
            remaining -= len(chunk)
            yield chunk


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _inflate(packed: Iterator[bytes], method: int) -> Iterator[bytes]:
    if method == _STORED:
        yield from packed
        return
    if method != _DEFLATED:
        raise UnreadableError("corrupt")
    inflater = isal_zlib.decompressobj(wbits=-15)
    try:
        for chunk in packed:
            pending = chunk
            while pending and not inflater.eof:
                inflated = inflater.decompress(pending, _INFLATED_CHUNK)
                pending = inflater.unconsumed_tail
                if inflated:
                    yield inflated
        while not inflater.eof:
            inflated = inflater.decompress(b"", _INFLATED_CHUNK)
            if not inflated:
                raise UnreadableError("corrupt")
            yield inflated
    except _DAMAGED_STREAM as damage:
        raise UnreadableError("corrupt") from damage


@once
def _directory(stream: BinaryIO) -> tuple[list[_Entry], _Layout]:
    size = stream.seek(0, 2)
    tail_length = min(size, _END_LENGTH + _LONGEST_COMMENT)
    stream.seek(size - tail_length)
    tail = stream.read(tail_length)
    at = tail.rfind(_END_MAGIC)
    if at < 0 or len(tail) - at < _END_LENGTH:
        raise UnreadableError("corrupt")
    end_record = end = size - tail_length + at
    comment = tail[at + _END_LENGTH :][: int.from_bytes(tail[at + 20 : at + 22], "little")]
    count, length, offset = struct.unpack_from("<HII", tail, at + 10)
    if _FIELD_FULL in (length, offset) or count == _COUNT_FULL:
        count, length, offset, end = _zip64_end(stream, end, (count, length, offset))
    if length > _LONGEST_DIRECTORY:
        raise UnreadableError("too-large")
    start = end - length  # bytes put before the archive shift every offset by the same amount
    shift = start - offset
    if start < 0 or shift < 0:
        raise UnreadableError("corrupt")
    stream.seek(start)
    directory = stream.read(length)
    position = 0
    entries = []
    for _ in range(count):
        entry, position = _entry(directory, position, shift)
        entries.append(entry)
    return entries, _Layout(start, end_record + _END_LENGTH + len(comment), comment, size)


def _zip64_end(stream: BinaryIO, end: int, plain: tuple[int, int, int]) -> tuple[int, int, int, int]:
    if end < _LOCATOR_LENGTH:
        return (*plain, end)
    stream.seek(end - _LOCATOR_LENGTH)
    locator = stream.read(_LOCATOR_LENGTH)
    if locator[:4] != _END64_LOCATOR_MAGIC:
        return (*plain, end)
    (end64,) = struct.unpack_from("<Q", locator, 8)
    if end64 > end:
        raise UnreadableError("corrupt")
    stream.seek(end64)
    record = stream.read(_END64_LENGTH)
    if len(record) < _END64_LENGTH or record[:4] != _END64_MAGIC:
        raise UnreadableError("corrupt")
    count, length, offset = struct.unpack_from("<QQQ", record, 32)
    return count, length, offset, end64


def _entry(directory: bytes, at: int, shift: int) -> tuple[_Entry, int]:
    if directory[at : at + 4] != _ENTRY_MAGIC or len(directory) - at < _ENTRY_LENGTH:
        raise UnreadableError("corrupt")
    flags, method, checksum, packed, inflated = struct.unpack_from("<HH4xIII", directory, at + 8)
    name_length, extra_length, comment_length = struct.unpack_from("<HHH", directory, at + 28)
    (offset,) = struct.unpack_from("<I", directory, at + 42)
    name_end = at + _ENTRY_LENGTH + name_length
    name = directory[at + _ENTRY_LENGTH : name_end].decode("utf-8", "replace")
    extra = directory[name_end : name_end + extra_length]
    inflated, packed, offset = _zip64_sizes(extra, [inflated, packed, offset])
    following = name_end + extra_length + comment_length
    if following > len(directory):
        raise UnreadableError("corrupt")
    comment = directory[name_end + extra_length : following]
    return _Entry(name, flags, method, checksum, packed, inflated, offset + shift, comment), following


def _zip64_sizes(extra: bytes, fields: list[int]) -> list[int]:
    """Return inflated size, packed size, offset; those that are full are in the zip64 field (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        identifier, length = struct.unpack_from("<HH", extra, at)
        if identifier == _ZIP64_FIELD:
            values = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return [next(values, value) if value == _FIELD_FULL else value for value in fields]
        at += 4 + length
    return fields
