"""Characters out of an archive of iWork (.iwa): packed in chunks, with messages whose meaning is not published.

```
[0 | length 3, little-endian | snappy without checksum] ...      snappy: format_description.txt of google/snappy
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._text import printable_runs
from amends.scan.formats.interface import UnreadableError

_LARGEST: Final = 64 << 20
_MOST_TIMES: Final = 64
"""A copy of three bytes makes at most sixty-four."""


def characters_of(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield offset, in the unpacked archive, and text of each run of characters. Raises `UnreadableError`."""
    unpacked: list[bytes] = []
    size = at = 0
    while at + 4 <= len(content):
        length = int.from_bytes(content[at + 1 : at + 4], "little")
        if content[at] or at + 4 + length > len(content):
            raise UnreadableError("corrupt")
        unpacked.append(_unpacked(content[at + 4 : at + 4 + length]))
        size += len(unpacked[-1])
        if size > _LARGEST:
            raise UnreadableError("too-large")
        at += 4 + length
    if at != len(content):
        raise UnreadableError("corrupt")
    yield from printable_runs(b"".join(unpacked))


def _unpacked(raw: bytes) -> bytes:
    size, at = _number(raw)
    if size > min(_LARGEST, _MOST_TIMES * len(raw)):
        raise UnreadableError("corrupt")
    out = bytearray()
    while at < len(raw):
        tag = raw[at]
        at += 1
        if not tag & 3:
            length = (tag >> 2) + 1
            if length > 60:
                wide = length - 60
                length = int.from_bytes(raw[at : at + wide], "little") + 1
                at += wide
            out += raw[at : at + length]
            at += length
        else:
            wide = (1, 2, 4)[(tag & 3) - 1]
            length = ((tag >> 2 & 7) + 4) if wide == 1 else (tag >> 2) + 1
            back = int.from_bytes(raw[at : at + wide], "little") | ((tag & 0xE0) << 3 if wide == 1 else 0)
            at += wide
            if not 0 < back <= len(out):
                raise UnreadableError("corrupt")
            start = len(out) - back
            piece = bytes(out[start : start + length])
            out += (piece * (length // len(piece) + 1))[:length]
        if len(out) > size:
            raise UnreadableError("corrupt")
    if len(out) != size:
        raise UnreadableError("corrupt")
    return bytes(out)


def _number(raw: bytes) -> tuple[int, int]:
    number = 0
    for at, one in enumerate(raw[:5]):
        number |= (one & 0x7F) << 7 * at
        if one < 0x80:
            return number, at + 1
    raise UnreadableError("corrupt")
