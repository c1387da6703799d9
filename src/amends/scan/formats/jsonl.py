"""JSON lines: one value a line, as logs and exports are written; the objects come out as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from amends.scan.formats._json_stream import JsonStream
from amends.scan.formats._json_values import DECODER, table_of
from amends.scan.formats._text import decoded_head
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits


class _JsonLines:
    name = "jsonl"
    extensions = ("jsonl", "ndjson", "jsonlines")
    needs = ()
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        lines = decoded_head(stream).lstrip().split("\n", 2)
        if not lines[0].startswith(("{", "[")) or not _is_value(lines[0]):
            return False
        following = lines[1].lstrip() if len(lines) > 1 else ""
        return following.startswith(lines[0][0]) if following else extension in self.extensions

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        source = JsonStream(stream, limits)
        try:
            yield table_of(_values(source), "$", limits)
        finally:
            source.close()


def _values(source: JsonStream) -> Iterator[Any]:
    while source.peek():
        yield source.value()


def _is_value(line: str) -> bool:
    try:
        _, end = DECODER.raw_decode(line)
    except (ValueError, RecursionError):
        return False
    return not line[end:].strip()


PLUGIN = _JsonLines()
