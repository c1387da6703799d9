"""A web archive (WARC 1.0 and 1.1, ISO 28500) as the source of a sweep, compressed or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from amends.cli.sweeping.documents import Content, Document, MissedError
from amends.cli.sweeping.http_bodies import decoded, unchunked

_LONGEST_LINE: Final = 65_536
_MOST_HEADERS: Final = 200
_GZIP: Final = b"\x1f\x8b"
_PIECE: Final = 1 << 20


@dataclass(slots=True)
class WebArchive:
    """The responses and resources in an archive; what only says that nothing changed (``revisit``) is passed over."""

    file: Path
    most_bytes: int
    _left_out: list[str] = field(default_factory=list)

    def documents(self) -> Iterator[Document]:
        """Yield the documents in the order in which they were archived."""
        with self.file.open("rb") as raw:
            compressed = raw.read(2) == _GZIP
            raw.seek(0)
            stream: BinaryIO = gzip.GzipFile(fileobj=raw) if compressed else raw  # type: ignore[assignment]
            number = 0
            try:
                while (headers := _headers(stream)) is not None:
                    number += 1
                    yield from self._document(stream, headers, number)
            except (EOFError, OSError, ValueError, zlib.error):
                self._left_out.append(f"The archive is damaged after {number:,} records.")

    def learn(self, address: str, links: list[str]) -> None:
        """Follow no link: the archive says what is in it."""

    def holes(self) -> list[str]:
        """Return what could not be read."""
        return self._left_out

    def _document(self, stream: BinaryIO, headers: dict[str, str], number: int) -> Iterator[Document]:
        length = int(headers.get("content-length", "x"))
        if length < 0:
            raise ValueError
        address = headers.get("warc-target-uri", "").strip("<>")
        wanted = headers.get("warc-type") in ("response", "resource") and "://" in address
        block: bytes | None = None
        if wanted and length <= self.most_bytes:
            block = stream.read(length)
            if len(block) < length:
                raise EOFError
        else:
            _pass_over(stream, length)
        if wanted:
            # One address may have been archived many times; each time is a document of its own.
            when = headers.get("warc-date", "")
            yield Document(
                address=f"{address} @{when} #{number}",
                key=str(length),
                read=partial(_content, headers, block, self),
            )


def _content(headers: dict[str, str], block: bytes | None, archive: WebArchive) -> Content:
    if block is None:
        raise MissedError("too-large", final=True)
    if headers["warc-type"] == "resource":
        return Content(block, headers.get("content-type", ""))
    head, gap, body = block.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    status = lines[0].split(b" ")
    if not gap or not lines[0].startswith(b"HTTP/") or len(status) < 2 or not status[1].isdigit():
        raise MissedError("corrupt", final=True)
    if not 200 <= int(status[1]) < 300:
        raise MissedError(f"status-{int(status[1])}", final=True, gone=True)
    said = _named(lines[1:])
    if "chunked" in said.get("transfer-encoding", "").lower():
        body = unchunked(body)
    body = decoded(body, said.get("content-encoding", ""), archive.most_bytes)
    return Content(body, said.get("content-type", ""))


def _headers(stream: BinaryIO) -> dict[str, str] | None:
    """Return the named fields of the next record, or None at the end. Raises ``ValueError`` where none begins."""
    line = b"\r\n"
    while line in (b"\r\n", b"\n"):
        line = stream.readline(_LONGEST_LINE)
    if not line:
        return None
    if not line.startswith(b"WARC/"):
        raise ValueError
    lines: list[bytes] = []
    while (line := stream.readline(_LONGEST_LINE)) not in (b"\r\n", b"\n"):
        if not line.endswith(b"\n") or len(lines) > _MOST_HEADERS:
            raise ValueError
        lines.append(line)
    return _named(lines)


def _named(lines: list[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            found[name.strip().lower()] = value.strip()
    return found


def _pass_over(stream: BinaryIO, length: int) -> None:
    while length > 0:
        piece = len(stream.read(min(length, _PIECE)))
        if not piece:
            raise EOFError
        length -= piece
