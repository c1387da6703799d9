"""Reads the chunks of a PNG file (PNG specification, third edition, chapter 11)."""

from __future__ import annotations

import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._image_blocks import (
    iptc_pieces,
    photoshop_pieces,
    profile_pieces,
    run_pieces,
    trailing_pieces,
    xmp_pieces,
)
from amends.scan.formats._image_tiff import exif_pieces
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UnreadableError, UntrustedPiece, UntrustedUnread

_SIGNATURE: Final = 8
_PIXELS: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"hIST",
     b"pHYs", b"acTL",
     b"fcTL", b"fdAT", b"cICP", b"oFFs", b"sTER", b"iDOT", b"mDCV", b"cLLI"}
)  # fmt: skip
_MOST_TEXT: Final = 1 << 26
_RAW_PROFILE: Final = re.compile(r"Raw profile type (\w+)")
_NOT_HEX: Final = re.compile(r"[^0-9A-Fa-f]")


def png_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a picture. What follows the last chunk is behind the end."""
    at = _SIGNATURE
    number = 0
    ended = False
    while at + 12 <= len(content) and not ended:
        (length,) = struct.unpack_from(">I", content, at)
        kind = content[at + 4 : at + 8]
        if at + 12 + length > len(content) or not kind.isalpha():
            break
        data = content[at + 8 : at + 8 + length]
        number += 1
        if struct.unpack_from(">I", content, at + 8 + length)[0] != zlib.crc32(data, zlib.crc32(kind)):
            yield UntrustedUnread(f"chunk {number}", "corrupt")
        at += 12 + length
        ended = kind == b"IEND"
        if kind not in _PIXELS:
            try:
                yield from _chunk(kind, data, (f"chunk {number} {kind.decode()}",))
            except (UnreadableError, zlib.error) as problem:
                code = problem.code if isinstance(problem, UnreadableError) else "corrupt"
                yield UntrustedUnread(f"chunk {number} {kind.decode()}", code)
    if ended:
        yield from trailing_pieces(content[at:], at)
    else:
        yield UntrustedUnread("", "corrupt")


def _chunk(kind: bytes, data: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    keyword, _, rest = data.partition(b"\0")
    name = keyword.decode("latin-1")
    if kind == b"tEXt":
        yield from _text(name, rest.decode("latin-1"), where)
    elif kind == b"zTXt":
        yield from _text(name, _inflated(rest[1:]).decode("latin-1"), where)
    elif kind == b"iTXt":
        compressed = rest[:1] == b"\x01"
        language, _, translated = rest[2:].partition(b"\0")
        keyword_here, _, text = translated.partition(b"\0")
        content = _inflated(text) if compressed else text
        yield from part((*where, "keyword"), "name", "image-text", decode(keyword_here))
        yield from part((*where, "language"), "name", "image-text", decode(language))
        if name == "XML:com.adobe.xmp":
            yield from xmp_pieces(content, where)
        else:
            yield from _text(name, decode(content), where)
    elif kind == b"eXIf":
        yield from exif_pieces(data, where)
    elif kind == b"iCCP":
        yield from part((*where, "name"), "name", "image-metadata", name)
        yield from profile_pieces(_inflated(rest[1:]), where)
    elif kind == b"tIME" and len(data) == 7:
        year, *others = struct.unpack(">HBBBBB", data)
        when = "{}-{:02d}-{:02d} {:02d}:{:02d}:{:02d}".format(year, *others)
        yield from part(where, "metadata", "image-metadata", when)
    else:
        yield from run_pieces(data, where, "image-metadata")


def _text(name: str, text: str, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    yield from part((*where, "keyword"), "name", "image-text", name)
    raw = _RAW_PROFILE.fullmatch(name)
    if raw is not None:  # as ImageMagick writes it: name, length, digits
        lines = text.strip().split("\n", 2)
        digits = _NOT_HEX.sub("", lines[2] if len(lines) > 2 else "")
        content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
        readers = {"exif": exif_pieces, "APP1": exif_pieces, "xmp": xmp_pieces, "icc": profile_pieces}
        if raw[1] in readers:
            yield from readers[raw[1]](content, where)
        elif raw[1] in {"iptc", "8bim"} and content.startswith(b"8BIM"):
            yield from photoshop_pieces(content, where, exif_pieces)
        else:
            yield from iptc_pieces(content, where)
        return
    yield from part(where, "text", "image-text", text)


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    content = inflater.decompress(data, _MOST_TEXT)
    if inflater.unconsumed_tail:
        raise UnreadableError("too-large")
    return content
