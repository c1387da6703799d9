"""Files compressed with bzip2: the content is opened as a file of its own, bytes behind it as texts."""

from __future__ import annotations

from bz2 import BZ2Decompressor
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import gathered
from amends.scan.formats._stream_archive import bytes_behind, decompressed
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"BZh"


class _Compressed:
    name = "bz2"
    extensions = ("bz2", "tbz2", "tbz")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(_MAGIC)) == _MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        left = bytearray()
        content = gathered(decompressed(stream, BZ2Decompressor, _MAGIC, left), limits)
        if content:
            yield UntrustedFile(("content",), "", content)
        yield from bytes_behind(bytes(left))


PLUGIN = _Compressed()
