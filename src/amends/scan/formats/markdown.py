"""Markdown (CommonMark 0.31): the text, and what a rendered page leaves out: comments, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within, decode, decoded_head, part
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_HIDDEN: Final = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|^ {0,3}\[(?P<label>[^\]\n]{1,999})\]:[ \t]*(?P<target>[^\n]*)$"
    r"|(?P<end>\n[ \t]*\n)",
    re.DOTALL | re.MULTILINE,
)


class _Markdown:
    name = "markdown"
    extensions = ("md", "markdown", "mdown", "mkd")
    needs = ()
    rank = 89

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return extension in self.extensions and bool(decoded_head(stream).strip())

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        text = decode(content_within(stream, limits)).replace("\r\n", "\n").replace("\r", "\n")
        shown: list[str] = []
        at = 0
        line = first = 1
        for found in _HIDDEN.finditer(text):
            shown.append(text[at : found.start()])
            line += text.count("\n", at, found.start())
            place = (f"line {line}",)
            if found["end"] is not None:
                yield from part((f"line {first}",), "paragraph", "", "".join(shown).strip("\n"))
                shown = []
            elif found["comment"] is not None:
                yield from part(place, "comment", "markup-comment", found["comment"].strip())
            else:
                yield from part(place, "definition", "markup-comment", f"{found['label']}: {found['target']}")
            line += found[0].count("\n")
            first = first if shown else line
            at = found.end()
        shown.append(text[at:])
        yield from part((f"line {first}",), "paragraph", "", "".join(shown).strip("\n"))


PLUGIN = _Markdown()
