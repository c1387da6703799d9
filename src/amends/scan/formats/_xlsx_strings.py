"""The shared strings of a workbook (ECMA-376 part 1, 18.4): rich text joined, and beside it what nobody sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from amends.scan.formats._xlsx_colours import WHITE, Palette, looks_same
from amends.scan.formats._xlsx_styles import TINY, points_of
from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats.interface import UnreadableError

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


class HiddenRun(NamedTuple):
    """A piece of a shared string that nobody sees."""

    number: int
    """1-based place of the string in the list."""
    hidden: str
    text: str


class SharedStrings:
    """The strings by their index, which of them a cell has asked for, and the runs that are not seen."""

    __slots__ = ("hidden_runs", "texts", "used")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.used = bytearray()
        self.hidden_runs: list[HiddenRun] = []

    def orphans(self) -> Iterable[tuple[int, str]]:
        """Yield index and text of each string that no cell has asked for."""
        index = self.used.find(0)
        while index >= 0:
            if self.texts[index]:
                yield index, self.texts[index]
            index = self.used.find(0, index + 1)


def unescape(text: str) -> str:
    """Return the text with ``_x000D_`` and the like replaced by their characters (22.9.2.19, ST_Xstring)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def read_shared_strings(chunks: Iterable[bytes], palette: Palette, longest: int) -> SharedStrings:
    """Return the strings in the order of their indexes.

    A name may be split over several runs, each with its own font; the runs are joined, since a name
    that is cut in two is found by nobody. Phonetic runs (``rPh``) repeat the text in another script
    and would double it: they stand apart. Raises `UnreadableError` with ``too-large`` for a string of
    more than ``longest`` characters.
    """
    reader = _StringReader(palette, longest)
    for chunk in chunks:
        feed(reader.parser, chunk)
    feed(reader.parser, b"", True)
    reader.strings.used = bytearray(len(reader.strings.texts))
    return reader.strings


class _StringReader:
    def __init__(self, palette: Palette, longest: int) -> None:
        self.parser = hardened_parser()
        self.strings = SharedStrings()
        self._palette = palette
        self._longest = longest
        self._pieces: list[str] = []
        self._run: list[str] = []
        self._hidden = ""
        self._in_run = False
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            return
        local = local_name(name)
        if local == "t":
            self.parser.CharacterDataHandler = self._run.append if self._in_run else self._pieces.append
        elif local in ("r", "rPh"):
            self._in_run = True
            self._hidden = "phonetic-text" if local == "rPh" else ""
        elif local == "color" and self._in_run:
            if looks_same(
                self._palette.colour({local_name(key): value for key, value in attributes.items()}), WHITE
            ):
                self._hidden = "white-text"
        elif local == "sz" and self._in_run and points_of(attributes.get("val", "")) <= TINY:
            self._hidden = self._hidden or "tiny-text"

    def _end(self, name: str) -> None:
        local = local_name(name)
        if local == "t":
            self.parser.CharacterDataHandler = None
        elif local == "si":
            text = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
            if len(text) > self._longest:
                raise UnreadableError("too-large")
            self.strings.texts.append(unescape(text))
            self._pieces.clear()
        elif local in ("r", "rPh"):
            text = "".join(self._run)
            self._run.clear()
            self._in_run = False
            if self._hidden and text.strip():
                self.strings.hidden_runs.append(
                    HiddenRun(len(self.strings.texts) + 1, self._hidden, unescape(text))
                )
            if local == "r":
                self._pieces.append(text)
