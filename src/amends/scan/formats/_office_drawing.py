"""Drawings of the old Office programs (MS-ODRAW): names, descriptions and links of shapes, WordArt, pictures.

```
[version and instance, kind, length] body     a container (version 15) holds further records
```
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._hyperlink import hyperlink_texts
from amends.scan.formats.interface import UntrustedFile, UntrustedPart

_PROPERTIES: Final = frozenset({0xF00B, 0xF121, 0xF122})
_PICTURES: Final = {
    0xF01A: (16, True), 0xF01B: (16, True), 0xF01C: (16, True), 0xF01D: (17, False), 0xF01E: (17, False),
    0xF01F: (17, False), 0xF029: (17, False), 0xF02A: (17, False),
}  # fmt: skip
_EXTENSIONS: Final = {
    0xF01A: "emf", 0xF01B: "wmf", 0xF01C: "pict", 0xF01D: "jpg", 0xF01E: "png", 0xF01F: "dib", 0xF029: "tiff",
    0xF02A: "jpg",
}  # fmt: skip
_SECOND_IDENTIFIER: Final = {
    0xF01A: 0x3D5, 0xF01B: 0x217, 0xF01C: 0x543, 0xF01D: 0x46B, 0xF01E: 0x6E1, 0xF01F: 0x7A9, 0xF029: 0x6E5,
    0xF02A: 0x46B,
}  # fmt: skip
_TEXTS: Final = {
    0x00C0: ("word-art", "text-box"),
    0x0105: ("picture-name", "relationship-target"),
    0x0380: ("shape-name", "shape-name"),
    0x0381: ("alternative-text", "alternative-text"),
    0x038D: ("tooltip", "link-address"),
    0x01C5: ("picture-name", "relationship-target"),
    0x0187: ("picture-name", "relationship-target"),
}
_LINK: Final = 0x0382
_COMPLEX: Final = 0x8000
_STORE_ENTRY: Final = 0xF007
_ENTRY_HEAD: Final = 36
_MOST_LEVELS: Final = 32
_MOST_BYTES: Final = 256 << 20


def drawing_pieces(
    content: bytes, where: tuple[str, ...], level: int = 0
) -> Iterator[UntrustedPart | UntrustedFile]:
    """Yield the texts and pictures of a run of drawing records; what is damaged ends it without a word."""
    at = 0
    shape = 0
    while at + 8 <= len(content):
        head, kind, length = struct.unpack_from("<HHI", content, at)
        body = content[at + 8 : at + 8 + length]
        at += 8 + length
        if kind in _PROPERTIES:
            yield from _properties(body, head >> 4, where)
        elif kind == _STORE_ENTRY:
            yield from drawing_pieces(body[_ENTRY_HEAD + (body[33] if len(body) > 33 else 0) :], where, level)
        elif kind in _PICTURES:
            yield from _picture(kind, head >> 4, body, where)
        elif head & 0xF == 0xF and level < _MOST_LEVELS:
            shape += 1
            yield from drawing_pieces(body, where, level + 1)


def _properties(body: bytes, count: int, where: tuple[str, ...]) -> Iterator[UntrustedPart]:
    """MS-ODRAW 2.3.1: a table of numbers; those that are complex have their bytes behind the table, in order."""
    at = 6 * count
    for index in range(count):
        if 6 * index + 6 > len(body):
            return
        key, value = struct.unpack_from("<HI", body, 6 * index)
        if not key & _COMPLEX:
            continue
        raw = body[at : at + value]
        at += value
        name = key & 0x3FFF
        if name == _LINK:
            for text in hyperlink_texts(raw):
                yield UntrustedPart((*where, "link of a shape"), "link", "link-address", text)
        elif name in _TEXTS:
            kind, hidden = _TEXTS[name]
            text = raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace").strip("\0 ")
            if text:
                yield UntrustedPart((*where, kind), kind, hidden, text)


def _picture(kind: int, instance: int, body: bytes, where: tuple[str, ...]) -> Iterator[UntrustedFile]:
    skipped, metafile = _PICTURES[kind]
    if instance in (_SECOND_IDENTIFIER[kind] | 1, 0x6E3) and instance & 1:
        skipped += 16
    if not metafile:
        if body[skipped:] and kind != 0xF01F:  # a bitmap without a head is pixels and nothing else
            yield UntrustedFile((*where, "picture"), "", body[skipped:], _EXTENSIONS[kind])
        return
    packed = body[skipped + 34 :]
    content = packed
    if len(body) > skipped + 32 and body[skipped + 32] == 0:
        try:
            content = zlib.decompressobj().decompress(packed, _MOST_BYTES)
        except zlib.error:
            content = packed
    if content:
        yield UntrustedFile((*where, "picture"), "", content, _EXTENSIONS[kind])
