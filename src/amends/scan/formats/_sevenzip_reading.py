"""Everything of py7zr that is used, loaded before the child locks itself in."""

from __future__ import annotations

import zlib
from lzma import LZMAError
from typing import Final

import py7zr
import py7zr.compressor
import py7zr.py7zr as library
from py7zr.exceptions import ArchiveError, CrcError, DecompressionError, UnsupportedCompressionMethodError
from py7zr.io import MemIO, Py7zIO, WriterFactory

from amends.scan.formats.interface import UnreadableError

SevenZipFile: Final = py7zr.SevenZipFile
PasswordRequired: Final = py7zr.PasswordRequired
UnsupportedMethod: Final = UnsupportedCompressionMethodError
DAMAGES: Final = (
    *(ArchiveError, CrcError, DecompressionError, LZMAError, zlib.error),
    *(EOFError, ValueError, OSError, LookupError, TypeError, AttributeError, AssertionError, OverflowError),
)
_CHUNK: Final = 16 << 20


def _chunk() -> int:
    """Return how much is unpacked at once. The library asks the machine for its memory, which a child cannot see."""
    return _CHUNK


vars(library)["get_memory_limit"] = _chunk


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


def unpacked(archive: py7zr.SevenZipFile, budget: int) -> list[tuple[str, bytes]]:
    """Return name and content of each member, one folder after the other in this thread.

    Its own way of unpacking asks for the working directory, which a locked-in child has not, to check where a name
    leads; nothing is written here, so a name may lead anywhere and its member is read all the same.
    """
    keeping = Keeping(budget)
    wanted: list[tuple[str, str]] = []
    for entry in archive.files:
        if not entry.is_directory and not entry.is_socket:
            key = str(entry.id)
            archive.worker.register_filelike(entry.id, MemIO(key, keeping))
            wanted.append((key, entry.filename))
    archive.worker.extract(archive.fp, None, parallel=False)
    return [(name, bytes(keeping.kept[key].content)) for key, name in wanted if key in keeping.kept]
