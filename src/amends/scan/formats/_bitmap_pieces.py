"""Reads what is not pixels of Windows bitmaps and icons (MS-WMF 2.2.2.9, bitmap header version 5)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._image_blocks import profile_pieces, run_pieces, trailing_pieces
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread

_FILE_HEADER: Final = 14
_HEADS: Final = _FILE_HEADER + 12
_LINKED: Final = b"KNIL"
_EMBEDDED: Final = b"DEBM"
_VERSION5: Final = 124


def bitmap_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a bitmap file."""
    if len(content) < _HEADS:
        raise UnreadableError("corrupt")
    pixels, size = struct.unpack_from("<II", content, 10)
    end = pixels + _pixel_bytes(content)
    if size >= _VERSION5 and len(content) >= _FILE_HEADER + _VERSION5:
        kind = content[_FILE_HEADER + 56 : _FILE_HEADER + 60]
        offset, length = struct.unpack_from("<II", content, _FILE_HEADER + 112)
        profile = content[_FILE_HEADER + offset : _FILE_HEADER + offset + length]
        if kind == _LINKED:
            yield from part(("colour profile",), "link", "image-metadata", decode(profile).strip("\0"))
        elif kind == _EMBEDDED:
            yield from profile_pieces(profile, ())
        if kind in (_LINKED, _EMBEDDED):
            end = max(end, _FILE_HEADER + offset + length)
    colours = _FILE_HEADER + size + 1_024 + 16
    if pixels > colours:
        yield from run_pieces(content[colours:pixels], ("before the pixels",), "trailing-data")
    if end > len(content):
        yield UntrustedUnread("", "corrupt")
    yield from trailing_pieces(content[end:], end)


def _pixel_bytes(content: bytes) -> int:
    (size,) = struct.unpack_from("<I", content, 14)
    if size in (12, 16):
        width, height, _, bits = struct.unpack_from("<HHHH", content, 18)
        compression = stated = 0
    else:
        if len(content) < 54:
            return 0
        width, height, _, bits, compression, stated = struct.unpack_from("<iiHHII", content, 18)
    if compression not in (0, 3, 6):
        return int(stated)
    return int((abs(width) * bits + 31) // 32 * 4 * abs(height))


def icon_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of an icon file."""
    (count,) = struct.unpack_from("<H", content, 4)
    end = 6 + 16 * count
    for number in range(count):
        if len(content) < 22 + 16 * number:
            break
        length, offset = struct.unpack_from("<II", content, 14 + 16 * number)
        picture = content[offset : offset + length]
        end = max(end, offset + length)
        if picture.startswith(b"\x89PNG"):
            yield UntrustedFile((f"picture {number + 1}",), "", picture, "png")
    if end > len(content):
        yield UntrustedUnread("", "corrupt")
    yield from trailing_pieces(content[end:], end)
