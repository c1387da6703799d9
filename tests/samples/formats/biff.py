"""Workbooks of Excel 97 to 2003 put together record by record (MS-XLS), since nothing installed writes them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from amends.scan.formats._compound_writer import Tree

WORKBOOK, SHEET, CHART = 0x05, 0x10, 0x20
EOF: Final = struct.pack("<HH", 0x000A, 0)


@dataclass(frozen=True)
class SheetRecords:
    """One sheet: its records between BOF and EOF."""

    name: str
    body: bytes
    state: int = 0
    """0 shown, 1 hidden, 2 very hidden."""
    kind: int = SHEET


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def begin(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def wide(text: str) -> bytes:
    """A text with a count of two bytes."""
    raw = text.encode("utf-16-le")
    return struct.pack("<HB", len(raw) // 2, 1) + raw


def short(text: str) -> bytes:
    """A text with a count of one byte."""
    raw = text.encode("utf-16-le")
    return struct.pack("<BB", len(raw) // 2, 1) + raw


def label(row: int, column: int, text: str, style: int = 0) -> bytes:
    return record(0x0204, struct.pack("<HHH", row, column, style) + wide(text))


def shared(row: int, column: int, index: int, style: int = 0) -> bytes:
    return record(0x00FD, struct.pack("<HHHI", row, column, style, index))


def row(number: int, hidden: bool = False, height: int = 255) -> bytes:
    return record(0x0208, struct.pack("<HHHHIHH", number, 0, 8, height, 0, 0x20 if hidden else 0, 0))


def columns(first: int, last: int, width: int = 2560, hidden: bool = False) -> bytes:
    return record(0x007D, struct.pack("<6H", first, last, width, 0, int(hidden), 0))


def font(height: int = 200, colour: int = 0x7FFF) -> bytes:
    return record(0x0031, struct.pack("<HHHHHBBBB", height, 0, colour, 400, 0, 0, 0, 0, 0) + short("Arial"))


def style(font_index: int = 0, number_format: int = 0) -> bytes:
    return record(0x00E0, struct.pack("<HHHBBBBHIIH", font_index, number_format, 0, 0, 0, 0, 0, 0, 0, 0, 0))


def strings(*entries: bytes) -> bytes:
    return record(0x00FC, struct.pack("<II", len(entries), len(entries)) + b"".join(entries))


def rich(text: str, runs: tuple[tuple[int, int], ...]) -> bytes:
    """A shared string with runs: first character, font."""
    raw = text.encode("utf-16-le")
    places = b"".join(struct.pack("<HH", *run) for run in runs)
    return struct.pack("<HBH", len(raw) // 2, 1 | 8, len(runs)) + raw + places


def spoken(text: str, phonetic: str) -> bytes:
    """A shared string with its pronunciation."""
    raw, said = text.encode("utf-16-le"), phonetic.encode("utf-16-le")
    count = len(said) // 2
    extra = struct.pack("<HHHHHHH", 1, 10 + len(said), 0, 0, 1, count, count) + said + bytes(6)
    return struct.pack("<HBI", len(raw) // 2, 1 | 4, len(extra)) + raw + extra


def text_object(text: str, kind: int = 6, number: int = 1) -> bytes:
    """A drawn object with a text; kind 6 is a text box, 25 a note."""
    head = struct.pack("<HHHHHIII", 0x15, 0x12, kind, number, 0, 0, 0, 0) + struct.pack("<HH", 0, 0)
    body = struct.pack("<HHHHHHHI", 0, 0, 0, 0, 0, len(text), 16, 0)
    runs = struct.pack("<HHIHHI", 0, 0, 0, len(text), 0, 0)
    characters = b"\1" + text.encode("utf-16-le")
    return record(0x005D, head) + record(0x01B6, body) + record(0x003C, characters) + record(0x003C, runs)


def literal(text: str) -> bytes:
    """The tokens of a formula that is one text."""
    return b"\x17" + short(text)


def formula(row_number: int, column: int, tokens: bytes, value: float = 1.0) -> bytes:
    body = struct.pack("<HHHdHIH", row_number, column, 0, value, 0, 0, len(tokens))
    return record(0x0006, body + tokens)


def workbook_stream(sheets: list[SheetRecords], before: bytes = b"", styles: bytes = b"") -> bytes:
    """Return the stream ``Workbook``; ``before`` stands in the globals, ``styles`` replaces fonts and cell styles."""
    head = begin(WORKBOOK) + record(0x0042, struct.pack("<H", 1200)) + (styles or font() + style())
    listed = [record(0x0085, struct.pack("<IBB", 0, sheet.state, 0) + short(sheet.name)) for sheet in sheets]
    at = len(head) + sum(map(len, listed)) + len(before) + len(EOF)
    body = b""
    entries = b""
    for sheet in sheets:
        kind = 2 if sheet.kind == CHART else 0
        entries += record(0x0085, struct.pack("<IBB", at + len(body), sheet.state, kind) + short(sheet.name))
        body += begin(sheet.kind) + sheet.body + EOF
    return head + entries + before + EOF + body


def workbook_tree(
    sheets: list[SheetRecords], before: bytes = b"", styles: bytes = b""
) -> dict[str, bytes | Tree]:
    """Return the streams of the OLE file."""
    return {"Workbook": workbook_stream(sheets, before, styles)}
