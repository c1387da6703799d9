"""Every object of a PDF, reached from the trailer or not: its strings, its files, its drawings.

One walk over the graph, each object once, the way to it known. Nothing has to be on a list to be found: a string
under a key that nobody knows comes out as ``unshown-text``, and what nothing refers to as ``unused-object``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import ObjectType

from amends.scan.formats._pdf_roles import Place, role_of
from amends.scan.formats._pdf_streams import Streams, read_stream
from amends.scan.formats._pdf_strings import meaning_of
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPart, UntrustedUnread

Piece = UntrustedPart | UntrustedFile | UntrustedUnread

_MOST_VALUES: Final = 20_000_000
_DICTIONARY: Final = ObjectType.dictionary
_STREAM: Final = ObjectType.stream
_ARRAY: Final = ObjectType.array
_STRING: Final = ObjectType.string
_NAME: Final = ObjectType.name_
_STREAM_KEYS: Final = frozenset(
    {"/Filter", "/Length", "/DecodeParms", "/Private", "/LastModified", "/PieceInfo"}
)
_STANDARD_INFO: Final = frozenset(
    {
        "/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped",
    }
)  # fmt: skip


@dataclass
class Walk:
    """The state of a walk, and what it found for those who read the pages."""

    streams: Streams
    visited: set[tuple[int, int]] = field(default_factory=set)
    unmapped_fonts: bool = False
    layered: bool = False
    spelled_out: bool = False
    """Whether a layer's condition was written in another way than the file has it."""
    values: int = 0

    def from_object(self, root: Any, place: Place) -> Iterator[Piece]:
        """Yield what can be reached from here and was not reached before.

        Raises `UnreadableError` ``too-large`` where there is more than anybody writes.
        """
        stack: list[tuple[Any, Place, str]] = [(root, place, "")]
        while stack:
            thing, at, key = stack.pop()
            self.values += 1
            if self.values > _MOST_VALUES:
                raise UnreadableError("too-large")
            if not isinstance(thing, pikepdf.Object):
                continue
            kind = thing._type_code  # noqa: SLF001 - isinstance on pikepdf's classes costs five times as much
            if kind == _STRING:
                yield from _string(thing, at, key)
                continue
            if kind == _NAME:
                yield from _name(thing, at, key)
                continue
            if kind not in (_DICTIONARY, _STREAM, _ARRAY):
                continue
            if thing.is_indirect:
                if thing.objgen in self.visited:
                    continue
                self.visited.add(thing.objgen)
            if kind == _ARRAY:
                stack += [(item, at, key) for item in reversed(list(thing))]
                continue
            yield from self._dictionary(thing, at, key, stack)

    def _dictionary(
        self, thing: Any, at: Place, key: str, stack: list[tuple[Any, Place, str]]
    ) -> Iterator[Piece]:
        here = role_of(thing, at, key)
        if here.role == "font":
            self._font(thing, here)
        if thing.get("/Type") == "/OCMD":
            self.layered = True
            self._spell_out(thing)
        if thing._type_code == _STREAM:  # noqa: SLF001
            yield from read_stream(self.streams, thing, here, key)
        children = []
        for name, value in thing.items():
            # Upwards: whoever comes from above has been there, and the way would be a wrong one.
            if (name in ("/P", "/Prev") and here.role != "label") or (
                name == "/Parent" and here.role != "field"
            ):
                continue
            yield from _custom_key(name, here)
            children.append((value, here, name))
        stack += reversed(children)

    def _spell_out(self, membership: Any) -> None:
        """Make a list of a single layer: pdfium looks at the policy of lists only (ISO 32000-2, table 97)."""
        layer = membership.get("/OCGs")
        if str(membership.get("/P", "")) in ("/AllOff", "/AnyOff") and isinstance(layer, pikepdf.Dictionary):
            membership["/OCGs"] = pikepdf.Array([layer])
            self.spelled_out = True

    def _font(self, font: Any, here: Place) -> None:
        if font.get("/Type") != "/Font" or "/ToUnicode" in font:
            return
        encoding = font.get("/Encoding")
        subtype = font.get("/Subtype")
        if (
            str(subtype) in ("/Type0", "/Type3")
            or encoding is None
            or isinstance(encoding, pikepdf.Dictionary)
        ):
            self.unmapped_fonts = True


def _string(thing: Any, at: Place, key: str) -> Iterator[UntrustedPart]:
    meaning = meaning_of(at.role, key)
    if meaning is None or at.role == "font":
        return
    text = text_of(thing)
    if text.strip() and not (meaning[1] == "unshown-text" and _is_identifier(text)):
        kind, hidden = meaning
        yield UntrustedPart(at.step(key), kind, at.hidden or hidden, text)


def _is_identifier(text: str) -> bool:
    """Say whether a string is made of arbitrary bytes, as digests and identifiers are."""
    return (
        len(text) <= 64
        and sum(" " <= letter <= "~" for letter in text) < 0.7 * len(text)
        and not text.isalpha()
    )


def _name(thing: Any, at: Place, key: str) -> Iterator[UntrustedPart]:
    """A value of a form's choice and a private value may be written as a name too."""
    if key in _STREAM_KEYS:
        return
    if at.role in ("info", "piece") or (at.role == "field" and key in ("/V", "/DV")):
        text = str(thing)[1:]
        if text and text not in ("Off", "Yes", "True", "False", "Unknown"):
            kind, hidden = meaning_of(at.role, key) or ("string", "unshown-text")
            yield UntrustedPart(at.step(key), kind, at.hidden or hidden, text)


def _custom_key(name: str, here: Place) -> Iterator[UntrustedPart]:
    if here.role == "info" and name not in _STANDARD_INFO:
        yield UntrustedPart((*here.way, "name of a property"), "property-name", "custom-property", name[1:])
    elif here.role == "piece" and name not in _STREAM_KEYS:
        yield UntrustedPart((*here.way, "name"), "private-data", "piece-info", name[1:])


def text_of(string: Any) -> str:
    """Return a text string (ISO 32000-2, 7.9.2.2), without the language codes that may stand in it."""
    try:
        text = str(string)
    except (UnicodeDecodeError, ValueError):
        text = bytes(string).decode("latin-1")
    return text.replace("\0", "")
