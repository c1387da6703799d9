"""What gzip, bzip2, xz and Zstandard share: one content, compressed, perhaps with bytes behind it."""

from __future__ import annotations

from collections.abc import Iterator
from lzma import LZMAError
from typing import BinaryIO, Protocol

from amends.scan.formats._inflating import CHUNK
from amends.scan.formats._text import leftover
from amends.scan.formats.interface import UnreadableError, UntrustedPiece


class Decompressor(Protocol):
    """As `bz2.BZ2Decompressor` and `lzma.LZMADecompressor` offer it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def decompressed(
    stream: BinaryIO, fresh: type[Decompressor], magic: bytes, left: bytearray
) -> Iterator[bytes]:
    """Yield what all streams in the file hold, one after the other; ``left`` takes the bytes behind the last.

    Raises `UnreadableError` with ``corrupt``.
    """
    pending = stream.read(CHUNK)
    while pending:
        inflater = fresh()
        while not inflater.eof:
            try:
                yield inflater.decompress(pending, CHUNK)
            except (OSError, ValueError, EOFError, RuntimeError, LZMAError) as damage:
                raise UnreadableError("corrupt") from damage
            except MemoryError as damage:  # a header that asks for a dictionary beyond all bounds
                raise UnreadableError("too-large") from damage
            pending = b""
            if not inflater.eof and inflater.needs_input:
                pending = stream.read(CHUNK)
                if not pending:
                    raise UnreadableError("corrupt")
        pending = inflater.unused_data or stream.read(CHUNK)
        if len(pending) < len(magic):
            pending += stream.read(CHUNK)
        if not pending.startswith(magic):
            left += pending + stream.read(CHUNK)
            return


def bytes_behind(left: bytes) -> Iterator[UntrustedPiece]:
    """Yield the texts among bytes that belong to no stream."""
    yield from leftover(left, 0, "bytes-outside", ("behind the archive",))
