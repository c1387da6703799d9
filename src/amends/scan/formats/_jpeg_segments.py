"""Reads the segments of a JPEG file (ITU-T T.81 annex B, JFIF 1.02, Exif 3.0 chapter 4.7)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._image_blocks import (
    photoshop_pieces,
    profile_pieces,
    run_pieces,
    thumbnail_pieces,
    trailing_pieces,
    xmp_pieces,
)
from amends.scan.formats._image_tiff import exif_pieces
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UnreadableError, UntrustedPiece, UntrustedUnread

_EXIF: Final = b"Exif\0"
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP: Final = b"http://ns.adobe.com/xmp/extension/\0"
_PROFILE: Final = b"ICC_PROFILE\0"
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
_COMMENT: Final = 0xFE
_SCAN: Final = 0xDA
_END: Final = 0xD9
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


class JpegSegments:
    """One picture; pieces that lie in several segments are put together at the end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._profile: dict[int, bytes] = {}
        self._photoshop = b""
        self._xmp: dict[bytes, list[tuple[int, bytes]]] = {}
        self._number = 0

    def pieces(self) -> Iterator[UntrustedPiece]:
        """Yield every piece."""
        content = self._content
        at = 2
        end = 0
        while at < len(content):
            marker = _MARKER.search(content, at)
            if marker is None:
                break
            at = marker.end()
            kind = content[at - 1]
            if kind == _END:
                end = at
                break
            if kind in _ALONE:
                continue
            if at + 2 > len(content):
                break
            (length,) = struct.unpack_from(">H", content, at)
            if length < 2 or at + length > len(content):
                break
            yield from self._segment(kind, content[at + 2 : at + length])
            at += length  # the data of a scan follow, up to the next marker
        yield from self._gathered()
        if end:
            yield from trailing_pieces(content[end:], end)
        else:
            yield UntrustedUnread("", "corrupt")

    def _segment(self, kind: int, data: bytes) -> Iterator[UntrustedPiece]:
        self._number += 1
        if kind == _COMMENT:
            yield from part(
                (f"comment, segment {self._number}",), "comment", "image-text", decode(data).strip("\0")
            )
        elif 0xE0 <= kind <= 0xEF:
            yield from self._application(kind - 0xE0, data)

    def _application(self, number: int, data: bytes) -> Iterator[UntrustedPiece]:
        if data.startswith(_EXIF):
            yield from exif_pieces(data[6:], ())
        elif data.startswith(_XMP):
            yield from xmp_pieces(data[len(_XMP) :], ())
        elif data.startswith(_MORE_XMP) and len(data) >= len(_MORE_XMP) + 40:
            rest = data[len(_MORE_XMP) :]
            self._xmp.setdefault(rest[:32], []).append((int.from_bytes(rest[36:40], "big"), rest[40:]))
        elif data.startswith(_PROFILE) and len(data) > 14:
            self._profile[data[12]] = data[14:]
        elif data.startswith(_PHOTOSHOP):
            self._photoshop += data[len(_PHOTOSHOP) :]
        elif data.startswith(b"JFXX\0\x10"):
            yield from thumbnail_pieces(data[6:], ("JFXX thumbnail",))
        elif not data.startswith((b"JFIF\0", b"JFXX\0", b"Adobe")):
            yield from run_pieces(data, (f"APP{number}, segment {self._number}",), "image-metadata")

    def _gathered(self) -> Iterator[UntrustedPiece]:
        yield from photoshop_pieces(self._photoshop, ("Photoshop",), exif_pieces)
        yield from profile_pieces(b"".join(self._profile[key] for key in sorted(self._profile)), ())
        for pieces in self._xmp.values():
            yield from xmp_pieces(b"".join(piece for _, piece in sorted(pieces)), ("extended",))


def jpeg_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a JPEG file. Raises `UnreadableError` with ``corrupt``."""
    if not content.startswith(b"\xff\xd8"):
        raise UnreadableError("corrupt")
    yield from JpegSegments(content).pieces()
