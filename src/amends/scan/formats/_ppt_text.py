"""The texts of a PowerPoint document's records: what stands where, and why it is not seen."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats._office_drawing import drawing_pieces
from amends.scan.formats._ppt_records import Record, records
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPart, UntrustedUnread

SLIDE, NOTES, MASTER, HANDOUT = 0x03EE, 0x03F0, 0x03F8, 0x0FC9
_TEXT_WIDE, _TEXT_NARROW, _STRING, _TAG_DATA = 0x0FA0, 0x0FA8, 0x0FBA, 0x138B
_STORAGE: Final = 0x1011
_SHAPE, _SHAPE_PROPERTIES, _ANCHOR = 0xF004, 0xF00B, 0xF010
_INFORMATION: Final = 0x03F9
_HIDDEN_SLIDE: Final = 0x04
_ROUND_TRIP_LAYOUT: Final = 0x041E
_PARENTS: Final = {
    0x2EE0: ("comment", "comment"),
    0x0FD7: ("link", "link-address"),
    0x0FE4: ("link", "link-address"),
    0x0FF2: ("link", "link-address"),
    0x0FCC: ("object", "relationship-target"),
    0x0FCE: ("object", "relationship-target"),
    0x0FEE: ("object", "relationship-target"),
    0x1005: ("media", "relationship-target"),
    0x1006: ("media", "relationship-target"),
    0x1007: ("media", "relationship-target"),
    0x100D: ("media", "relationship-target"),
    0x100F: ("media", "relationship-target"),
    0x07E4: ("media", "relationship-target"),
    0x0FD9: ("header", "header-footer"),
    0x1389: ("tag", "presentation-tag"),
    0x138A: ("tag", "presentation-tag"),
    0x0410: ("show", "custom-show"),
    0x0411: ("show", "custom-show"),
}
# Formats of text and pages, fonts, colours, animation times, numbers of objects, sounds, themes (packed colours).
_WITHOUT_TEXT: Final = frozenset(
    {
        0x03E9, 0x03EF, 0x03F1, 0x03F3, 0x03F9, 0x040E, 0x0423, 0x0424, 0x07E7, 0x0F9F, 0x0FA1, 0x0FA2, 0x0FA3, 0x0FA4,
        0x0FA5, 0x0FA6, 0x0FA9, 0x0FAA, 0x0FAC, 0x0FAD, 0x0FAE, 0x0FB7, 0x0FB8, 0x07F0, 0x0FC3, 0x0FD3, 0x0FF3, 0x1772,
        0x0FF5, 0x2B0B, 0x041D, 0x040B, 0x0F9E,
    }
)  # fmt: skip
_MOST_LEVELS: Final = 64
_MOST_BYTES: Final = 512 << 20
_HIDDEN_SHAPE: Final = 0x03BF

Piece = UntrustedPart | UntrustedFile | UntrustedUnread


class Place(NamedTuple):
    """Where the walk is, and what a text means there."""

    where: tuple[str, ...]
    kind: str = "paragraph"
    hidden: str = ""
    string_kind: str = "text"
    string_hidden: str = "unshown-text"
    slide_size: tuple[int, int] = (0, 0)
    level: int = 0


def is_hidden_slide(slide: Record) -> bool:
    """Say whether the show leaves the slide out (SlideShowSlideInfoAtom, MS-PPT 2.6.6)."""
    for record in records(slide.body):
        if record.kind == _INFORMATION and len(record.body) >= 12:
            return bool(struct.unpack_from("<H", record.body, 10)[0] & _HIDDEN_SLIDE)
    return False


def text_pieces(record: Record, place: Place) -> Iterator[Piece]:
    """Yield all that is in a record, at any depth."""
    if place.level > _MOST_LEVELS:
        raise UnreadableError("too-deep")
    if record.kind in (_TEXT_WIDE, _TEXT_NARROW, _STRING):
        yield from _text(record, place)
    elif record.kind == _STORAGE:
        yield from storage_file(record, place.where)
    elif record.kind == _SHAPE:
        yield from _shape(record, place)
    elif record.is_container or record.kind in (_TAG_DATA, 0xF00D, 0xF011):
        inner = place._replace(level=place.level + 1)
        if record.kind in _PARENTS:
            kind, hidden = _PARENTS[record.kind]
            inner = inner._replace(string_kind=kind, string_hidden=hidden, where=(*place.where, kind))
        for below in records(record.body):
            yield from text_pieces(below, inner)
    elif record.kind >= 0xF000:
        yield from drawing_pieces(_whole(record), place.where)
    elif record.kind == _ROUND_TRIP_LAYOUT and record.body.startswith(b"PK"):
        yield UntrustedFile((*place.where, "layout"), "master-text", record.body)
    elif record.kind not in _WITHOUT_TEXT:
        text = text_runs(record.body)
        if text:
            hidden = place.hidden or "unshown-text"
            yield UntrustedPart((*place.where, f"record {record.kind:#06x}"), "record", hidden, text)


def _whole(record: Record) -> bytes:
    head = record.instance << 4 | (0xF if record.is_container else 0)
    return struct.pack("<HHI", head, record.kind, len(record.body)) + record.body


def _text(record: Record, place: Place) -> Iterator[UntrustedPart]:
    if record.kind == _TEXT_NARROW:
        text = record.body.decode("latin-1")
    else:
        text = record.body[: len(record.body) // 2 * 2].decode("utf-16-le", "replace")
    text = text.replace("\r", "\n").replace("\x0b", "\n").strip("\0 \n")
    if not text or text == "*" or text.startswith("___PPT"):
        return
    if record.kind == _STRING:
        hidden = place.hidden if place.hidden == "deleted-before" else place.string_hidden
        step = {"comment": ("author", "text", "initials")}.get(place.string_kind, ())
        where = (*place.where, step[record.instance]) if record.instance < len(step) else place.where
        yield UntrustedPart(where, place.string_kind, hidden, text)
    else:
        yield UntrustedPart(place.where, place.kind, place.hidden, text)


def _shape(record: Record, place: Place) -> Iterator[Piece]:
    hidden = place.hidden or _unseen(record, place)
    inner = place._replace(level=place.level + 1, hidden=hidden)
    for below in records(record.body):
        yield from text_pieces(below, inner)


def _unseen(shape: Record, place: Place) -> str:
    for record in records(shape.body):
        if record.kind == _SHAPE_PROPERTIES:
            for index in range(record.instance):
                if 6 * index + 6 > len(record.body):
                    break
                key, value = struct.unpack_from("<HI", record.body, 6 * index)
                if key & 0x3FFF == _HIDDEN_SHAPE and value & 0x20002 == 0x20002:
                    return "hidden-shape"
        elif record.kind == _ANCHOR and place.slide_size != (0, 0):
            width, height = place.slide_size
            shape_format = "<4h" if len(record.body) == 8 else "<4i"
            if len(record.body) in (8, 16):
                top, left, right, bottom = struct.unpack(shape_format, record.body)
                if right <= 0 or bottom <= 0 or left >= width or top >= height:
                    return "off-slide"
    return ""


def storage_file(record: Record, where: tuple[str, ...]) -> Iterator[UntrustedFile | UntrustedUnread]:
    """Yield an embedded object or the macros: an OLE file, packed or not (MS-PPT 2.10.34)."""
    content = record.body
    if record.instance == 1:
        try:
            inflater = zlib.decompressobj()
            content = inflater.decompress(record.body[4:], _MOST_BYTES)
        except zlib.error:
            yield UntrustedUnread("/".join((*where, "object")), "corrupt")
            return
        if inflater.unconsumed_tail:
            yield UntrustedUnread("/".join((*where, "object")), "too-large")
            return
    yield UntrustedFile((*where, "object"), "embedded-file", content)
