"""Enhanced metafiles (MS-EMF, MS-EMFPLUS): drawn texts, the description, comments, and bytes behind the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Emf:
    name = "emf"
    extensions = ("emf",)
    needs = ("amends.scan.formats._metafile_records",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(44)
        return head[:4] == b"\1\0\0\0" and head[40:44] == b" EMF"

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._metafile_records import emf_pieces

        yield from emf_pieces(content_within(stream, limits))


PLUGIN = _Emf()
