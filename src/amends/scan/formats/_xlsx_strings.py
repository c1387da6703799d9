"""The shared strings of a workbook (ECMA-376 part 1, 18.4): rich text joined, and beside it what nobody sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from amends.scan.formats._xlsx_blocks import Bounds, in_blocks
from amends.scan.formats._xlsx_colours import WHITE, Palette, looks_same
from amends.scan.formats._xlsx_styles import TINY, points_of
from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats.interface import UnreadableError

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BOUNDS: Final = Bounds(re.compile(rb"<sst(?: [^<>]*)?>"), b"</sst", b"</si>")
_PRESERVED: Final = ' xml:space="preserve"'
_PLAIN: Final = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_OPENING: Final = "<si><t>"
_CLOSING: Final = "</t></si>"
_AROUND: Final = len(_OPENING + _CLOSING)
_TAGS_OF_ONE: Final = 4
_ODD: Final = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]")
"""Carriage returns, which a parser of XML makes into line feeds, and what is no character to it."""
_REFERRED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE: Final = re.compile("&(amp|lt|gt|quot|apos);")
_OTHER_REFERENCE: Final = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")


_PHONETIC: Final = "phonetic-text"


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


def read_shared_strings(
    chunks: Iterable[bytes], palette: Palette, longest: int, *, by_blocks: bool = True
) -> SharedStrings:
    """Return the strings in the order of their indexes.

    A name may be split over several runs, each with its own font; the runs are joined, since a name
    that is cut in two is found by nobody. Phonetic runs (``rPh``) repeat the text in another script
    and would double it: they stand apart. Raises `UnreadableError` with ``too-large`` for a string of
    more than ``longest`` characters.
    """
    reader = _StringReader(palette, longest)
    pieces = in_blocks(chunks, _BOUNDS) if by_blocks else ((False, chunk) for chunk in chunks)
    for are_strings, piece in pieces:
        texts = plain_strings(piece, longest) if are_strings else None
        if texts is None:
            feed(reader.parser, piece)
        else:
            reader.strings.texts += texts
    feed(reader.parser, b"", True)
    reader.strings.used = bytearray(len(reader.strings.texts))
    return reader.strings


def plain_strings(block: bytes, longest: int) -> list[str] | None:
    """Return the strings of a block that holds whole ones; None where any of them is more than a plain text."""
    try:
        content = block.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found = _split(content)
    if found is None:
        return None
    if max(map(len, found), default=0) > longest:
        return None
    if "&" in content:
        if _OTHER_REFERENCE.search(content):
            return None
        found = [_REFERENCE.sub(_referred, text) if "&" in text else text for text in found]
    return [unescape(text) for text in found] if "_x" in content else found


def _split(content: str) -> list[str] | None:
    """Return what stands between the tags; None where those are not the tags of plain strings throughout."""
    if _ODD.search(content):
        return None
    if content.startswith(_OPENING) and content.endswith(_CLOSING):
        found = content[len(_OPENING) : -len(_CLOSING)].split(_CLOSING + _OPENING)
        if content.count("<") == _TAGS_OF_ONE * len(found) == content.count(">"):
            return found
    found = _PLAIN.findall(content)
    count = len(found)
    length = sum(map(len, found)) + count * _AROUND + content.count(_PRESERVED) * len(_PRESERVED)
    tags = count * _TAGS_OF_ONE
    return found if length == len(content) and content.count("<") == tags == content.count(">") else None


def _referred(match: re.Match[str]) -> str:
    return _REFERRED[match[1]]


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
        elif self._in_run and self._hidden == _PHONETIC:
            return  # some programs put runs into a phonetic run; they belong to it
        elif local in ("r", "rPh"):
            self._in_run = True
            self._hidden = _PHONETIC if local == "rPh" else ""
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
        elif local == "rPh" or (local == "r" and self._hidden != _PHONETIC):
            text = "".join(self._run)
            self._run.clear()
            self._in_run = False
            if self._hidden and text.strip():
                self.strings.hidden_runs.append(
                    HiddenRun(len(self.strings.texts) + 1, self._hidden, unescape(text))
                )
            if local == "r":
                self._pieces.append(text)
