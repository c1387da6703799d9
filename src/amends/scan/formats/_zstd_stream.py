"""Zstandard, as the decompressors of the standard library offer themselves (RFC 8878)."""

from __future__ import annotations

from typing import Final

import zstandard

_WINDOW: Final = 1 << 27
_SLICE: Final = 512
"""A block of four bytes can stand for 128 KiB, so this much stands for 16 MiB at most."""


class ZstdDecompressor:
    """One frame."""

    def __init__(self) -> None:
        self._inflater = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self._pending = b""

    @property
    def eof(self) -> bool:
        """Whether the frame is read to its end."""
        return self._inflater.eof

    @property
    def needs_input(self) -> bool:
        """Whether all that was given is inflated."""
        return not self._pending

    @property
    def unused_data(self) -> bytes:
        """Bytes behind the frame."""
        return self._inflater.unused_data + self._pending

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Inflate up to about ``max_length`` bytes, 16 MiB more at the worst. Raises ``ValueError``."""
        pending = memoryview(self._pending + data)
        out = bytearray()
        try:
            while pending and not self._inflater.eof and (max_length < 0 or len(out) < max_length):
                out += self._inflater.decompress(pending[:_SLICE])
                pending = pending[_SLICE:]
        except zstandard.ZstdError as damage:
            raise ValueError from damage
        self._pending = bytes(pending)
        return bytes(out)
