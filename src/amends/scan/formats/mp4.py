"""Film and sound in the boxes of ISO/IEC 14496-12 and of QuickTime (.mp4, .m4a, .mov): all they say of themselves.

What is said and shown in them is not transcribed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import Limits

_STILL: Final = frozenset(
    {
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"mif1",
        b"msf1",
        b"avif",
        b"avis",
        b"jp2 ",
        b"jpx ",
    }
)
_FIRST: Final = frozenset({b"moov", b"mdat", b"wide", b"skip", b"pnot"})


class _Mp4:
    name = "mp4"
    extensions = ("mp4", "m4a", "m4v", "m4b", "mov", "qt", "3gp", "3g2", "f4v")
    needs = ("amends.scan.formats._mp4_boxes",)
    rank = 12

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(64)
        if head[4:8] == b"ftyp":
            return head[8:12] not in _STILL
        return head[4:8] in _FIRST and int.from_bytes(head[:4], "big") not in range(2, 8)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._mp4_boxes import MovieBoxes

        try:
            yield from MovieBoxes(stream, limits).pieces()
        except (struct.error, IndexError) as damage:
            raise UnreadableError("corrupt") from damage


PLUGIN = _Mp4()
