"""Reads an OLE compound file (MS-CFB): storages and streams, like folders and files, in chained sectors.

```
[header: where the first 109 sectors of the table are] [sector 0] [sector 1] ...
table (FAT): sector → next sector          directory: a chain of entries of 128 bytes, siblings as a tree
mini stream: the root's own chain, cut into 64 bytes for streams below 4,096 bytes, with a table of its own
```

Own reader, because recognising a file by its streams must import nothing, and because whoever guards a door must see
what belongs to no stream as well: entries that nothing leads to, sectors that are free and not empty. Nothing is
believed: chains are bounded by the table's length, and all that is read together by a multiple of the file's size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._once import once
from amends.scan.formats.interface import UnreadableError

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_BYTES: Final = 512
_ENTRY_BYTES: Final = 128
_MINI_BYTES: Final = 64
_MINI_CUTOFF: Final = 4_096
_LAST_SECTOR: Final = 0xFFFFFFFA
_FREE: Final = 0xFFFFFFFF
_NO_ENTRY: Final = 0xFFFFFFFF
_HEADER_TABLE: Final = 109
_SECTOR_SHIFTS: Final = (9, 12)
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_READ_FACTOR: Final = 8
_READ_BASE: Final = 1 << 22
_MOST_LEVELS: Final = 64


class Stream:
    """A stream; its bytes are read when asked for."""

    __slots__ = ("_file", "_start", "name", "size")

    def __init__(self, file: CompoundFile, name: str, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self.name = name
        self.size = size

    def read(self) -> bytes:
        """Return all bytes. Raises `UnreadableError` ``corrupt`` where the chain ends early."""
        return self._file.stream_bytes(self._start, self.size)


class Storage:
    """A storage: streams and further storages by their names, in the order of the directory."""

    __slots__ = ("class_id", "name", "storages", "streams")

    def __init__(self, name: str, class_id: bytes) -> None:
        self.name = name
        self.class_id = class_id
        self.storages: dict[str, Storage] = {}
        self.streams: dict[str, Stream] = {}

    def stream(self, name: str) -> Stream | None:
        """Return the stream of that name, compared as MS-CFB 2.6.4 does: without regard to case."""
        found = self.streams.get(name)
        if found is None:
            wanted = name.upper()
            found = next((stream for key, stream in self.streams.items() if key.upper() == wanted), None)
        return found

    def storage(self, name: str) -> Storage | None:
        """Return the storage of that name, without regard to case."""
        wanted = name.upper()
        return next((storage for key, storage in self.storages.items() if key.upper() == wanted), None)


class CompoundFile:
    """One compound file. Raises `UnreadableError` ``corrupt`` where its table or directory cannot be followed."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        if len(content) < _HEADER_BYTES or content[:8] != MAGIC:
            raise UnreadableError("corrupt")
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in _SECTOR_SHIFTS or mini_shift != 6:
            raise UnreadableError("corrupt")
        self._sector = 1 << shift
        self._left = len(content) * _READ_FACTOR + _READ_BASE
        self._table = self._read_table()
        (directory,) = struct.unpack_from("<I", content, 48)
        (mini_table,) = struct.unpack_from("<I", content, 60)
        self._entries = self._chain(directory)
        self._mini_table_start = mini_table
        self._mini_table: tuple[int, ...] | None = None
        self._mini_stream = b""
        self.orphans: list[Stream] = []
        """Streams whose entries nothing in the directory leads to any more."""
        self.root = self._read_directory()

    def stream_bytes(self, start: int, size: int) -> bytes:
        """Return the bytes of a stream by its first sector and its size."""
        self._left -= size + _MINI_BYTES
        if size > len(self._content) or self._left < 0:
            raise UnreadableError("corrupt")
        if size < _MINI_CUTOFF:
            return self._mini_bytes(start, size)
        return self._chain(start, size)

    def unused(self) -> bytes:
        """Return what lies in free sectors and behind the last sector of the table, zeros alone left out."""
        kept: list[bytes] = []
        for number, following in enumerate(self._table):
            if following == _FREE:
                kept.append(self._sector_bytes(number))
        kept.append(self._content[(len(self._table) + 1) * self._sector :])
        return b"".join(piece for piece in kept if piece.strip(b"\0"))

    def _read_table(self) -> tuple[int, ...]:
        numbers = list(struct.unpack_from(f"<{_HEADER_TABLE}I", self._content, 76))
        (following,) = struct.unpack_from("<I", self._content, 68)
        per_sector = self._sector // 4
        seen: set[int] = set()
        while following < _LAST_SECTOR:
            if following in seen:
                raise UnreadableError("corrupt")
            seen.add(following)
            *more, following = struct.unpack(f"<{per_sector}I", self._whole_sector(following))
            numbers += more
        table: list[int] = []
        used: set[int] = set()
        for number in numbers:
            if number >= _LAST_SECTOR:
                continue
            if number in used:
                raise UnreadableError("corrupt")
            used.add(number)
            table += struct.unpack(f"<{per_sector}I", self._whole_sector(number))
        # Entries beyond the file's end stand for nothing; keeping them would let the table lie about its length.
        return tuple(table[: (len(self._content) - 1) // self._sector + 1])

    def _sector_bytes(self, number: int) -> bytes:
        at = (number + 1) * self._sector
        return self._content[at : at + self._sector]

    def _whole_sector(self, number: int) -> bytes:
        found = self._sector_bytes(number)
        if len(found) < self._sector:
            raise UnreadableError("corrupt")
        return found

    def _chain(self, start: int, size: int = -1) -> bytes:
        """Return the chain's bytes up to ``size``, or to its end where that is negative."""
        pieces: list[bytes] = []
        table, sector = self._table, self._sector
        wanted = len(table) if size < 0 else (size + sector - 1) // sector
        number = start
        while number < _LAST_SECTOR and len(pieces) < wanted:
            if number >= len(table):
                raise UnreadableError("corrupt")
            pieces.append(self._sector_bytes(number))
            number = table[number]
        whole = b"".join(pieces)
        if size < 0:
            if number < _LAST_SECTOR:  # as many sectors as there are, and no end: a circle
                raise UnreadableError("corrupt")
            return whole
        if len(whole) < size:
            raise UnreadableError("corrupt")
        return whole[:size]

    def _mini_bytes(self, start: int, size: int) -> bytes:
        if size == 0:
            return b""
        if self._mini_table is None:
            raw = self._chain(self._mini_table_start) if self._mini_table_start < _LAST_SECTOR else b""
            self._mini_table = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
            first, length = struct.unpack_from("<II", self._entries, 116)
            self._mini_stream = self._chain(first)[:length] if first < _LAST_SECTOR else b""
        pieces: list[bytes] = []
        number = start
        for _ in range((size + _MINI_BYTES - 1) // _MINI_BYTES):
            if number >= len(self._mini_table):
                raise UnreadableError("corrupt")
            pieces.append(self._mini_stream[number * _MINI_BYTES : (number + 1) * _MINI_BYTES])
            number = self._mini_table[number]
        whole = b"".join(pieces)
        if len(whole) < size:
            raise UnreadableError("corrupt")
        return whole[:size]

    def _read_directory(self) -> Storage:
        count = len(self._entries) // _ENTRY_BYTES
        if count == 0 or self._entries[66] != _ROOT:
            raise UnreadableError("corrupt")
        root = Storage("", self._entries[80:96])
        seen = {0}
        waiting: list[tuple[int, Storage, int]] = [(self._child(0), root, 0)]
        while waiting:
            number, storage, level = waiting.pop()
            if number == _NO_ENTRY:
                continue
            if number >= count or number in seen or level > _MOST_LEVELS:
                raise UnreadableError("corrupt")
            seen.add(number)
            at = number * _ENTRY_BYTES
            left, right = struct.unpack_from("<II", self._entries, at + 68)
            waiting += [(right, storage, level), (left, storage, level)]
            name = self._name(at)
            if self._entries[at + 66] == _STORAGE:
                inner = Storage(name, self._entries[at + 80 : at + 96])
                storage.storages[name] = inner
                waiting.append((self._child(number), inner, level + 1))
            elif self._entries[at + 66] == _STREAM:
                storage.streams[name] = self._stream(at, name)
        for number in range(1, count):
            at = number * _ENTRY_BYTES
            if number not in seen and self._entries[at + 66] == _STREAM:
                self.orphans.append(self._stream(at, self._name(at)))
        return root

    def _child(self, number: int) -> int:
        (child,) = struct.unpack_from("<I", self._entries, number * _ENTRY_BYTES + 76)
        return int(child)

    def _name(self, at: int) -> str:
        (length,) = struct.unpack_from("<H", self._entries, at + 64)
        return self._entries[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")

    def _stream(self, at: int, name: str) -> Stream:
        start, low = struct.unpack_from("<II", self._entries, at + 116)
        return Stream(self, name, start, low)


def open_compound(content: bytes) -> CompoundFile | None:
    """Return the compound file, or None where it is none or is too damaged to be followed."""
    if not content.startswith(MAGIC):
        return None
    try:
        return CompoundFile(content)
    except (UnreadableError, struct.error, IndexError):
        return None


@once
def streams_at_the_root(stream: BinaryIO) -> frozenset[str]:
    """Return the names of a compound file's outermost streams in capitals; none where it is no such file."""
    stream.seek(0)
    if stream.read(len(MAGIC)) != MAGIC:
        return frozenset()
    stream.seek(0)
    compound = open_compound(stream.read())
    return frozenset() if compound is None else frozenset(name.upper() for name in compound.root.streams)


def walk(storage: Storage, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Stream]]:
    """Yield every stream below, with the names that lead to it."""
    for stream in storage.streams.values():
        yield (*path, stream.name), stream
    for inner in storage.storages.values():
        yield from walk(inner, (*path, inner.name))
