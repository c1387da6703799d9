"""Everything of py7zr that is used, loaded before the child locks itself in."""

from __future__ import annotations

from typing import Final

import py7zr
import py7zr.compressor
from py7zr.exceptions import ArchiveError, CrcError, DecompressionError, UnsupportedCompressionMethodError
from py7zr.io import Py7zIO, WriterFactory

from amends.scan.formats.interface import UnreadableError

SevenZipFile: Final = py7zr.SevenZipFile
PasswordRequired: Final = py7zr.PasswordRequired
UnsupportedMethod: Final = UnsupportedCompressionMethodError
DAMAGES: Final = (
    ArchiveError,
    CrcError,
    DecompressionError,
    EOFError,
    ValueError,
    OSError,
    LookupError,
    TypeError,
)


class Kept(Py7zIO):
    """One member in memory, bounded by what all of them may have."""

    def __init__(self, budget: list[int]) -> None:
        self.content = bytearray()
        self._budget = budget
        self._at = 0

    def write(self, s: bytes | bytearray) -> int:
        """Take the next bytes. Raises `UnreadableError` with ``too-large``."""
        self._budget[0] -= len(s)
        if self._budget[0] < 0:
            raise UnreadableError("too-large")
        self.content += s
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        """Return bytes from where the last read or seek ended."""
        end = len(self.content) if size is None else self._at + size
        found = bytes(self.content[self._at : end])
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to an offset from the start."""
        self._at = offset if whence == 0 else len(self.content) + offset
        return self._at

    def flush(self) -> None:
        """Nothing waits."""

    def size(self) -> int:
        """Return how many bytes there are."""
        return len(self.content)


class Keeping(WriterFactory):
    """Makes a `Kept` for each member."""

    def __init__(self, budget: int) -> None:
        self.kept: dict[str, Kept] = {}
        self._budget = [budget]

    def create(self, filename: str) -> Py7zIO:
        """Return where this member's bytes go."""
        self.kept[filename] = Kept(self._budget)
        return self.kept[filename]
