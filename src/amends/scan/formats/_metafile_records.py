"""Reads the records of Windows metafiles: texts that are drawn, and what programs wrote into comments.

MS-WMF 2.3, MS-EMF 2.3, MS-EMFPLUS 2.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._image_blocks import run_pieces, trailing_pieces
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece, UntrustedUnread

_PLACEABLE: Final = b"\xd7\xcd\xc6\x9a"
_EMF_END, _EMF_COMMENT, _EMF_TEXT_A, _EMF_TEXT_W, _EMF_SMALL, _EMF_POLY_A, _EMF_POLY_W = (
    14,
    70,
    83,
    84,
    108,
    96,
    97,
)
_SMALL_ANSI: Final = 0x200
_SMALL_NO_RECTANGLE: Final = 0x100
_DRAW_STRING: Final = 0x401C
_WMF_TEXT, _WMF_EXTENDED_TEXT, _WMF_ESCAPE = 0x0521, 0x0A32, 0x0626
_COMMENT_ESCAPE: Final = 15
_ENHANCED: Final = b"WMFC\x01\0\0\0"
_ENHANCED_HEADER: Final = 34


def emf_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of an enhanced metafile."""
    length, offset = struct.unpack_from("<II", content.ljust(72, b"\0"), 60)
    description = content[offset : offset + 2 * length].decode("utf-16-le", "replace") if offset >= 88 else ""
    yield from part(("description",), "metadata", "image-metadata", description.replace("\0", " ").strip())
    at = 0
    number = 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<II", content, at)
        if size < 8 or at + size > len(content):
            break
        number += 1
        record = content[at : at + size]
        at += size
        yield from _emf_record(kind, record, (f"record {number}",))
        if kind == _EMF_END:
            yield from trailing_pieces(content[at:], at)
            return
    yield UntrustedUnread("", "corrupt")


def _emf_record(kind: int, record: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    if kind in (_EMF_TEXT_A, _EMF_TEXT_W) and len(record) >= 52:
        count, offset = struct.unpack_from("<II", record, 44)
        yield from part(where, "text", "", _string(record, offset, count, kind == _EMF_TEXT_W))
    elif kind in (_EMF_POLY_A, _EMF_POLY_W) and len(record) >= 40:
        (texts,) = struct.unpack_from("<I", record, 36)
        for number in range(min(texts, 10_000)):
            if len(record) < 80 + 40 * number:
                break
            count, offset = struct.unpack_from("<II", record, 48 + 40 * number)
            yield from part(
                (*where, f"text {number}"), "text", "", _string(record, offset, count, kind == _EMF_POLY_W)
            )
    elif kind == _EMF_SMALL and len(record) >= 36:
        count, options = struct.unpack_from("<II", record, 16)
        offset = 36 if options & _SMALL_NO_RECTANGLE else 52
        yield from part(where, "text", "", _string(record, offset, count, not options & _SMALL_ANSI))
    elif kind == _EMF_COMMENT:
        data = record[12:]
        if data[:4] == b"EMF+":
            yield from _plus_records(data[4:], where)
        else:
            yield from run_pieces(data, (*where, "comment"), "image-metadata")


def _string(record: bytes, offset: int, count: int, wide: bool) -> str:
    if wide:
        return record[offset : offset + 2 * count].decode("utf-16-le", "replace").strip("\0")
    return decode(record[offset : offset + count]).strip("\0")


def _plus_records(data: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    at = 0
    while at + 12 <= len(data):
        kind, _, size, _ = struct.unpack_from("<HHII", data, at)
        if size < 12 or at + size > len(data):
            return
        if kind == _DRAW_STRING and size >= 40:
            (count,) = struct.unpack_from("<I", data, at + 20)
            yield from part((*where, "EMF+"), "text", "", _string(data[at : at + size], 40, count, True))
        at += size


def wmf_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a Windows metafile."""
    at = (22 if content.startswith(_PLACEABLE) else 0) + 18
    number = 0
    enhanced = bytearray()
    while at + 6 <= len(content):
        words, function = struct.unpack_from("<IH", content, at)
        size = 2 * words
        if size < 6 or at + size > len(content):
            break
        number += 1
        data = content[at + 6 : at + size]
        at += size
        if not function:
            if enhanced:
                yield UntrustedFile(("enhanced metafile",), "", bytes(enhanced), "emf")
            yield from trailing_pieces(content[at:], at)
            return
        if function == _WMF_ESCAPE and data[4:12] == _ENHANCED:
            enhanced += data[4 + _ENHANCED_HEADER :]
        else:
            yield from _wmf_record(function, data, (f"record {number}",))
    yield UntrustedUnread("", "corrupt")


def _wmf_record(function: int, data: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    if function == _WMF_TEXT and len(data) >= 2:
        (count,) = struct.unpack_from("<H", data)
        yield from part(where, "text", "", _string(data, 2, count, False))
    elif function == _WMF_EXTENDED_TEXT and len(data) >= 8:
        count, options = struct.unpack_from("<HH", data, 4)
        yield from part(where, "text", "", _string(data, 16 if options & 6 else 8, count, False))
    elif function == _WMF_ESCAPE and len(data) >= 4:
        yield from run_pieces(data[4:], (*where, "comment"), "image-metadata")
