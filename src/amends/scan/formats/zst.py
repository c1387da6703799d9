"""Files compressed with Zstandard: the content is opened as a file of its own, bytes behind it as texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import gathered
from amends.scan.formats._stream_archive import bytes_behind, decompressed
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"\x28\xb5\x2f\xfd"


class _Zstandard:
    name = "zst"
    extensions = ("zst", "zstd", "tzst")
    needs = ("amends.scan.formats._zstd_stream",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(_MAGIC)) == _MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._zstd_stream import ZstdDecompressor

        left = bytearray()
        content = gathered(decompressed(stream, ZstdDecompressor, _MAGIC, left), limits)
        if content:
            yield UntrustedFile(("content",), "", content)
        yield from bytes_behind(bytes(left))


PLUGIN = _Zstandard()
