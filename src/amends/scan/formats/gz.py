"""Gzip files (RFC 1952): the content as a file of its own; original name, comment, extra fields, bytes behind."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import CHUNK, gathered
from amends.scan.formats._stream_archive import bytes_behind
from amends.scan.formats._text import part, printable_runs
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"\x1f\x8b\x08"
_HEADER: Final = 10
_CHECKED, _EXTRA, _NAME, _COMMENT = 0x2, 0x4, 0x8, 0x10
_LONGEST_FIELD: Final = 1 << 16
_MOST_MEMBERS: Final = 100_000


class _Gzip:
    name = "gz"
    extensions = ("gz", "tgz", "svgz", "emz", "wmz")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(_MAGIC)) == _MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        headers = _Headers()
        content = gathered(_inflated(stream, headers), limits)
        yield from headers.pieces
        if content:
            name = headers.name
            yield UntrustedFile(
                (name or "content",), "", content, name.rpartition(".")[2].lower() if "." in name else ""
            )
        yield from bytes_behind(stream.read(CHUNK))


class _Headers:
    def __init__(self) -> None:
        self.name = ""
        self.pieces: list[UntrustedPiece] = []

    def read(self, stream: BinaryIO, number: int) -> None:
        """Take one member's header off the stream. Raises `UnreadableError` with ``corrupt``."""
        header = stream.read(_HEADER)
        if len(header) < _HEADER:
            raise UnreadableError("corrupt")
        flags = header[3]
        place = (f"member {number}",)
        if flags & _EXTRA:
            (length,) = struct.unpack("<H", _exactly(stream, 2))
            for _, text in printable_runs(_exactly(stream, length)):
                self.pieces += part(place, "extra-field", "archive-property", text)
        if flags & _NAME:
            name = _field(stream)
            self.name = self.name or name
            self.pieces += part(place, "file-name", "archive-property", name)
        if flags & _COMMENT:
            self.pieces += part(place, "comment", "archive-comment", _field(stream))
        if flags & _CHECKED:
            _exactly(stream, 2)


def _inflated(stream: BinaryIO, headers: _Headers) -> Iterator[bytes]:
    for number in range(1, _MOST_MEMBERS):
        headers.read(stream, number)
        inflater = zlib.decompressobj(-15)
        checksum = size = 0
        try:
            while not inflater.eof:
                pending = inflater.unconsumed_tail or stream.read(CHUNK)
                if not pending:
                    raise UnreadableError("corrupt")
                chunk = inflater.decompress(pending, CHUNK)
                checksum = zlib.crc32(chunk, checksum)
                size += len(chunk)
                yield chunk
        except zlib.error as damage:
            raise UnreadableError("corrupt") from damage
        stream.seek(-len(inflater.unused_data), 1)
        if struct.unpack("<II", _exactly(stream, 8)) != (checksum, size & 0xFFFFFFFF):
            raise UnreadableError("corrupt")
        following = stream.read(len(_MAGIC))
        stream.seek(-len(following), 1)
        if following != _MAGIC:
            return
    raise UnreadableError("too-large")


def _exactly(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise UnreadableError("corrupt")
    return content


def _field(stream: BinaryIO) -> str:
    raw = stream.read(_LONGEST_FIELD)
    text, zero, _ = raw.partition(b"\0")
    if not zero:
        raise UnreadableError("corrupt")
    stream.seek(len(text) + 1 - len(raw), 1)
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


PLUGIN = _Gzip()
