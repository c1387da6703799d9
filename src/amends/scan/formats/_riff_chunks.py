"""Reads the chunks of a WebP file (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._image_blocks import profile_pieces, run_pieces, trailing_pieces, xmp_pieces
from amends.scan.formats._image_tiff import exif_pieces
from amends.scan.formats.interface import UntrustedPiece, UntrustedUnread

_PIXELS: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})


def webp_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a picture."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        yield UntrustedUnread("", "corrupt")
    at = 12
    number = 0
    while at + 8 <= min(end, len(content)):
        kind, length = struct.unpack_from("<4sI", content, at)
        data = content[at + 8 : at + 8 + length]
        number += 1
        where = (f"chunk {number}",)
        at += 8 + length + length % 2
        if kind == b"EXIF":
            yield from exif_pieces(data, ())
        elif kind == b"XMP ":
            yield from xmp_pieces(data, ())
        elif kind == b"ICCP":
            yield from profile_pieces(data, ())
        elif kind not in _PIXELS:
            yield from run_pieces(data, where, "image-metadata")
    if at > end + 1 and end <= len(content):  # the last chunk goes beyond the file, and may hide others
        yield UntrustedUnread("", "corrupt")
    yield from trailing_pieces(content[end:], end)
