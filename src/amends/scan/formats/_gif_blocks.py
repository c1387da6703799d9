"""Reads the blocks of a GIF file (GIF89a, 1990)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._image_blocks import profile_pieces, run_pieces, trailing_pieces, xmp_pieces
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UntrustedPiece, UntrustedUnread

_HEADER: Final = 13
_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_PLAIN_TEXT, _COMMENT, _APPLICATION = 0x01, 0xFE, 0xFF
_XMP_TRAILER: Final = 257


def gif_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a picture."""
    at = _HEADER + _colours(content[10] if len(content) > 10 else 0)
    number = 0
    while at < len(content):
        block = content[at]
        number += 1
        if block == _TRAILER:
            yield from trailing_pieces(content[at + 1 :], at + 1)
            return
        if block == _EXTENSION and at + 2 < len(content):
            data, first, end = _sub_blocks(content, at + 2)
            yield from _extension(
                content[at + 1], data, first, (f"block {number}",), content[at + 3 + first : end]
            )
        elif block == _IMAGE and at + 10 < len(content):
            _, _, end = _sub_blocks(content, at + 11 + _colours(content[at + 9]))
        else:
            break
        if end < 0:
            break
        at = end
    yield UntrustedUnread("", "corrupt")


def _colours(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _sub_blocks(content: bytes, at: int) -> tuple[bytes, int, int]:
    """Return the data, the length of the first block, and where the blocks end (-1: they do not)."""
    pieces: list[bytes] = []
    first = content[at] if at < len(content) else 0
    while at < len(content):
        length = content[at]
        if not length:
            return b"".join(pieces), first, at + 1
        pieces.append(content[at + 1 : at + 1 + length])
        at += 1 + length
    return b"".join(pieces), first, -1


def _extension(
    kind: int, data: bytes, first: int, where: tuple[str, ...], raw: bytes
) -> Iterator[UntrustedPiece]:
    if kind == _COMMENT:
        yield from part((*where, "comment"), "comment", "image-text", decode(data).strip("\0"))
    elif kind == _PLAIN_TEXT:
        yield from part((*where, "plain text"), "text", "image-text", decode(data[first:]))
    elif kind == _APPLICATION:
        program, body = data[:first], data[first:]
        place = (*where, "application")
        if program.startswith(b"XMP Data"):  # its packet is no chain of blocks, it only ends like one
            yield from xmp_pieces(raw[: raw.rfind(b">") + 1], where)
        elif program.startswith(b"ICCRGBG1"):
            yield from profile_pieces(body, where)
        elif not program.startswith((b"NETSCAPE", b"ANIMEXTS")):
            yield from part(place, "name", "image-metadata", decode(program))
            yield from run_pieces(body, place, "image-metadata")
