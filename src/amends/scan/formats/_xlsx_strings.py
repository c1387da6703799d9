"""The shared strings of a workbook (ECMA-376 part 1, 18.4), with rich text joined and phonetics left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats.interface import UnreadableError

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Return the text with ``_x000D_`` and the like replaced by their characters (22.9.2.19, ST_Xstring)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def read_shared_strings(chunks: Iterable[bytes], longest: int) -> list[str]:
    """Return the strings in the order of their indexes.

    A name may be split over several runs, each with its own font; the runs are joined, since a name
    that is cut in two is found by nobody. Phonetic runs (``rPh``) repeat the text in another script
    and would double it. Raises `UnreadableError` with ``too-large`` for a string of more than
    ``longest`` characters.
    """
    strings: list[str] = []
    pieces: list[str] = []
    parser = hardened_parser()
    in_phonetic = False

    def start(name: str, _: Attributes) -> None:
        nonlocal in_phonetic
        local = local_name(name)
        if local == "t":
            if not in_phonetic:
                parser.CharacterDataHandler = pieces.append
        elif local == "rPh":
            in_phonetic = True

    def end(name: str) -> None:
        nonlocal in_phonetic
        local = local_name(name)
        if local == "t":
            parser.CharacterDataHandler = None
        elif local == "si":
            text = pieces[0] if len(pieces) == 1 else "".join(pieces)
            if len(text) > longest:
                raise UnreadableError("too-large")
            strings.append(unescape(text))
            pieces.clear()
        elif local == "rPh":
            in_phonetic = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    for chunk in chunks:
        feed(parser, chunk)
    feed(parser, b"", True)
    return strings
