"""HEIC, HEIF and AVIF pictures: Exif and XMP items, names of items, and what stands behind the last box."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Heif:
    name = "heif"
    extensions = ("heic", "heif", "avif", "hif", "heics", "heifs")
    needs = ("amends.scan.formats._heif_boxes",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(64)
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, 64, 4))}
        known = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
        return head[4:8] == b"ftyp" and bool(brands & known)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._heif_boxes import HeifBoxes

        yield from HeifBoxes(content_within(stream, limits)).pieces()


PLUGIN = _Heif()
