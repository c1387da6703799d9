"""Finds what lies in a database's pages beside its rows: free pages, and the unused space within the used ones.

Own reader of the file format (sqlite.org/fileformat2.html), since the library shows nothing that was deleted.

```
page: [header 8 or 12] [cell pointers] [unallocated] [cells and free blocks] [reserved]
```
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._text import part, printable_runs
from amends.scan.formats.interface import UntrustedPiece

_TABLE_LEAF, _INDEX_LEAF, _TABLE_INNER, _INDEX_INNER = 0x0D, 0x0A, 0x05, 0x02
_TREE: Final = frozenset({_TABLE_LEAF, _INDEX_LEAF, _TABLE_INNER, _INDEX_INNER})
_HEADER: Final = 100


class SqlitePages:
    """The pages of one file."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        (size,) = struct.unpack_from(">H", content, 16)
        self.size = 65_536 if size == 1 else size
        self._usable = self.size - content[20]
        self.valid = self.size >= 512 and self.size & (self.size - 1) == 0 and self._usable >= 480

    def pieces(self) -> Iterator[UntrustedPiece]:
        """Yield each run of text in free pages, unallocated space, free blocks and behind the last page."""
        if not self.valid:
            return
        free = self._free_pages()
        (stated,) = struct.unpack_from(">I", self._content, 28)
        pages = len(self._content) // self.size
        for number in range(1, pages + 1):
            page = self._content[(number - 1) * self.size : number * self.size]
            if number in free or (stated and number > stated):
                yield from _runs(page, (f"free page {number}",), 0)
            else:
                yield from self._unused(page, number)
        rest = self._content[pages * self.size :]
        yield from _runs(rest, ("behind the last page",), 0)

    def _free_pages(self) -> set[int]:
        trunk, _ = struct.unpack_from(">II", self._content, 32)
        free: set[int] = set()
        while trunk and trunk not in free and trunk * self.size <= len(self._content):
            free.add(trunk)
            at = (trunk - 1) * self.size
            following, count = struct.unpack_from(">II", self._content, at)
            count = min(count, self.size // 4 - 2)
            free.update(struct.unpack_from(f">{count}I", self._content, at + 8))
            trunk = following
        return free

    def _unused(self, page: bytes, number: int) -> Iterator[UntrustedPiece]:
        begin = _HEADER if number == 1 else 0
        if page[begin] not in _TREE:
            return  # overflow and pointer pages hold parts of rows, or none
        block, cells, content = struct.unpack_from(">HHH", page, begin + 1)
        content = content or 65_536
        pointers = begin + (12 if page[begin] in (_TABLE_INNER, _INDEX_INNER) else 8) + 2 * cells
        where = (f"page {number}", "unallocated")
        if pointers < content <= len(page):
            yield from _runs(page[pointers:content], where, pointers)
        seen: set[int] = set()
        while block and block not in seen and block + 4 <= len(page):
            seen.add(block)
            following, length = struct.unpack_from(">HH", page, block)
            yield from _runs(page[block + 4 : block + length], (f"page {number}", "free block"), block + 4)
            block = following


def _runs(content: bytes, where: tuple[str, ...], start: int) -> Iterator[UntrustedPiece]:
    for offset, text in printable_runs(content):
        yield from part((*where, f"byte {start + offset}"), "text-run", "free-page", text)
