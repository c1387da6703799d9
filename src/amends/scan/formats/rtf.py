"""Rich Text Format 1.9.1: shown text and tables; hidden and deleted text, properties, objects, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"{\\rt"


class _Rtf:
    name = "rtf"
    extensions = ("rtf", "doc")
    needs = ("amends.scan.formats._rtf_reading",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(_MAGIC)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._rtf_reading import RtfReading

        content = content_within(stream, limits)
        yield from RtfReading(content[content.find(_MAGIC) :], limits).pieces()


PLUGIN = _Rtf()
