"""Drawings (SVG 2): drawn texts, titles, hidden groups, metadata, scripts, links, embedded pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import read_chunks
from amends.scan.formats._text import decoded_head
from amends.scan.formats.interface import UntrustedPart, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_BEGINS: Final = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>\s*){0,20}<(?:\w+:)?svg[\s>]",
    re.DOTALL,
)


class _Svg:
    name = "svg"
    extensions = ("svg",)
    needs = ("amends.scan.formats._svg_walk",)
    rank = 52

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return _BEGINS.match(decoded_head(stream)) is not None

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._svg_walk import SvgWalk

        del limits
        stream.seek(0)
        walk = SvgWalk()
        for path, kind, hidden, text in walk.walk(read_chunks(stream)):
            yield UntrustedPart((path,), kind, hidden, text)
            yield from walk.files
            walk.files.clear()
        yield from walk.files
        if walk.skipped_entities:
            yield UntrustedUnread("", "text-damaged", walk.skipped_entities)


PLUGIN = _Svg()
