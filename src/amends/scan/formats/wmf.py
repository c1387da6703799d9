"""Windows metafiles (MS-WMF): drawn texts, comments, enhanced metafiles inside, and bytes behind the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Wmf:
    name = "wmf"
    extensions = ("wmf",)
    needs = ("amends.scan.formats._metafile_records",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(6)
        plain = head[:4] in (b"\1\0\x09\0", b"\2\0\x09\0") and head[4:6] in (b"\0\1", b"\0\3")
        return head[:4] == b"\xd7\xcd\xc6\x9a" or plain

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._metafile_records import wmf_pieces

        yield from wmf_pieces(content_within(stream, limits))


PLUGIN = _Wmf()
