"""TIFF pictures and the raw formats that are made like them: every tag, XMP, IPTC, thumbnails, bytes behind the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_MAGICS: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"IIRO", b"IIRS", b"IIU\0")
_RAW: Final = frozenset({"nef", "cr2", "dng", "arw", "orf", "rw2", "pef", "srw"})


class _Tiff:
    name = "tiff"
    extensions = ("tif", "tiff", *sorted(_RAW))
    needs = ("amends.scan.formats._image_tiff",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(4) in _MAGICS

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._image_blocks import trailing_pieces
        from amends.scan.formats._image_tiff import TiffReading

        content = content_within(stream, limits)
        reading = TiffReading(content)
        yield from reading.pieces()
        yield from trailing_pieces(content[reading.end :], reading.end)


PLUGIN = _Tiff()
