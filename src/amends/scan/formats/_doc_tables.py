"""Lists in the table stream of an old Word document (MS-DOC 2.2.4, 2.9): people, bookmarks, variables, paths."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._doc_layout import Layout, Piece
from amends.scan.formats._office_drawing import drawing_pieces
from amends.scan.formats._ole_properties import decoded
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UntrustedFile, UntrustedPart

AUTHORS: Final = 51
_ASSOCIATED: Final = 32
_SAVED_BY: Final = 71
_VARIABLES: Final = 60
_OWNERS: Final = 36
_DRAWINGS: Final = 50
_FONTS: Final = 15
_LISTS: Final = {
    21: ("bookmark", "bookmark-name"),
    9: ("building block", "glossary-text"),
    52: ("caption", "style-text"),
    53: ("automatic caption", "style-text"),
    72: ("file name", "relationship-target"),
    91: ("list name", "style-text"),
    AUTHORS: ("person of changes", "person-list"),
}
_ASSOCIATED_NAMES: Final = {
    1: ("template", "attached-template"), 2: ("title", "document-property"), 3: ("subject", "document-property"),
    4: ("keywords", "document-property"), 6: ("author", "document-property"),
    7: ("last author", "document-property"), 8: ("mail merge source", "mail-merge-source"),
    9: ("mail merge header", "mail-merge-source"), 17: ("write password", "document-property"),
}  # fmt: skip
_ALL_POINTERS: Final = 186
_THEME: Final = 181
# Places, pages, times, numbers: binary by definition; the texts in them are named above and below.
_BINARY: Final = frozenset(
    {2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 22, 23, 31, 33, 34, 42, 43, 46, 47}
)


def authors_of(layout: Layout) -> list[str]:
    """Return the people whose changes are tracked, in the order in which runs name them."""
    return _strings(layout.structure(AUTHORS))


def list_parts(layout: Layout) -> Iterator[UntrustedPart | UntrustedFile]:
    """Yield every text that the table stream holds."""
    for index, (step, hidden) in _LISTS.items():
        for number, text in enumerate(_strings(layout.structure(index)), 1):
            if text and not (index == AUTHORS and text == "Unknown"):
                yield UntrustedPart((f"{step} {number}",), "name", hidden, text)
    for number, text in enumerate(_strings(layout.structure(_ASSOCIATED))):
        step, hidden = _ASSOCIATED_NAMES.get(number, (f"associated text {number}", "document-property"))
        if text:
            yield UntrustedPart((step,), "property", hidden, text)
    saved = _strings(layout.structure(_SAVED_BY))
    for number in range(0, len(saved) - 1, 2):
        place = (f"saved {number // 2 + 1}",)
        for step, text in zip(("by", "as"), saved[number : number + 2], strict=True):
            if text:
                yield UntrustedPart((*place, step), "property", "document-property", text)
    for number, text in enumerate(_counted(layout.structure(_OWNERS), 0), 1):
        yield UntrustedPart((f"author of comments {number}",), "author", "comment", text)
    yield from _variables(layout.structure(_VARIABLES))
    yield from _drawings(layout)
    yield from _others(layout)


def _strings(raw: bytes) -> list[str]:
    """Return the texts of a table of strings (STTB, MS-DOC 2.2.4); as far as it can be followed."""
    return _strings_and_end(raw)[0]


def _strings_and_end(raw: bytes) -> tuple[list[str], int]:
    found: list[str] = []
    if len(raw) < 4:
        return found, 0
    wide = raw[:2] == b"\xff\xff"
    at = 2 if wide else 0
    count, extra = struct.unpack_from("<HH", raw, at) if len(raw) >= at + 4 else (0, 0)
    at += 4
    for _ in range(count):
        if at + 2 > len(raw):
            break
        length = int.from_bytes(raw[at : at + 2], "little") if wide else raw[at]
        at += 2 if wide else 1
        size = length * 2 if wide else length
        piece = raw[at : at + size]
        text = piece[: len(piece) // 2 * 2].decode("utf-16-le", "replace") if wide else decoded(piece, 1252)
        found.append(text.replace("\0", " ").strip())
        at += size + extra
    return found, at


def _counted(raw: bytes, at: int) -> Iterator[str]:
    while at + 2 <= len(raw):
        (length,) = struct.unpack_from("<H", raw, at)
        text = raw[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace").strip("\0")
        at += 2 + 2 * length
        if text:
            yield text


def _variables(raw: bytes) -> Iterator[UntrustedPart]:
    """Names as a table of strings, values behind it (StwUser, MS-DOC 2.9.324)."""
    names, at = _strings_and_end(raw)
    for name in names:
        if name:
            yield UntrustedPart(("document variables", "name"), "variable", "document-variable", name)
    for text in _counted(raw, at):
        yield UntrustedPart(("document variables", "value"), "variable", "document-variable", text)


def _drawings(layout: Layout) -> Iterator[UntrustedPart | UntrustedFile]:
    raw = layout.structure(_DRAWINGS)
    at = 0
    while at + 8 <= len(raw):
        (length,) = struct.unpack_from("<I", raw, at + 4)
        yield from drawing_pieces(raw[at : at + 8 + length], ("drawings",))
        if at == 0:
            yield from _delayed(raw[8 : 8 + length], layout.main)
        at += 8 + length + 1  # one byte says to which text the next drawing belongs


def _delayed(group: bytes, main: bytes) -> Iterator[UntrustedPart | UntrustedFile]:
    """Pictures whose bytes lie in the stream WordDocument (MS-ODRAW 2.2.32, foDelay)."""
    at = group.find(b"\x07\xf0")
    while at >= 2 and at + 42 <= len(group):
        size, place = struct.unpack_from("<I4xI", group, at + 6 + 20)
        if place > 0 and place + size <= len(main) and size:
            yield from drawing_pieces(main[place : place + size], ("drawings",))
        at = group.find(b"\x07\xf0", at + 2)


def _others(layout: Layout) -> Iterator[UntrustedPart]:
    named = {*_LISTS, _ASSOCIATED, _SAVED_BY, _VARIABLES, _OWNERS, _DRAWINGS, *_BINARY}
    for index in range(_ALL_POINTERS):
        # 181 is the theme: colours and fonts of the program, packed.
        text = "" if index in named or index == _THEME else text_runs(layout.structure(index))
        if text:
            # Styles, fonts, list levels, macros' names, forms: texts that people or programs named things with.
            hidden = "style-text" if index in (0, 1, _FONTS, 73, 74) else "unshown-text"
            yield UntrustedPart((f"structure {index} of the table stream",), "structure", hidden, text)


def leftovers(layout: Layout, pages: list[int], covered: list[tuple[int, int]]) -> Iterator[UntrustedPart]:
    """Yield the text in WordDocument that no piece leads to: what quick saving left behind."""
    (count,) = struct.unpack_from("<H", layout.main, 152) if layout.is_97 else (0,)
    # Before Word 97 all lists lie in this stream as well, and what is left over cannot be told from them.
    hidden = "deleted-before" if layout.is_97 else "unshown-text"
    taken = [(0, max(154 + 8 * count, 0x200)), *covered]
    taken += [(piece.offset, _end(piece)) for piece in layout.pieces]
    taken += [(number * 512, number * 512 + 512) for number in pages]
    at = 0
    for start, end in sorted(taken):
        if start > at:
            text = text_runs(layout.main[at:start])
            if text:
                yield UntrustedPart((f"WordDocument at {at}",), "stream", hidden, text)
        at = max(at, end)
    text = text_runs(layout.main[at:])
    if text:
        yield UntrustedPart((f"WordDocument at {at}",), "stream", hidden, text)


def _end(piece: Piece) -> int:
    return piece.offset + piece.characters * piece.width


def data_pieces(raw: bytes) -> Iterator[UntrustedPart | UntrustedFile]:
    """Yield what the stream ``Data`` holds: inline pictures, data of fields and forms (MS-DOC 2.9.192, 2.9.166)."""
    at = 0
    while at + 68 <= len(raw):
        length, head, kind = struct.unpack_from("<IHH", raw, at)
        if head != 0x44 or length < head:
            break
        body = raw[at + head : at + length]
        place = (f"Data at {at}",)
        if kind in (0x64, 0x66):
            yield from drawing_pieces(body[1 + body[0] :] if kind == 0x66 and body else body, place)
        else:
            text = text_runs(body)
            if text:
                yield UntrustedPart(place, "field-data", "field-instruction", text)
        at += length
    text = text_runs(raw[at:])
    if text:
        yield UntrustedPart((f"Data at {at}",), "stream", "ole-stream", text)
