"""Opens a file, and the files inside it, each by its content, down to the depth that is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import BinaryIO, Final

from amends.scan.formats.interface import (
    Format,
    UnreadableError,
    UntrustedFile,
    UntrustedPart,
    UntrustedPiece,
    UntrustedTable,
)
from amends.scan.isolation.answering import Answer, Steps

_NOTHING: Final[Steps] = ()


class NeedsError(Exception):
    """A format was recognised whose imports are not there; ``format`` is its name."""

    def __init__(self, format_name: str) -> None:
        super().__init__(format_name)
        self.format = format_name


def answer_for(
    stream: BinaryIO, extension: str, formats: Sequence[Format], imported: frozenset[str], answer: Answer
) -> None:
    """Send everything that is in the file, and in the files inside it.

    Raises `NeedsError` where a format was recognised that is not among ``imported``.
    """
    _Opening(formats, imported, answer).open(stream, extension, _NOTHING, "")


class _Opening:
    def __init__(self, formats: Sequence[Format], imported: frozenset[str], answer: Answer) -> None:
        self._formats = formats
        self._imported = imported
        self._answer = answer
        self._depth = 0
        self._files = 0
        self._inflated = 0

    def open(self, stream: BinaryIO, extension: str, prefix: Steps, hidden: str) -> None:
        """Send one file's pieces; whatever goes wrong in it is an unread piece of its own."""
        answer = self._answer
        try:
            reader = self._recognised(stream, extension)
            if reader is None:
                answer.unread(prefix, "unknown-format")
                return
            answer.format(prefix, reader.name)
            stream.seek(0)
            self._send(reader.read(stream, answer.limits), prefix, hidden)
        except UnreadableError as problem:
            answer.unread(prefix, problem.code, problem.amount)
        except (MemoryError, NeedsError):
            raise
        except RecursionError:
            answer.unread(prefix, "too-deep")
        except BaseException as fault:  # noqa: BLE001 - Rust's panics are no Exception; a message may hold data
            if isinstance(fault, KeyboardInterrupt | SystemExit | GeneratorExit):
                raise
            answer.unread(prefix, "reader-failed")

    def _recognised(self, stream: BinaryIO, extension: str) -> Format | None:
        for reader in self._formats:
            stream.seek(0)
            if reader.recognise(stream, extension):
                if reader.needs and reader.name not in self._imported:
                    raise NeedsError(reader.name)
                return reader
        return None

    def _send(self, pieces: Iterable[UntrustedPiece], prefix: Steps, hidden: str) -> None:
        answer = self._answer
        for piece in pieces:
            if isinstance(piece, UntrustedPart):
                answer.part(piece, prefix, hidden)
            elif isinstance(piece, UntrustedTable):
                answer.table(piece, prefix, hidden)
            elif isinstance(piece, UntrustedFile):
                self._send_file(piece, prefix, hidden)
            else:
                where = (*prefix, piece.where) if piece.where else prefix
                answer.unread(where, piece.code, piece.amount)

    def _send_file(self, file: UntrustedFile, prefix: Steps, hidden: str) -> None:
        limits = self._answer.limits
        where = prefix + file.where
        self._files += 1
        self._inflated += len(file.content)
        if self._depth >= limits.depth:
            self._answer.unread(where, "too-deep")
            return
        if self._files > limits.files or self._inflated > limits.package_bytes:
            raise UnreadableError("too-large")
        self._depth += 1
        try:
            self.open(BytesIO(file.content), file.extension, where, file.hidden or hidden)
        finally:
            self._depth -= 1
