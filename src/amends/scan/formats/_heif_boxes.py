"""Reads the boxes of HEIC, HEIF and AVIF files: their Exif and XMP items, names, and what follows the last box.

ISO/IEC 14496-12 (8.11: the meta box) and ISO/IEC 23008-12.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from typing import Final, NamedTuple

from amends.scan.formats._image_blocks import profile_pieces, run_pieces, trailing_pieces, xmp_pieces
from amends.scan.formats._image_tiff import exif_pieces
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece, UntrustedUnread

_XMP_UUID: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MOST_BOXES: Final = 20_000
_MOST_ITEMS: Final = 20_000
_MOST_EXTENTS: Final = 1_000
_DEEPEST: Final = 12
_HOLDERS: Final = frozenset({b"iprp", b"ipco", b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts"})
_SILENT: Final = frozenset(
    {b"ftyp", b"mdat", b"hvcC", b"av1C", b"ispe", b"pixi", b"ipma", b"irot", b"imir", b"clap", b"pitm",
     b"iref",
     b"auxl",
     b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"stss", b"ctts", b"mvhd", b"tkhd", b"mdhd",
     b"vmhd", b"dref",
     b"elst", b"iloc", b"grpl", b"pasp", b"lsel", b"a1lx", b"clli", b"mdcv", b"styp", b"sdtp"}
)  # fmt: skip


class _Item(NamedTuple):
    kind: bytes
    name: str
    content_type: str


class HeifBoxes:
    """One file."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._boxes = 0
        self._seen_meta = False
        self._seen_film = False
        self._left_out = 0
        """Items and extents beyond the bounds."""
        self._items: dict[int, _Item] = {}
        self._extents: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        self._data: tuple[int, int] = (0, 0)

    def pieces(self) -> Iterator[UntrustedPiece]:
        """Yield every piece."""
        end = yield from self._walk(0, len(self._content), ("file",), 0)
        yield from self._item_pieces()
        if self._left_out:
            yield UntrustedUnread("", "too-large", self._left_out)
        if not (self._seen_meta or self._seen_film):
            yield UntrustedUnread("", "corrupt")
        if end < len(self._content):
            yield from trailing_pieces(self._content[end:], end)

    def _walk(
        self, at: int, end: int, where: tuple[str, ...], depth: int
    ) -> Generator[UntrustedPiece, None, int]:
        content = self._content
        while at + 8 <= end:
            if self._boxes >= _MOST_BOXES or depth >= _DEEPEST:
                yield UntrustedUnread("", "too-deep" if depth >= _DEEPEST else "too-large")
                return end
            length, kind = struct.unpack_from(">I4s", content, at)
            head = 8
            if length == 1 and at + 16 <= end:
                (length,) = struct.unpack_from(">Q", content, at + 8)
                head = 16
            elif length == 0:
                length = end - at
            if length < head or not kind.isalnum():
                return at
            if at + length > end:
                if not depth and self._seen_meta and kind != b"mdat":
                    return at
                yield UntrustedUnread("", "corrupt")
                return end
            self._boxes += 1
            name = kind.decode("ascii")
            yield from self._box(kind, at + head, at + length, (*where, name)[1:], depth)
            at += length
        return at

    def _box(
        self, kind: bytes, start: int, end: int, where: tuple[str, ...], depth: int
    ) -> Iterator[UntrustedPiece]:
        content = self._content
        if kind in _HOLDERS or kind == b"meta":
            self._seen_meta = self._seen_meta or kind == b"meta"
            self._seen_film = self._seen_film or kind == b"moov"
            full = kind == b"meta" and content[start + 4 : start + 8] != b"hdlr"
            reached = yield from self._walk(start + 4 * full, end, ("", *where), depth + 1)
            yield from run_pieces(content[reached:end], where, "image-metadata")
        elif kind == b"iinf":
            yield from self._names(start, end)
        elif kind == b"idat":
            self._data = (start, end)
        elif kind == b"colr":
            if content[start : start + 4] in (b"prof", b"rICC"):
                yield from profile_pieces(content[start + 4 : end], ())
        elif kind == b"uuid" and content[start : start + 16] == _XMP_UUID:
            yield from xmp_pieces(content[start + 16 : end], ())
        elif kind not in _SILENT:
            yield from run_pieces(content[start:end], where, "image-metadata")
        if kind == b"iloc":
            self._locations(start, end)

    def _names(self, start: int, end: int) -> Iterator[UntrustedPiece]:
        content = self._content
        wide = content[start] > 0
        at = start + (8 if wide else 6)
        while at + 12 <= end:
            if len(self._items) >= _MOST_ITEMS:
                self._left_out += 1
                return
            length, kind = struct.unpack_from(">I4s", content, at)
            if length < 12 or at + length > end:
                return
            entry = content[at + 8 : at + length]
            at += length
            version = entry[0]
            if kind != b"infe" or version < 2:
                continue
            size = 2 if version == 2 else 4
            identifier = int.from_bytes(entry[4 : 4 + size], "big")
            rest = entry[4 + size + 2 :]
            name, _, more = rest[4:].partition(b"\0")
            self._items[identifier] = _Item(rest[:4], decode(name), decode(more.partition(b"\0")[0]))
            yield from part((f"item {identifier}", "name"), "name", "image-metadata", decode(name))

    def _locations(self, start: int, end: int) -> None:
        data = self._content[start:end]
        version = data[0]
        offset_size, length_size = data[4] >> 4, data[4] & 15
        base_size, index_size = data[5] >> 4, data[5] & 15 if version else 0
        wide = 4 if version == 2 else 2
        count = int.from_bytes(data[6 : 6 + wide], "big")
        at = 6 + wide

        def number(size: int) -> int:
            nonlocal at
            value = int.from_bytes(data[at : at + size], "big")
            at += size
            return value

        self._left_out += max(0, count - _MOST_ITEMS)
        for _ in range(min(count, _MOST_ITEMS)):
            identifier = number(wide)
            method = number(2) & 15 if version else 0
            number(2)
            base = number(base_size)
            extents = []
            listed = number(2)
            self._left_out += max(0, listed - _MOST_EXTENTS)
            for _ in range(min(listed, _MOST_EXTENTS)):
                number(index_size)
                offset = base + number(offset_size)
                extents.append((offset, number(length_size)))
            self._extents[identifier] = (method, extents)
            if at >= len(data):
                return

    def _item_pieces(self) -> Iterator[UntrustedPiece]:
        for identifier, item in self._items.items():
            if item.kind not in (b"Exif", b"mime", b"uri "):
                continue
            where = (f"item {identifier}",)
            content = self._of(identifier)
            if not content:
                yield UntrustedUnread(where[0], "corrupt")
            elif item.kind == b"Exif":
                skipped = int.from_bytes(content[:4], "big")
                yield from exif_pieces(content[4 + skipped if skipped < len(content) else 4 :], ())
            elif "rdf+xml" in item.content_type:
                yield from xmp_pieces(content, ())
            else:
                yield UntrustedFile(where, "image-metadata", content)

    def _of(self, identifier: int) -> bytes:
        method, extents = self._extents.get(identifier, (0, []))
        shift, end = (self._data[0], self._data[1]) if method == 1 else (0, len(self._content))
        taken = sum(min(length or end, end) for _, length in extents)
        if taken > 2 * len(self._content):  # the same bytes again and again
            return b""
        return b"".join(
            self._content[shift + offset : min(end, shift + offset + length) if length else end]
            for offset, length in extents
        )
