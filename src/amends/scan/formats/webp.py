"""WebP pictures: Exif, XMP, colour profile, unknown chunks, and what stands behind the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Webp:
    name = "webp"
    extensions = ("webp",)
    needs = ("amends.scan.formats._riff_chunks",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(12)
        return head[:4] == b"RIFF" and head[8:] == b"WEBP"

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._riff_chunks import webp_pieces

        yield from webp_pieces(content_within(stream, limits))


PLUGIN = _Webp()
