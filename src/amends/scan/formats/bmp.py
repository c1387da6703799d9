"""Windows bitmaps: the colour profile or its path, and what stands behind the pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Bitmap:
    name = "bmp"
    extensions = ("bmp", "dib")
    needs = ("amends.scan.formats._bitmap_pieces",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(18)
        size = int.from_bytes(head[14:18], "little")
        return head[:2] == b"BM" and size in (12, 16, 40, 52, 56, 64, 108, 124)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._bitmap_pieces import bitmap_pieces

        yield from bitmap_pieces(content_within(stream, limits))


PLUGIN = _Bitmap()
