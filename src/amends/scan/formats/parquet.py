"""Parquet files: the rows as a table, batch by batch; what programs stored beside the schema; values in the footer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"PAR1"
_ENCRYPTED: Final = b"PARE"


class _Parquet:
    name = "parquet"
    extensions = ("parquet", "pq")
    needs = ("amends.scan.formats._parquet_reading",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(4) in (_MAGIC, _ENCRYPTED)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._parquet_reading import parquet_pieces

        stream.seek(0)
        if stream.read(4) == _ENCRYPTED:
            raise UnreadableError("password-protected")
        stream.seek(0)
        yield from parquet_pieces(stream, limits)


PLUGIN = _Parquet()
