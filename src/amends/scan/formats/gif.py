"""GIF pictures: comments, plain texts, what programs added, and what stands behind the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Gif:
    name = "gif"
    extensions = ("gif",)
    needs = ("amends.scan.formats._gif_blocks",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(6) in (b"GIF87a", b"GIF89a")

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._gif_blocks import gif_pieces

        yield from gif_pieces(content_within(stream, limits))


PLUGIN = _Gif()
