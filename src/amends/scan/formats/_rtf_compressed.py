"""Compressed RTF, as mail programs keep the body of a message (MS-OXRTFCP 2.1 and 2.2)."""

from __future__ import annotations

import struct
from typing import Final

from amends.scan.formats.interface import UnreadableError

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_RING: Final = 4_096
_START: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain"
    b"\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_HEAD: Final = 16


def decompressed(content: bytes) -> bytes:
    """Return the RTF text. Raises `UnreadableError` ``corrupt``.

    A reference covers 17 bytes at most, so that the text is never more than nine times as long as what is stored.
    """
    if len(content) < _HEAD:
        raise UnreadableError("corrupt")
    _, size, kind = struct.unpack_from("<III", content)
    if kind == _PLAIN:
        return content[_HEAD : _HEAD + size]
    if kind != _COMPRESSED:
        raise UnreadableError("corrupt")
    ring = bytearray(_START.ljust(_RING, b" "))
    out = bytearray()
    write, at = len(_START), _HEAD
    while at < len(content):
        control = content[at]
        at += 1
        for bit in range(8):
            if at >= len(content):
                return bytes(out[:size])
            if not control >> bit & 1:
                ring[write] = content[at]
                out.append(content[at])
                write = (write + 1) % _RING
                at += 1
                continue
            if at + 2 > len(content):
                return bytes(out[:size])
            token = content[at] << 8 | content[at + 1]
            at += 2
            read, length = token >> 4, (token & 0xF) + 2
            if read == write:
                return bytes(out[:size])
            for _ in range(length):
                ring[write] = ring[read]
                out.append(ring[read])
                read, write = (read + 1) % _RING, (write + 1) % _RING
    return bytes(out[:size])
