"""Blocks that all kinds of pictures carry: XMP, IPTC, Photoshop's resources, colour profiles, bytes behind the end."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Callable, Iterator
from typing import Final

from amends.scan.formats._text import decode, part, printable_runs
from amends.scan.formats.interface import UntrustedFile, UntrustedPart, UntrustedPiece, UntrustedUnread

Where = tuple[str, ...]
ExifReader = Callable[[bytes, Where], Iterator[UntrustedPiece]]

_IMAGE_IN_XMP: Final = re.compile(rb"xmpGImg:image(?:>|=[\"'])([A-Za-z0-9+/=\s&#;xA]{64,}?)[<\"']")
_ENTITY: Final = re.compile(rb"&#[xX]?[0-9A-Fa-f]+;|\s")
_IPTC_MARK: Final = 0x1C
_IPTC_NAMES: Final = {
    (2, 5): "object name", (2, 15): "category", (2, 25): "keyword", (2, 40): "instructions", (2, 55): "date created",
    (2, 80): "by-line", (2, 85): "by-line title", (2, 90): "city", (2, 92): "sublocation", (2, 95): "province",
    (2, 101): "country", (2, 103): "reference", (2, 105): "headline", (2, 110): "credit", (2, 115): "source",
    (2, 116): "copyright", (2, 118): "contact", (2, 120): "caption", (2, 122): "writer",
}  # fmt: skip
_IPTC_PLACES: Final = frozenset({(2, 90), (2, 92), (2, 95), (2, 100), (2, 101), (2, 26), (2, 27)})
_IPTC_BINARY: Final = frozenset({(1, 0), (1, 90), (2, 0), (2, 125), (2, 200), (2, 201), (2, 202), (8, 10)})
_RESOURCE: Final = (b"8BIM", b"AgHg", b"DCSR", b"PHUT", b"MeSa")
_RUN: Final = 6
_SMALL: Final = 64
# What a file that was hung on a picture's end begins with, and how far before the mark it begins.
_BEGINNINGS: Final = (
    (b"PK\x03\x04", 0, "zip"), (b"ftyp", 4, "mp4"), (b"\xff\xd8\xff", 0, "jpg"), (b"\x89PNG\r\n", 0, "png"),
    (b"%PDF-", 0, "pdf"), (b"Rar!\x1a\x07", 0, "rar"), (b"7z\xbc\xaf\x27\x1c", 0, "7z"), (b"GIF8", 0, "gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "doc"), (b"SQLite format 3\0", 0, "db"), (b"\x1f\x8b\x08", 0, "gz"),
)  # fmt: skip


def xmp_pieces(packet: bytes, where: Where) -> Iterator[UntrustedPiece]:
    """Yield an XMP packet (ISO 16684-1) as the XML file that it is, and the pictures in it."""
    packet = packet.strip(b"\0 \t\r\n")
    if not packet:
        return
    yield UntrustedFile((*where, "XMP"), "image-metadata", packet, "xmp")
    for number, found in enumerate(_IMAGE_IN_XMP.finditer(packet), 1):
        try:
            content = base64.b64decode(_ENTITY.sub(b"", found[1]))
        except binascii.Error:
            continue
        if content:
            yield from thumbnail_pieces(content, (*where, "XMP", f"thumbnail {number}"))


def thumbnail_pieces(picture: bytes, where: Where) -> Iterator[UntrustedPiece]:
    """Yield a picture inside a picture: that it is there, since it may show what was cut away, and what is in it."""
    yield UntrustedPart(where, "thumbnail", "image-thumbnail", f"A picture of {len(picture):,} bytes")
    yield UntrustedFile(where, "image-thumbnail", picture, "jpg")


def iptc_pieces(content: bytes, where: Where) -> Iterator[UntrustedPiece]:
    """Yield the data sets of IPTC-IIM 4.2 (part 2, chapter 1)."""
    at = 0
    while at + 5 <= len(content):
        if content[at] != _IPTC_MARK:
            at += 1
            continue
        record, number, length = struct.unpack_from(">BBH", content, at + 1)
        at += 5
        if length & 0x8000:
            size = length & 0x7FFF
            length = int.from_bytes(content[at : at + min(size, 4)], "big")
            at += size
        key = (record, number)
        value = content[at : at + length]
        at += length
        if key not in _IPTC_BINARY:
            hidden = "image-location" if key in _IPTC_PLACES else "image-metadata"
            name = _IPTC_NAMES.get(key, f"{record}:{number:02d}")
            yield from part((*where, f"IPTC {name}"), "metadata", hidden, decode(value).strip("\0 "))


def photoshop_pieces(content: bytes, where: Where, exif: ExifReader) -> Iterator[UntrustedPiece]:
    """Yield Photoshop's image resource blocks (Adobe Photoshop File Formats Specification)."""
    at = 0
    while at + 12 <= len(content) and content[at : at + 4] in _RESOURCE:
        (number,) = struct.unpack_from(">H", content, at + 4)
        name_length = content[at + 6]
        name = content[at + 7 : at + 7 + name_length]
        at += 6 + (name_length + 2) // 2 * 2
        if at + 4 > len(content):
            return
        (length,) = struct.unpack_from(">I", content, at)
        value = content[at + 4 : at + 4 + length]
        at += 4 + (length + 1) // 2 * 2
        place = (*where, f"resource {number:#06x}")
        yield from part(place, "name", "image-metadata", decode(name))
        if number == 0x0404:
            yield from iptc_pieces(value, where)
        elif number == 0x0424:
            yield from xmp_pieces(value, where)
        elif number in (0x0422, 0x0423):
            yield from exif(value, where)
        elif number in (0x0409, 0x040C):
            if value[28:30] == b"\xff\xd8":
                yield from thumbnail_pieces(value[28:], (*place, "thumbnail"))
        elif number == 0x040F:
            yield from profile_pieces(value, where)
        else:
            yield from run_pieces(value, place, "image-metadata")


def profile_pieces(profile: bytes, where: Where) -> Iterator[UntrustedPiece]:
    """Yield the texts of a colour profile (ICC.1:2022, 10.13, 10.24; the older ``desc`` of ICC.1:2001, 6.5.17)."""
    if len(profile) < 132:
        return
    (count,) = struct.unpack_from(">I", profile, 128)
    for number in range(min(count, 200)):
        entry = profile[132 + 12 * number : 144 + 12 * number]
        if len(entry) < 12:
            return
        signature, offset, length = struct.unpack(">4sII", entry)
        value = profile[offset : offset + length]
        place = (*where, f"colour profile {decode(signature).strip()}")
        if value[:4] == b"mluc" and len(value) >= 16:
            (records,) = struct.unpack_from(">I", value, 8)
            for record in range(min(records, 100)):
                if len(value) < 28 + 12 * record:
                    break
                size, start = struct.unpack_from(">II", value, 20 + 12 * record)
                text = value[start : start + size].decode("utf-16-be", "replace")
                yield from part(place, "metadata", "image-metadata", text.strip("\0"))
        elif value[:4] in (b"text", b"desc"):
            raw = value[8 if value[:4] == b"text" else 12 :].partition(b"\0")[0]
            yield from part(place, "metadata", "image-metadata", decode(raw).strip())


def run_pieces(content: bytes, where: Where, hidden: str) -> Iterator[UntrustedPiece]:
    """Yield the longer runs of printable characters in a block whose layout is not known."""
    for offset, text in printable_runs(content):
        if len(text) >= _RUN:
            yield from part((*where, f"byte {offset}"), "text-run", hidden, text)


def trailing_pieces(rest: bytes, start: int) -> Iterator[UntrustedPiece]:
    """Yield what stands behind the end of a picture: a file, or texts; what is neither counts as not read."""
    if not rest.strip(b"\0 \r\n\t"):
        return
    found = [
        (at - before, extension)
        for mark, before, extension in _BEGINNINGS
        if (at := rest.find(mark)) >= before
    ]
    begin, extension = min(found, default=(len(rest), ""))
    before = rest[:begin].rstrip(b"\0 \r\n")
    where = (f"behind the end, byte {start}",)
    covered = 0
    for offset, text in printable_runs(before):
        covered += len(text.encode())
        yield from part((*where, f"byte {start + offset}"), "text-run", "trailing-data", text)
    if len(before) - before.count(0) > _SMALL and covered * 2 < len(before):
        yield UntrustedUnread(where[0], "part-not-read")
    if begin < len(rest):
        yield UntrustedFile(
            (f"behind the end, byte {start + begin}",), "trailing-data", rest[begin:], extension
        )
