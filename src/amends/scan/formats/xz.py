"""Files compressed with xz: the content is opened as a file of its own, bytes behind it as texts."""

from __future__ import annotations

from collections.abc import Iterator
from lzma import LZMADecompressor
from typing import BinaryIO, Final

from amends.scan.formats._inflating import gathered
from amends.scan.formats._stream_archive import bytes_behind, decompressed
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"\xfd7zXZ\0"


class _Compressed:
    name = "xz"
    extensions = ("xz", "txz")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(_MAGIC)) == _MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        left = bytearray()
        content = gathered(decompressed(stream, LZMADecompressor, _MAGIC, left), limits)
        if content:
            yield UntrustedFile(("content",), "", content)
        yield from bytes_behind(bytes(left))


PLUGIN = _Compressed()
