"""Where things are in a Word document before 2007 (MS-DOC 2.5): the file information block and the piece table.

```
WordDocument   FIB, texts, pages of properties      0Table or 1Table   everything that the FIB points at
character position (CP) ─piece table→ place in WordDocument (FC), one or two bytes a character
```
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from amends.scan.formats._compound_file import Storage
from amends.scan.formats._ole_properties import decoded
from amends.scan.formats.interface import UnreadableError

_IDENTIFIERS: Final = frozenset({0xA5EC, 0xA5DC})
_FIRST_OF_97: Final = 0x00C1 - 1
_ENCRYPTED, _SECOND_TABLE, _COMPLEX = 0x0100, 0x0200, 0x0004
_POINTERS: Final = 154
_CLX: Final = 33
_NARROW: Final = 0x40000000
_OLD_CLX: Final = 0x160
_OLD_COUNTS: Final = 0x34
_COUNTS: Final = 0x4C
_PIECES, _PROPERTIES = 2, 1

SUBDOCUMENTS: Final = (
    ("body", "paragraph", ""),
    ("footnotes", "footnote", ""),
    ("headers and footers", "header", "header-footer"),
    ("macros of old versions", "paragraph", "unshown-text"),
    ("comments", "comment", "comment"),
    ("endnotes", "endnote", ""),
    ("text boxes", "text-box", "text-box"),
    ("text boxes of headers", "text-box", "text-box"),
)
"""Place, kind and hiding of each part of the text, in the order in which their characters follow one another."""


class Piece(NamedTuple):
    """A run of characters that lie together."""

    first: int
    """Its first character position."""
    characters: int
    offset: int
    """Where it lies in the stream WordDocument."""
    width: int
    """Bytes of a character: 1 or 2."""
    properties: bytes
    """Property modifiers that hold for all of it, from saving quickly."""


class Layout:
    """The FIB and the pieces of one document. Raises `UnreadableError` where there is none to be followed."""

    def __init__(self, root: Storage) -> None:
        stream = root.stream("WordDocument")
        if stream is None:
            raise UnreadableError("corrupt")
        self.main = stream.read()
        identifier, self.version = struct.unpack_from("<HH", self.main)
        (flags,) = struct.unpack_from("<H", self.main, 10)
        if identifier not in _IDENTIFIERS:
            raise UnreadableError("corrupt")
        if flags & _ENCRYPTED:
            raise UnreadableError("password-protected")
        self.is_97 = self.version >= _FIRST_OF_97
        self.table_name = "1Table" if flags & _SECOND_TABLE else "0Table"
        table = root.stream(self.table_name) if self.is_97 else None
        if self.is_97 and table is None:
            raise UnreadableError("corrupt")
        self.table = table.read() if table is not None else self.main
        self.counts = struct.unpack_from("<8I", self.main, _COUNTS if self.is_97 else _OLD_COUNTS)
        self.pieces = self._pieces(bool(flags & _COMPLEX))

    def pointer(self, index: int) -> tuple[int, int]:
        """Return where a structure lies in the table stream, and its length (MS-DOC 2.5.6)."""
        if not self.is_97:
            return 0, 0
        (count,) = struct.unpack_from("<H", self.main, _POINTERS - 2)
        if index >= count:
            return 0, 0
        at, length = struct.unpack_from("<II", self.main, _POINTERS + 8 * index)
        return (at, length) if at + length <= len(self.table) else (0, 0)

    def structure(self, index: int) -> bytes:
        """Return a structure's bytes; none where the document has none."""
        at, length = self.pointer(index)
        return self.table[at : at + length]

    def text(self, piece: Piece, start: int, end: int) -> str:
        """Return the characters of a piece from one to another, counted from its first."""
        raw = self.main[piece.offset + start * piece.width : piece.offset + end * piece.width]
        if piece.width == 2:
            return raw.decode("utf-16-le", "surrogatepass")
        return (
            raw.decode("cp1252", "replace") if b"\0" not in raw else decoded(raw.replace(b"\0", b" "), 1252)
        )

    def _pieces(self, is_complex: bool) -> list[Piece]:
        if self.is_97:
            clx = self.structure(_CLX)
        else:
            at, length = struct.unpack_from("<II", self.main, _OLD_CLX)
            clx = self.main[at : at + length] if is_complex else b""
        if not clx:
            (first,) = struct.unpack_from("<I", self.main, 0x18)
            total = sum(self.counts)
            width = 1 if first + 2 * total > len(self.main) or not self.is_97 else 2
            return [Piece(0, min(total, (len(self.main) - first) // width), first, width, b"")]
        return self._piece_table(clx)

    def _piece_table(self, clx: bytes) -> list[Piece]:
        at = 0
        properties: list[bytes] = []
        while at < len(clx) and clx[at] == _PROPERTIES:
            (length,) = struct.unpack_from("<H", clx, at + 1)
            properties.append(clx[at + 3 : at + 3 + length])
            at += 3 + length
        if at >= len(clx) or clx[at] != _PIECES:
            raise UnreadableError("corrupt")
        (length,) = struct.unpack_from("<I", clx, at + 1)
        count = (min(length, len(clx) - at - 5) - 4) // 12
        positions = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
        entries = at + 5 + 4 * (count + 1)
        pieces: list[Piece] = []
        for index in range(count):
            place, modifier = struct.unpack_from("<IH", clx, entries + 8 * index + 2)
            first, size = positions[index], positions[index + 1] - positions[index]
            narrow = bool(place & _NARROW) or not self.is_97
            offset = (place & 0x3FFFFFFF) // (2 if narrow and self.is_97 else 1)
            width = 1 if narrow else 2
            if size < 0 or offset + size * width > len(self.main):
                raise UnreadableError("corrupt")
            pieces.append(Piece(first, size, offset, width, _modifier(modifier, properties)))
        return pieces


_SHORT_MODIFIERS: Final = {0x41: 0x0800, 0x42: 0x0801, 0x5C: 0x083C}


def _modifier(modifier: int, properties: list[bytes]) -> bytes:
    """Return a piece's own property modifiers (MS-DOC 2.9.207 to 2.9.209)."""
    if modifier & 1:
        index = modifier >> 1
        return properties[index] if index < len(properties) else b""
    sprm = _SHORT_MODIFIERS.get(modifier >> 1 & 0x7F)
    return struct.pack("<HB", sprm, modifier >> 8) if sprm else b""
