"""JPEG 2000 pictures (.jp2, .jpx, .j2k): XML, XMP, Exif, labels and links in their boxes, comments in their stream."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import Limits

_BOXED: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_BARE: Final = b"\xff\x4f\xff\x51"


class _Jp2:
    name = "jp2"
    extensions = ("jp2", "jpx", "jpf", "jpm", "j2k", "j2c", "jpc")
    needs = ("amends.scan.formats._jp2_boxes",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(12).startswith((_BOXED, _BARE))

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._jp2_boxes import jp2_pieces

        try:
            yield from jp2_pieces(content_within(stream, limits))
        except (struct.error, IndexError) as damage:
            raise UnreadableError("corrupt") from damage


PLUGIN = _Jp2()
