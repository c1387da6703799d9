"""Hiding places of Excel workbooks before 2007."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from amends.scan.formats._compound_writer import Tree, compound_bytes
from tests.samples.formats.biff import (
    CHART,
    SheetRecords,
    columns,
    font,
    formula,
    label,
    literal,
    record,
    rich,
    row,
    shared,
    short,
    spoken,
    strings,
    style,
    text_object,
    wide,
    workbook_tree,
)
from tests.samples.hiding.sample import PLANTED, HidingSample

Parts = tuple[list[SheetRecords], bytes, bytes, dict[str, bytes | Tree]]
_SEEN = label(0, 0, "Seen")
_PLANTED_CELL = label(2, 1, PLANTED)


def _sheet(body: bytes, before: bytes = b"", styles: bytes = b"") -> Parts:
    return [SheetRecords("First", _SEEN + body)], before, styles, {}


def _writer(parts: Callable[[bool], Parts]) -> Callable[[Path, bool], None]:
    def build(path: Path, hidden: bool) -> None:
        sheets, before, styles, further = parts(hidden)
        path.write_bytes(compound_bytes({**workbook_tree(sheets, before, styles), **further}))

    return build


def _state(state: int) -> Callable[[bool], Parts]:
    def parts(hidden: bool) -> Parts:
        sheets = [
            SheetRecords("First", _SEEN), SheetRecords("Second", _PLANTED_CELL, state if hidden else 0),
        ]  # fmt: skip
        return sheets, b"", b"", {}

    return parts


def _in_style(fonts: bytes, formats: bytes = b"", number_format: int = 0) -> Callable[[bool], Parts]:
    """A cell in the second style: the second font, and the number format given."""

    def parts(hidden: bool) -> Parts:
        styles = font() + fonts + formats + style() + style(1, number_format)
        return _sheet(label(2, 1, PLANTED, 1 if hidden else 0), styles=styles)

    return parts


def _beside(piece: bytes, instead: bytes = b"") -> Callable[[bool], Parts]:
    return lambda hidden: _sheet(piece if hidden else instead)


def _globals(piece: bytes) -> Callable[[bool], Parts]:
    return lambda hidden: _sheet(b"", piece if hidden else b"")


def _note() -> bytes:
    return text_object(PLANTED, 0x19, 7) + record(
        0x001C, struct.pack("<HHHH", 2, 1, 0, 7) + wide("Ana") + b"\0"
    )


def _link() -> bytes:
    target = f"https://example.org/{PLANTED}\0".encode("utf-16-le")
    moniker = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b") + struct.pack("<I", len(target)) + target
    head = struct.pack("<HHHH", 2, 2, 1, 1) + bytes.fromhex("d0c9ea79f9bace118c8200aa004ba90b")
    return record(0x01B8, head + struct.pack("<II", 2, 1) + moniker)


def _validation() -> bytes:
    texts = wide("\0") + wide("\0") + wide(PLANTED) + wide("\0")
    return record(0x01BE, struct.pack("<I", 0x000C0000) + texts + struct.pack("<HHHHH", 0, 0, 0, 0, 0))


def _condition() -> bytes:
    tokens = literal(PLANTED)
    return record(0x01B1, struct.pack("<BBHHI", 1, 3, len(tokens), 0, 0) + tokens)


def _name() -> bytes:
    name, tokens = "Hidden_Name", literal(PLANTED)
    head = struct.pack("<HBBHHHBBBB", 1, 0, len(name), len(tokens), 0, 0, 0, 0, 0, 0)
    return record(0x0018, head + b"\0" + name.encode("ascii") + tokens)


def _external() -> bytes:
    path = "\1\1CArchive\3people.xls"
    book = record(0x01AE, struct.pack("<HHB", 1, len(path), 0) + path.encode("latin-1") + wide("Detained"))
    cached = struct.pack("<BBH", 0, 0, 4) + b"\2" + wide(PLANTED)
    return book + record(0x0059, struct.pack("<HH", 1, 0)) + record(0x005A, cached)


def _user() -> bytes:
    return record(0x005C, wide(PLANTED).ljust(112, b" "))


def _pivot(hidden: bool) -> Parts:
    cache = record(0x00C6, bytes(18) + wide("Ana")) + record(0x00C7, bytes(14) + wide("Name"))
    cache += record(0x00CD, wide(PLANTED)) + record(0x000A, b"")
    sheets, before, styles, _ = _sheet(b"")
    return sheets, before, styles, {"_SX_DB_CUR": {"0001": cache}} if hidden else {}


def _stream(name: str, content: bytes) -> Callable[[bool], Parts]:
    def parts(hidden: bool) -> Parts:
        sheets, before, styles, _ = _sheet(b"")
        return sheets, before, styles, {name: content} if hidden else {}

    return parts


def _chart(hidden: bool) -> Parts:
    data = record(0x0204, struct.pack("<HHH", 0, 0, 0) + wide(PLANTED)) if hidden else b""
    title = record(0x100D, struct.pack("<H", 0) + short("Shown title"))
    return [SheetRecords("First", _SEEN), SheetRecords("Chart", title + data, kind=CHART)], b"", b"", {}


def _shared_strings(hidden: bool) -> Parts:
    table = strings(wide("Seen"), wide(PLANTED))
    return _sheet(shared(1, 0, 0) + (b"" if hidden else shared(2, 0, 1)), table)


def _white_run(hidden: bool) -> Parts:
    text = f"Shown {PLANTED}"
    runs = ((0, 0), (6, 1)) if hidden else ((0, 0),)
    return _sheet(shared(1, 0, 0), strings(rich(text, runs)), font() + font(colour=9) + style())


def _phonetic(hidden: bool) -> Parts:
    return _sheet(shared(1, 0, 0), strings(spoken("Seen", PLANTED) if hidden else wide("Seen")))


def _number_format(hidden: bool) -> Parts:
    formats = record(0x041E, struct.pack("<H", 164) + wide(";;;"))
    return _in_style(font(), formats, 164)(hidden)


def _macro_sheet_code_name(hidden: bool) -> Parts:
    return _sheet(record(0x01BA, wide(PLANTED)) if hidden else b"")


_FILTER = record(0x009B, b"")
_HIDDEN_ROW = row(2, hidden=True) + _PLANTED_CELL
_BUILDERS: dict[str, Callable[[bool], Parts]] = {
    "hidden-sheet": _state(1),
    "very-hidden-sheet": _state(2),
    "hidden-row": _beside(_HIDDEN_ROW, row(2) + _PLANTED_CELL),
    "filtered-row": _beside(_FILTER + _HIDDEN_ROW, row(2) + _PLANTED_CELL),
    "zero-height-row": _beside(row(2, height=0) + _PLANTED_CELL, row(2) + _PLANTED_CELL),
    "hidden-column": _beside(columns(1, 1, hidden=True) + _PLANTED_CELL, _PLANTED_CELL),
    "narrow-column": _beside(columns(1, 1, width=20) + _PLANTED_CELL, columns(1, 1) + _PLANTED_CELL),
    "number-format-hides": _number_format,
    "white-text": _in_style(font(colour=9)),
    "tiny-text": _in_style(font(height=20)),
    "orphan-string": _shared_strings,
    "phonetic-text": _phonetic,
    "defined-name": _globals(_name()),
    "comment": _beside(_note()),
    "text-box": _beside(text_object(PLANTED)),
    "link-address": _beside(_link()),
    "header-footer": _beside(record(0x0014, wide(PLANTED))),
    "data-validation": _beside(_validation()),
    "conditional-format-text": _beside(_condition()),
    "formula-text": _beside(formula(2, 1, literal(PLANTED)), formula(2, 1, b"\x1e\1\0")),
    "external-link-cache": _globals(_external()),
    "document-property": _globals(_user()),
    "pivot-cache": _pivot,
    "chart-data": _chart,
    "revision-log": _stream("Revision Log", record(0x0194, bytes(6) + wide(PLANTED) + bytes(9))),
    "form-control": _stream("Ctls", bytes(range(40)) + PLANTED.encode() + bytes(3)),
    "sheet-property": _macro_sheet_code_name,
    "printer-settings": _beside(record(0x004D, b"\0\0" + PLANTED.encode("utf-16-le"))),
    "connection": _beside(record(0x01AD, bytes(8) + wide(PLANTED))),
    "unshown-text": _beside(record(0x0868, bytes(12) + PLANTED.encode("utf-16-le"))),
}

SAMPLES = (
    *(HidingSample(hidden, "xls", _writer(parts)) for hidden, parts in _BUILDERS.items()),
    HidingSample("white-text", "xls", _writer(_white_run), where="A2 ! run"),
)
