"""Documents of Word 97 to 2003 put together structure by structure (MS-DOC): the least that is a document."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

_TEXT_AT: Final = 0x400
_PAGE: Final = 512
_POINTERS: Final = 93
_CHARACTERS, _PARAGRAPHS, _CLX = 12, 13, 33
HIDDEN: Final = struct.pack("<HB", 0x083C, 1)
WHITE: Final = struct.pack("<HI", 0x6870, 0x00FFFFFF)
TINY: Final = struct.pack("<HH", 0x4A43, 2)
ROW_END: Final = struct.pack("<HBHB", 0x2416, 1, 0x2417, 1)


def deleted(author: int) -> bytes:
    return struct.pack("<HBHH", 0x0800, 1, 0x4863, author)


def inserted(author: int) -> bytes:
    return struct.pack("<HBHH", 0x0801, 1, 0x4804, author)


def strings(*texts: str) -> bytes:
    """A table of strings."""
    raw = b"".join(struct.pack("<H", len(text)) + text.encode("utf-16-le") for text in texts)
    return struct.pack("<HHH", 0xFFFF, len(texts), 0) + raw


def counted(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16-le")


def document(
    runs: Sequence[tuple[str, bytes]],
    counts: Sequence[int] = (),
    structures: dict[int, bytes] | None = None,
    left_over: bytes = b"",
) -> dict[str, bytes]:
    """Return the streams of a document.

    ``runs`` are texts with their properties, through all subdocuments; ``counts`` are the characters of each of these
    (all in the first where it is empty); ``structures`` go into the table stream by their number in the FIB.
    """
    text = "".join(text for text, _ in runs)
    raw = text.encode("utf-16-le")
    counts = list(counts) or [len(raw) // 2]
    main = bytearray(_TEXT_AT) + raw
    main += bytes(-len(main) % _PAGE)
    pages: dict[int, int] = {}
    for index, width in ((_CHARACTERS, 1), (_PARAGRAPHS, 13)):
        pages[index] = len(main) // _PAGE
        main += _page(runs, width)
    main += left_over
    table = bytearray(b"\0" * 16)
    found = {
        **(structures or {}),
        _CLX: _piece_table(len(raw) // 2),
        _CHARACTERS: struct.pack("<III", _TEXT_AT, _TEXT_AT + len(raw), pages[_CHARACTERS]),
        _PARAGRAPHS: struct.pack("<III", _TEXT_AT, _TEXT_AT + len(raw), pages[_PARAGRAPHS]),
    }
    struct.pack_into("<HHHHHH", main, 0, 0xA5EC, 0x00C1, 0, 0x0409, 0, 0x0200)
    struct.pack_into("<H", main, 32, 14)
    struct.pack_into("<H", main, 62, 22)
    struct.pack_into(f"<{len(counts)}I", main, 0x4C, *counts)
    struct.pack_into("<H", main, 152, _POINTERS)
    for index, content in found.items():
        struct.pack_into("<II", main, 154 + 8 * index, len(table), len(content))
        table += content
    return {"WordDocument": bytes(main), "1Table": bytes(table)}


def _piece_table(count: int) -> bytes:
    places = struct.pack("<II", 0, count) + struct.pack("<HIH", 0, _TEXT_AT, 0)
    return b"\2" + struct.pack("<I", len(places)) + places


def _page(runs: Sequence[tuple[str, bytes]], width: int) -> bytes:
    """A page of properties: of characters (1 byte for each run), or of paragraphs (13), which only end rows here."""
    places = [_TEXT_AT]
    for text, _ in runs:
        places.append(places[-1] + len(text.encode("utf-16-le")))
    page = bytearray(_PAGE)
    struct.pack_into(f"<{len(places)}I", page, 0, *places)
    end = _PAGE - 1
    kept: dict[bytes, int] = {}
    for number, (_, properties) in enumerate(runs):
        is_row_end = properties == ROW_END
        if not properties or is_row_end != (width == 13):
            continue
        body = bytes([len(properties)]) + properties
        if width == 13:
            content = b"\0\0" + properties + bytes(len(properties) % 2)
            body = b"\0" + bytes([len(content) // 2]) + content
        # Runs of the same properties share them, as Word has it: a page has little room.
        if body not in kept:
            end = kept[body] = (end - len(body)) & ~1
            page[end : end + len(body)] = body
        page[4 * len(places) + width * number] = kept[body] // 2
    page[-1] = len(runs)
    return bytes(page)
