"""JSON (RFC 8259): each value with its path; an array of objects as a table; numbers keep their digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO, Final

from amends.scan.formats._json_stream import JsonStream
from amends.scan.formats._json_values import DECODER, Tree, is_table, table_of
from amends.scan.formats._text import HEAD, decoded_head
from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import Limits

_BEGINS: Final = re.compile(r'\s*(?:\{\s*(?:["}]|\Z)|\[\s*(?:[\[\]{"\d-]|true|false|null|\Z))')
_SAMPLED: Final = 1_000
_WHOLE: Final = HEAD // 4
"""A head of fewer characters is the whole file, whatever its encoding."""


class _Json:
    name = "json"
    extensions = ("json", "geojson", "ipynb", "webmanifest", "har", "topojson")
    needs = ()
    rank = 51

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        text = decoded_head(stream)
        if _BEGINS.match(text) is None:
            return False
        if extension in self.extensions or len(text) >= _WHOLE:
            return True
        try:
            _, end = DECODER.raw_decode(text.lstrip())
        except (ValueError, RecursionError):
            return False
        return not text.lstrip()[end:].strip()

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        source = JsonStream(stream, limits)
        tree = Tree(limits)
        try:
            if source.peek() == "[":
                yield from _array(source, tree, limits)
            else:
                yield from tree.values(source.value())
            if source.peek():
                raise UnreadableError("corrupt")
        finally:
            source.close()


def _array(source: JsonStream, tree: Tree, limits: Limits) -> Iterator[UntrustedPiece]:
    members = source.members()
    first = list(islice(members, _SAMPLED))
    if is_table(first):
        yield table_of(chain(first, members), "$", limits)
        return
    for number, value in enumerate(chain(first, members)):
        yield from tree.values(value, f"$[{number}]")


PLUGIN = _Json()
