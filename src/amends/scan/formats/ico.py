"""Icons and cursors: the pictures in them that are PNG files, and what stands behind the last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _Icon:
    name = "ico"
    extensions = ("ico", "cur")
    needs = ("amends.scan.formats._bitmap_pieces",)
    rank = 20

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(22)
        count = int.from_bytes(head[4:6], "little")
        return head[:4] in (b"\0\0\1\0", b"\0\0\2\0") and 0 < count < 256 and len(head) == 22 and not head[9]

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._bitmap_pieces import icon_pieces

        yield from icon_pieces(content_within(stream, limits))


PLUGIN = _Icon()
