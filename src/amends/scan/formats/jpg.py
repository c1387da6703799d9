"""JPEG pictures: Exif, place, maker's notes, XMP, IPTC, comments, thumbnails, and what stands behind the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"\xff\xd8\xff"


class _Jpeg:
    name = "jpg"
    extensions = ("jpg", "jpeg", "jpe", "jfif")
    needs = ("amends.scan.formats._jpeg_segments",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(_MAGIC)) == _MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._jpeg_segments import jpeg_pieces

        yield from jpeg_pieces(content_within(stream, limits))


PLUGIN = _Jpeg()
