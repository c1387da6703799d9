"""Writes a storage as a compound file of its own (MS-CFB version 3).

An object that is embedded in an old Office file is a storage inside that file, not a file. To open it as every
other file is opened, by its content and at any depth, it is written out as what it would be alone.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

from amends.scan.formats._compound_file import MAGIC, Storage, Stream

_SECTOR: Final = 512
_MINI: Final = 64
_CUTOFF: Final = 4_096
_FREE, _END, _TABLE_SECTOR, _DIFAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_NOTHING: Final = 0xFFFFFFFF
_IN_HEADER: Final = 109
_PER_SECTOR: Final = _SECTOR // 4

Tree = Mapping[str, "bytes | Tree"]
"""Name → the bytes of a stream, or the tree of a storage."""


def tree_of(storage: Storage) -> Tree:
    """Return the storage with all bytes below it. Raises `UnreadableError` where a stream cannot be read."""
    inner: dict[str, bytes | Tree] = {name: _bytes(stream) for name, stream in storage.streams.items()}
    inner.update((name, tree_of(below)) for name, below in storage.storages.items())
    return inner


def _bytes(stream: Stream) -> bytes:
    return stream.read()


def compound_bytes(tree: Tree, class_id: bytes = bytes(16)) -> bytes:
    """Return the compound file that holds this tree."""
    return _Writer(class_id).write(tree)


class _Writer:
    def __init__(self, class_id: bytes) -> None:
        self._entries: list[bytearray] = [_entry("Root Entry", 5, class_id)]
        self._sectors: list[bytes] = []
        self._table: list[int] = []
        self._mini: list[bytes] = []
        self._mini_table: list[int] = []

    def write(self, tree: Tree) -> bytes:
        self._children(0, tree)
        mini = b"".join(self._mini)
        struct.pack_into("<II", self._entries[0], 116, self._chain(mini), len(mini))
        mini_table = b"".join(struct.pack("<I", number) for number in self._mini_table)
        count = (len(mini_table) + _SECTOR - 1) // _SECTOR
        first_mini = self._chain(mini_table.ljust(count * _SECTOR, b"\xff"))
        while len(self._entries) % 4:
            empty = bytearray(128)
            struct.pack_into("<III", empty, 68, _NOTHING, _NOTHING, _NOTHING)
            self._entries.append(empty)
        directory = self._chain(b"".join(self._entries))
        tables, difats = self._table_sectors()
        first_table = len(self._table) + difats
        difat, numbers = self._difat(first_table, tables, difats)
        self._table += [_DIFAT_SECTOR] * difats + [_TABLE_SECTOR] * tables
        self._table += [_FREE] * (tables * _PER_SECTOR - len(self._table))
        header = bytearray(MAGIC + bytes(16) + struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables))
        header += struct.pack("<II", directory, 0) + struct.pack("<III", _CUTOFF, first_mini, count)
        header += struct.pack("<II", len(self._sectors) if difats else _END, difats)
        header += b"".join(struct.pack("<I", number) for number in numbers)
        table = b"".join(struct.pack("<I", number) for number in self._table)
        return bytes(header) + b"".join(self._sectors) + difat + table

    def _table_sectors(self) -> tuple[int, int]:
        tables = difats = 0
        while True:
            wanted = (len(self._table) + tables + difats + _PER_SECTOR - 1) // _PER_SECTOR
            lists = max(0, (wanted - _IN_HEADER + _PER_SECTOR - 2) // (_PER_SECTOR - 1))
            if (wanted, lists) == (tables, difats):
                return tables, difats
            tables, difats = wanted, lists

    def _difat(self, first: int, tables: int, difats: int) -> tuple[bytes, list[int]]:
        numbers = list(range(first, first + tables))
        in_header = numbers[:_IN_HEADER] + [_FREE] * (_IN_HEADER - len(numbers))
        rest = numbers[_IN_HEADER:]
        pieces: list[bytes] = []
        for index in range(difats):
            part = rest[index * (_PER_SECTOR - 1) : (index + 1) * (_PER_SECTOR - 1)]
            part += [_FREE] * (_PER_SECTOR - 1 - len(part))
            part.append(len(self._sectors) + index + 1 if index + 1 < difats else _END)
            pieces.append(struct.pack(f"<{_PER_SECTOR}I", *part))
        return b"".join(pieces), in_header

    def _children(self, parent: int, tree: Tree) -> None:
        names = sorted(tree, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))
        numbers: dict[str, int] = {}
        for name in names:
            content = tree[name]
            numbers[name] = len(self._entries)
            if isinstance(content, bytes):
                entry = _entry(name, 2, bytes(16))
                place = self._mini_chain if len(content) < _CUTOFF else self._chain
                struct.pack_into("<II", entry, 116, place(content), len(content))
                self._entries.append(entry)
            else:
                self._entries.append(_entry(name, 1, bytes(16)))
                self._children(numbers[name], content)
        struct.pack_into("<I", self._entries[parent], 76, self._subtree([numbers[name] for name in names]))

    def _subtree(self, numbers: list[int]) -> int:
        """Hang the sorted siblings up as a balanced tree, all black; return its top."""
        if not numbers:
            return _NOTHING
        middle = len(numbers) // 2
        left, right = self._subtree(numbers[:middle]), self._subtree(numbers[middle + 1 :])
        struct.pack_into("<II", self._entries[numbers[middle]], 68, left, right)
        return numbers[middle]

    def _chain(self, content: bytes) -> int:
        return _linked(content, _SECTOR, self._sectors, self._table)

    def _mini_chain(self, content: bytes) -> int:
        return _linked(content, _MINI, self._mini, self._mini_table)


def _linked(content: bytes, size: int, sectors: list[bytes], table: list[int]) -> int:
    if not content:
        return _END
    first = len(sectors)
    for at in range(0, len(content), size):
        sectors.append(content[at : at + size].ljust(size, b"\0"))
        table.append(len(sectors))
    table[-1] = _END
    return first


def _entry(name: str, kind: int, class_id: bytes) -> bytearray:
    entry = bytearray(128)
    encoded = name.encode("utf-16-le")[:62]
    entry[: len(encoded)] = encoded
    struct.pack_into("<HBBIII", entry, 64, len(encoded) + 2, kind, 1, _NOTHING, _NOTHING, _NOTHING)
    entry[80:96] = class_id
    return entry
