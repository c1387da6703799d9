"""Takes what a decompressor gives, within bounds: the sizes that a compressed file states are not believed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Final

from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import Limits

CHUNK: Final = 1 << 20
_SHARE_OF_MEMORY: Final = 4
"""A whole file is held in memory while it is opened, and its reader needs room beside it."""


def largest_file(limits: Limits) -> int:
    """Return how many bytes one file inside another may have."""
    return min(limits.part_bytes, limits.package_bytes, limits.memory_bytes // _SHARE_OF_MEMORY)


def gathered(chunks: Iterable[bytes], limits: Limits) -> bytes:
    """Return the chunks as one. Raises `UnreadableError` with ``too-large`` as soon as they pass the bound."""
    most = largest_file(limits)
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise UnreadableError("too-large")
    return bytes(content)


def read_chunks(stream: BinaryIO) -> Iterable[bytes]:
    """Yield the rest of a stream in chunks."""
    while chunk := stream.read(CHUNK):
        yield chunk
