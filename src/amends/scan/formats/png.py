"""PNG pictures: texts, Exif, XMP, colour profile, unknown chunks, and what stands behind the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Png:
    name = "png"
    extensions = ("png", "apng")
    needs = ("amends.scan.formats._png_chunks",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(8) == b"\x89PNG\r\n\x1a\n"

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._png_chunks import png_pieces

        yield from png_pieces(content_within(stream, limits))


PLUGIN = _Png()
