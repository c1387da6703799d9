"""Reads the directories of TIFF and Exif: every tag that is not about pixels, the place, maker's notes, thumbnails.

Own reader (TIFF 6.0, Exif 3.0), because a hostile file decides about every offset and count: each is checked against
the bytes that are there, no directory is read twice, and the number of entries is bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats._image_blocks import (
    Where,
    iptc_pieces,
    photoshop_pieces,
    profile_pieces,
    run_pieces,
    thumbnail_pieces,
    xmp_pieces,
)
from amends.scan.formats._image_tags import CODED, GPS_NAMES, NAMES, PIXELS, WIDE
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UnreadableError, UntrustedPiece, UntrustedUnread

_SIZES: Final = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_LETTERS: Final = {
    1: "B",
    3: "H",
    4: "I",
    6: "b",
    8: "h",
    9: "i",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    17: "q",
    18: "Q",
}
_MOST_ENTRIES: Final = 50_000
_MOST_NUMBERS: Final = 64
_SUB: Final = {
    0x8769: "Exif",
    0x8825: "GPS",
    0xA005: "interoperability",
    0x14A: "image",
    0x190: "global parameters",
}
_MAKER_NOTE: Final = 0x927C
_NOTE_BEGINS: Final = (0, 6, 8, 10, 12, 16, 18)
_CODES: Final = {b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso-2022-jp"}


class _Entry(NamedTuple):
    tag: int
    type: int
    value: bytes


class TiffReading:
    """One TIFF structure; ``end`` is where the last byte that it points at ends."""

    def __init__(self, content: bytes, where: Where = ()) -> None:
        """Raises `UnreadableError` with ``corrupt`` where this is no TIFF structure."""
        self._content = content
        self._where = where
        mark = content[:2]
        if mark not in (b"II", b"MM") or len(content) < 8:
            raise UnreadableError("corrupt")
        self._order = "<" if mark == b"II" else ">"
        (version,) = struct.unpack_from(self._order + "H", content, 2)
        self._big = version == 43
        self._seen: set[int] = set()
        self._entries = 0
        self._damaged = 0
        self._place: dict[int, _Entry] = {}
        self.end = 8

    def pieces(self) -> Iterator[UntrustedPiece]:
        """Yield every piece."""
        offset = self._number(8, 8) if self._big else self._number(4, 4)
        number = 0
        while offset and offset not in self._seen and self._entries < _MOST_ENTRIES:
            entries, following = self._directory(offset)
            yield from self._all(
                entries, self._where if not number else (*self._where, f"directory {number}"), False
            )
            offset = following
            number += 1
        yield from self._position()
        if self._damaged or self._entries >= _MOST_ENTRIES:
            yield UntrustedUnread(" ! ".join(self._where), "corrupt")

    def _number(self, at: int, size: int) -> int:
        order = "little" if self._order == "<" else "big"
        return int.from_bytes(self._content[at : at + size], order)  # type: ignore[arg-type]

    def _directory(self, at: int) -> tuple[list[_Entry], int]:
        self._seen.add(at)
        head, size, wide = (8, 20, 8) if self._big else (2, 12, 4)
        if at + head > len(self._content):
            self._damaged += 1
            return [], 0
        count = self._number(at, head)
        entries: list[_Entry] = []
        at += head
        for _ in range(min(count, _MOST_ENTRIES - self._entries)):
            if at + size > len(self._content):
                self._damaged += 1
                return entries, 0
            entry = self._entry(at, wide)
            if entry is not None:
                entries.append(entry)
            at += size
            self._entries += 1
        self.end = max(self.end, at + wide)
        return entries, self._number(at, wide)

    def _entry(self, at: int, wide: int) -> _Entry | None:
        tag, kind = struct.unpack_from(self._order + "HH", self._content, at)
        count = self._number(at + 4, wide)
        length = count * _SIZES.get(kind, 0)
        start = at + 4 + wide if length <= wide else self._number(at + 4 + wide, wide)
        if kind not in _SIZES:
            return None
        if start + length > len(self._content):
            self._damaged += tag not in PIXELS
            return None
        self.end = max(self.end, start + length)
        return _Entry(tag, kind, self._content[start : start + length])

    def _all(self, entries: list[_Entry], where: Where, gps: bool) -> Iterator[UntrustedPiece]:
        by_tag = {entry.tag: entry for entry in entries}
        for entry in entries:
            if entry.tag in _SUB and not gps:
                for number, offset in enumerate(self._numbers(entry)):
                    if isinstance(offset, int) and offset and offset not in self._seen:
                        name = _SUB[entry.tag] + (f" {number}" if number else "")
                        inner, _ = self._directory(offset)
                        yield from self._all(inner, (*where, name), name == "GPS")
            elif gps:
                self._place[entry.tag] = entry
                name = GPS_NAMES.get(entry.tag, f"tag {entry.tag:#06x}")
                yield from part(
                    (*where, name), "metadata", "image-location", self._text(entry, entry.tag | 0x10000)
                )
            else:
                yield from self._piece(entry, where)
        yield from self._pixels(by_tag, where)

    def _pixels(self, by_tag: dict[int, _Entry], where: Where) -> Iterator[UntrustedPiece]:
        for offsets, lengths in ((0x111, 0x117), (0x144, 0x145), (0x201, 0x202)):
            if offsets not in by_tag or lengths not in by_tag:
                continue
            starts, sizes = self._numbers(by_tag[offsets]), self._numbers(by_tag[lengths])
            spans = [
                (a, b)
                for a, b in zip(starts, sizes, strict=False)
                if isinstance(a, int) and isinstance(b, int)
            ]
            self.end = max(
                [self.end, *(start + size for start, size in spans if start + size <= len(self._content))]
            )
            for start, size in spans if offsets == 0x201 else ():
                content = self._content[start : start + size]
                if content[:2] == b"\xff\xd8":
                    yield from thumbnail_pieces(content, (*where, "thumbnail"))

    def _piece(self, entry: _Entry, where: Where) -> Iterator[UntrustedPiece]:
        tag, value = entry.tag, entry.value
        if tag == 0x2BC:
            yield from xmp_pieces(value, where)
        elif tag == 0x83BB:
            yield from iptc_pieces(value, where)
        elif tag == 0x8649:
            yield from photoshop_pieces(value, where, exif_pieces)
        elif tag == 0x8773:
            yield from profile_pieces(value, where)
        elif tag == _MAKER_NOTE:
            yield from self._maker_note(value, (*where, "maker note"))
        elif tag not in PIXELS:
            name = NAMES.get(tag, f"tag {tag:#06x}")
            if entry.type in (1, 7) and tag not in WIDE | CODED and len(value) > 16:
                yield from run_pieces(value, (*where, name), "image-metadata")
            else:
                yield from part((*where, name), "metadata", "image-metadata", self._text(entry, tag))

    def _text(self, entry: _Entry, tag: int) -> str:
        value = entry.value
        if tag in WIDE:
            return value.decode("utf-16-le", "replace").strip("\0 ")
        if tag in CODED and entry.type == 7:
            code, body = value[:8], value[8:]
            if code == b"UNICODE\0":
                return body.decode("utf-16-le" if self._order == "<" else "utf-16-be", "replace").strip("\0 ")
            return (body.decode(_CODES[code], "replace") if code in _CODES else decode(body)).strip("\0 ")
        if entry.type == 2:
            return " / ".join(text.strip() for text in decode(value).split("\0") if text.strip())
        if entry.type == 7:
            text = decode(value).strip("\0 ")
            return text if text.isprintable() else value.hex(" ")
        numbers = self._numbers(entry)
        return ", ".join(map(str, numbers)) if len(numbers) <= _MOST_NUMBERS else ""

    def _numbers(self, entry: _Entry) -> list[int | float | str]:
        value, kind = entry.value, entry.type
        if kind in (5, 10):
            pairs = struct.unpack(self._order + ("I" if kind == 5 else "i") * (len(value) // 4), value)
            return [f"{a}/{b}" if b != 1 else a for a, b in zip(pairs[::2], pairs[1::2], strict=True)]
        letter = _LETTERS.get(kind)
        if letter is None:
            return []
        return list(struct.unpack(self._order + letter * (len(value) // _SIZES[kind]), value))

    def _maker_note(self, note: bytes, where: Where) -> Iterator[UntrustedPiece]:
        """Yield the texts of a maker's note, the numbers where it is a directory, and a preview in it.

        Makers lay them out as they like, and say nothing about it; most write a directory behind a short name.
        """
        yield from run_pieces(note, where, "maker-note")
        for begin in _NOTE_BEGINS:
            for order in ("<", ">"):
                numbers = list(_numbers_of_note(note[begin:], order))
                if numbers:
                    break
            else:
                continue
            for tag, number in numbers:
                yield from part((*where, f"tag {tag:#06x}"), "metadata", "maker-note", str(number))
            break
        at = note.find(b"\xff\xd8\xff")
        if at >= 0 and len(note) - at > 256:
            yield from thumbnail_pieces(note[at:], (*where, "thumbnail"))

    def _position(self) -> Iterator[UntrustedPiece]:
        """Yield where the picture was taken, in decimal degrees (Exif 3.0, 4.6.7)."""
        decimals = []
        for tag, letters in ((2, b"Ss"), (4, b"Ww")):
            entry = self._place.get(tag)
            if entry is None or entry.type not in (5, 10) or len(entry.value) < 24:
                return
            parts = struct.unpack_from(self._order + "6I", entry.value)
            degrees = sum(
                a / b / scale for a, b, scale in zip(parts[::2], parts[1::2], (1, 60, 3600), strict=True) if b
            )
            reference = self._place.get(tag - 1)
            negative = reference is not None and reference.value[:1] in (letters[:1], letters[1:])
            decimals.append(f"{-degrees if negative else degrees:.6f}")
        yield from part((*self._where, "GPS", "position"), "position", "image-location", ", ".join(decimals))


def _numbers_of_note(note: bytes, order: str) -> Iterator[tuple[int, int]]:
    """Yield tag and value of each single 32-bit number, where the note is a directory: a serial number is one."""
    if len(note) < 14:
        return
    (count,) = struct.unpack_from(order + "H", note)
    if not 2 <= count <= 400 or len(note) < 2 + 12 * count:
        return
    entries = [struct.unpack_from(order + "HHII", note, 2 + 12 * number) for number in range(count)]
    if any(kind not in _SIZES or amount > 1 << 20 for _, kind, amount, _ in entries):
        return
    for tag, kind, amount, value in entries:
        if kind == 4 and amount == 1:
            yield tag, value


def exif_pieces(content: bytes, where: Where) -> Iterator[UntrustedPiece]:
    """Yield the pieces of an Exif block, with or without its own mark before it."""
    content = content.removeprefix(b"Exif\0\0").removeprefix(b"Exif\0\xff")
    try:
        yield from TiffReading(content, (*where, "Exif")).pieces()
    except UnreadableError as problem:
        yield UntrustedUnread(" ! ".join((*where, "Exif")), problem.code)
        yield from run_pieces(content, (*where, "Exif"), "image-metadata")
