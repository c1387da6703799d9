"""MPEG sound (.mp3): the tags before and behind it (ID3v2, ID3v1, APE). What is said in it is not transcribed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._mp3_tags import mp3_pieces
from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import Limits

_TAG: Final = b"ID3"
_BIT_RATES: Final = (0, 15)
"""Values that no frame has: free, and forbidden."""


class _Mp3:
    name = "mp3"
    extensions = ("mp3", "mp2", "mpga", "aac")
    needs = ()
    rank = 20

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(10)
        if head[:3] == _TAG and len(head) == 10:
            return head[3] in (2, 3, 4) and max(head[6:]) < 0x80
        # A frame without a tag is told from other bytes by its name only; ISO/IEC 11172-3, 2.4.1.3.
        return extension in self.extensions and _is_frame(head)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        try:
            yield from mp3_pieces(content_within(stream, limits))
        except (struct.error, IndexError) as damage:
            raise UnreadableError("corrupt") from damage


def _is_frame(head: bytes) -> bool:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    layered = head[1] & 0x06 != 0 and head[2] >> 4 not in _BIT_RATES and head[2] >> 2 & 3 != 3
    return layered or head[1] & 0xF6 == 0xF0  # ADTS, as of AAC


PLUGIN = _Mp3()
