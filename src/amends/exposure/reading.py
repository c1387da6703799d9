"""Log files as evidence: found, hashed, decompressed and cut into buffers of whole lines.

One pass over the disk gives both the hash of the file as it lies there and the lines. Memory is
bounded by two buffers: a line longer than a buffer may be cut there, because all that matters stands
at its beginning.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from isal import igzip, isal_zlib

from amends.vocabulary.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES: Final = 1 << 20
_GZIP_MAGIC: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_DAMAGE: Final[tuple[type[Exception], ...]] = (
    OSError,
    EOFError,
    zlib.error,
    isal_zlib.error,  # type: ignore[assignment] # its stub calls the class an instance
)


def log_files(given: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files given, and for each folder every file in it and below, in order of their names.

    Raises `UsageError` ``log-missing`` for what is not there and for a folder without files. Nothing in a
    folder is passed over: a log that was given and not read would be a hole that nobody sees.
    """
    found: list[Path] = []
    for path in given:
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        if not files or not files[0].exists():
            raise UsageError(
                "log-missing",
                "a log that was given is not there, or is a folder without files",
                hint="check the path; if there is no log, give none, and the whole window counts as unknown",
                where=str(path),
            )
        found += files
    return tuple(found)


class LogBytes:
    """The bytes of one log, plain or gzip by its content, read once from start to end.

    Hashes and sizes are complete when `buffers` has been exhausted.
    """

    def __init__(self, path: Path, *, progress: Callable[[int], None] | None = None) -> None:
        self.path = path
        self._progress = progress
        self._on_disk = hashlib.sha256()
        self._content = hashlib.sha256()
        self._packed = False
        self.size = 0
        """Bytes on disk so far."""

    @property
    def sha256(self) -> str:
        """Hash of the file as it lies on disk, in hexadecimal."""
        return self._on_disk.hexdigest()

    @property
    def content_sha256(self) -> str:
        """Hash of the decompressed content: a rotated log and its gzip are the same evidence."""
        return self._content.hexdigest() if self._packed else self.sha256

    def buffers(self) -> Iterator[tuple[int, bytes]]:
        """Yield (offset in the content, whole lines each ended by a line break), about 1 MiB each.

        Raises `IncompleteError` ``log-corrupt`` when the file cannot be read to its end.
        """
        return _whole_lines(self._blocks())

    def _blocks(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                hashing = _HashingFile(file, self._passed)
                self._packed = file.peek(2)[:2] == _GZIP_MAGIC
                stream = igzip.IGzipFile(fileobj=hashing) if self._packed else hashing  # type: ignore[no-untyped-call]
                while block := stream.read(BUFFER_BYTES):
                    if self._packed:
                        self._content.update(block)
                    yield block
        except _DAMAGE as damage:
            raise IncompleteError(
                "log-corrupt",
                "the log cannot be read to its end, so nothing in it counts",
                hint="fetch it again from the server or a backup, or give what can be restored as a new file",
                where=str(self.path),
            ) from damage

    def _passed(self, block: bytes) -> None:
        self._on_disk.update(block)
        self.size += len(block)
        if self._progress is not None:
            self._progress(len(block))


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Cut blocks at line breaks; of a line without end, yield the beginning and pass over the rest."""
    offset, begun, passing_over = 0, b"", False
    for number, block in enumerate(blocks):
        start = len(_BYTE_ORDER_MARK) if number == 0 and block.startswith(_BYTE_ORDER_MARK) else 0
        if passing_over:
            start = block.find(b"\n") + 1 or len(block)
            passing_over = block[start - 1 : start] != b"\n"
        offset += start
        end = block.rfind(b"\n", start) + 1
        if end:
            yield offset, begun + block[start:end]
            offset, begun = offset + len(begun) + end - start, block[end:]
        else:
            begun += block[start:]
        if len(begun) > BUFFER_BYTES:
            yield offset, begun[:BUFFER_BYTES] + b"\n"
            offset, begun, passing_over = offset + len(begun), b"", True
    if begun:
        yield offset, begun + b"\n"


class _HashingFile(io.RawIOBase):
    """A file that shows every block to an observer as it is read; it cannot seek back."""

    def __init__(self, file: IO[bytes], observe: Callable[[bytes], None]) -> None:
        self._file = file
        self._observe = observe

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        block = self._file.read(len(view))
        view[: len(block)] = block
        self._observe(block)
        return len(block)
