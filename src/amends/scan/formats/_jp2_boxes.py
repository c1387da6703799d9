"""Reads the boxes of JPEG 2000 (ISO/IEC 15444-1 annex I, 15444-2 annex M) and the comments of its stream (A.9.2)."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from typing import Final

from amends.scan.formats._image_blocks import (
    iptc_pieces,
    profile_pieces,
    run_pieces,
    trailing_pieces,
    xmp_pieces,
)
from amends.scan.formats._image_tiff import exif_pieces
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread

_HOLDERS: Final = frozenset({b"jp2h", b"uinf", b"asoc", b"res ", b"jpch", b"jplh", b"ftbl"})
_SILENT: Final = frozenset({b"jP  ", b"ftyp", b"ihdr", b"bpcc", b"pclr", b"cmap", b"cdef", b"resc", b"resd", b"ulst",
                            b"rreq", b"cgrp", b"opct", b"creg"})  # fmt: skip
_TOLD: Final = frozenset({b"jp2c", b"xml ", b"uuid", b"colr", b"url ", b"lbl ", b"nlst", *_HOLDERS, *_SILENT})
_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF: Final = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
_IPTC: Final = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_DEEPEST: Final = 8
_MOST: Final = 10_000
_START, _COMMENT, _TILE, _END = 0xFF4F, 0xFF64, 0xFF90, 0xFFD9
_HIDDEN: Final = "image-metadata"

Where = tuple[str, ...]


def jp2_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a picture. Raises `UnreadableError`, ``struct.error``."""
    if content[:2] == b"\xff\x4f":
        yield from _stream(content, 0, len(content), ())
        return
    end = yield from _boxes(content, 0, len(content), (), 0)
    if b"jp2c" not in content:
        yield UntrustedUnread("picture", "corrupt")
    if end < len(content):
        yield from trailing_pieces(content[end:], end)


def _boxes(
    content: bytes, at: int, end: int, where: Where, depth: int
) -> Generator[UntrustedPiece, None, int]:
    if depth > _DEEPEST:
        raise UnreadableError("too-deep")
    pictured = False
    for number in range(1, _MOST + 1):
        if at + 8 > end:
            if content[at:end].strip(b"\0 \r\n"):
                yield UntrustedUnread(" ! ".join((*where, f"box {number}")), "corrupt")
            return at
        length, kind = struct.unpack_from(">I4s", content, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, start)
            start += 8
        elif not length:
            length = end - at
        if length < start - at or not all(0x20 <= letter < 0x7F for letter in kind):
            return at
        if at + length > end:
            if pictured and kind not in _TOLD:
                return at  # no box: something that was hung on the end
            yield UntrustedUnread(" ! ".join((*where, f"box {number}")), "corrupt")
            return end
        place = (*where, f"box {number} {kind.decode('ascii').strip()}")
        pictured = pictured or kind == b"jp2c"
        yield from _box(content, kind, (start, at + length), place, depth)
        at += length
    raise UnreadableError("too-large")


def _box(
    content: bytes, kind: bytes, span: tuple[int, int], where: Where, depth: int
) -> Iterator[UntrustedPiece]:
    start, end = span
    data = content[start:end] if kind not in (b"jp2c", *_HOLDERS) else b""
    if kind == b"jp2c":
        yield from _stream(content, start, end, where)
    elif kind in _HOLDERS:
        yield from _boxes(content, start, end, where, depth + 1)
    elif kind == b"xml ":
        if data.strip(b"\0 \r\n"):
            yield UntrustedFile((*where, "XML"), _HIDDEN, data.strip(b"\0"), "xml")
    elif kind == b"uuid" and data[:16] == _XMP:
        yield from xmp_pieces(data[16:], ())
    elif kind == b"uuid" and data[:16] in _EXIF:
        yield from exif_pieces(data[16:].removeprefix(b"Exif\0\0"), ())
    elif kind == b"uuid" and data[:16] == _IPTC:
        yield from iptc_pieces(data[16:], ())
    elif kind == b"colr":
        if data[:1] in (b"\2", b"\3"):
            yield from profile_pieces(data[3:], ())
    elif kind == b"url ":
        yield from part(where, "link", "link-address", decode(data[4:]).strip("\0"))
    elif kind in (b"lbl ", b"nlst"):
        yield from part(where, "name", _HIDDEN, decode(data).strip("\0"))
    elif kind not in _SILENT:
        yield from run_pieces(data[16:] if kind == b"uuid" else data, where, _HIDDEN)


def _stream(content: bytes, at: int, end: int, where: Where) -> Iterator[UntrustedPiece]:
    """A.1: marker segments up to the first tile; from there on there are pixels, and behind the last one the end."""
    number = 0
    at += 2
    while at + 4 <= end:
        marker, length = struct.unpack_from(">HH", content, at)
        if marker in (_TILE, _END):
            break
        if length < 2 or marker < _START or at + 2 + length > end:
            yield UntrustedUnread(" ! ".join(where) or "picture", "corrupt")
            return
        if marker == _COMMENT:
            number += 1
            (form,) = struct.unpack_from(">H", content, at + 4)
            data = content[at + 6 : at + 2 + length]
            place = (*where, f"comment {number}")
            if form == 1:
                yield from part(place, "comment", "image-text", decode(data).strip("\0"))
            else:
                yield from run_pieces(data, place, "image-text")
        at += 2 + length
    last = content.rfind(b"\xff\xd9", at, end)
    if last < 0:
        yield UntrustedUnread(" ! ".join(where) or "picture", "corrupt")
    elif last + 2 < end:
        yield from trailing_pieces(content[last + 2 : end], last + 2)
