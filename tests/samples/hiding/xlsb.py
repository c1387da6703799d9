"""Hiding places of binary workbooks."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.samples.formats.xlsb import cell, column, font, record, row, shared, style, styles, wide, write
from tests.samples.hiding.sample import PLANTED, HidingSample

_SEEN = row(0) + cell(0, "Seen")
_PLANTED_CELL = cell(1, PLANTED)
_WHITE = bytes([5, 0, 0, 0, 255, 255, 255, 255])


def _sheet(body: bytes, instead: bytes = b"", first: bytes = b"") -> Callable[[Path, bool], None]:
    """``first`` stands in front of all rows where something is hidden."""
    return lambda path, hidden: write(
        path, [("First", 0, (first if hidden else b"") + _SEEN + (body if hidden else instead))]
    )


def _state(state: int) -> Callable[[Path, bool], None]:
    def build(path: Path, hidden: bool) -> None:
        write(path, [("First", 0, _SEEN), ("Second", state if hidden else 0, row(2) + _PLANTED_CELL)])

    return build


def _in_style(fonts: bytes, formats: bytes = b"", number_format: int = 0) -> Callable[[Path, bool], None]:
    def build(path: Path, hidden: bool) -> None:
        body = _SEEN + row(2) + cell(1, PLANTED, int(hidden))
        part = styles(fonts, formats=formats, cells=[style(1, number_format)])
        write(path, [("First", 0, body)], {"styles": part})

    return build


def _strings(second: bytes, used: bytes = b"") -> Callable[[Path, bool], None]:
    def build(path: Path, hidden: bool) -> None:
        part = record(19, b"\0" + wide("Seen")) + (second if hidden else b"")
        body = row(0) + shared(0, 0) + (used if hidden else b"")
        write(path, [("First", 0, body)], {"sharedStrings": part})

    return build


def _name(path: Path, hidden: bool) -> None:
    tokens = b"\x17" + struct.pack("<H", len(PLANTED)) + PLANTED.encode("utf-16-le")
    body = struct.pack("<IBI", 0, 0, 0xFFFFFFFF) + wide("Name") + struct.pack("<I", len(tokens)) + tokens
    write(path, [("First", 0, _SEEN)], names=record(39, body) if hidden else b"")


def _part(kind: str, content: bytes) -> Callable[[Path, bool], None]:
    def build(path: Path, hidden: bool) -> None:
        further: Mapping[str, bytes] = {kind: content} if hidden else {}
        write(path, [("First", 0, _SEEN)], further)

    return build


_FORMULA = struct.pack("<IIdHI", 1, 0, 1.0, 0, 3 + 2 * len(PLANTED)) + b"\x17"
_FORMULA += struct.pack("<H", len(PLANTED)) + PLANTED.encode("utf-16-le")
_SPOKEN = record(19, b"\2" + wide("Said") + wide(PLANTED) + bytes(4))
_ANY = row(2) + _PLANTED_CELL
_FILTER = record(161, bytes(16))
_BUILDERS: dict[str, Callable[[Path, bool], None]] = {
    "hidden-sheet": _state(1),
    "very-hidden-sheet": _state(2),
    "hidden-row": _sheet(row(2, hidden=True) + _PLANTED_CELL, _ANY),
    "filtered-row": _sheet(row(2, hidden=True) + _PLANTED_CELL + _FILTER, _ANY),
    "zero-height-row": _sheet(row(2, height=0) + _PLANTED_CELL, _ANY),
    "hidden-column": _sheet(_ANY, _ANY, column(1, hidden=True)),
    "narrow-column": _sheet(_ANY, _ANY, column(1, width=10)),
    "white-text": _in_style(font(colour=_WHITE)),
    "tiny-text": _in_style(font(height=20)),
    "number-format-hides": _in_style(font(), record(44, struct.pack("<H", 164) + wide(";;;")), 164),
    "orphan-string": _strings(record(19, b"\0" + wide(PLANTED))),
    "phonetic-text": _strings(_SPOKEN, shared(1, 1)),
    "formula-text": _sheet(row(2) + record(9, _FORMULA)),
    "link-address": _sheet(record(494, bytes(16) + wide("rId9") + wide(PLANTED))),
    "data-validation": _sheet(record(64, bytes(24) + wide("Title") + wide(PLANTED))),
    "header-footer": _sheet(record(479, bytes(2) + wide(PLANTED))),
    "sheet-property": _sheet(record(147, bytes(23) + wide(PLANTED))),
    "defined-name": _name,
    "comment": _part("comments1", record(637, b"\0" + wide(PLANTED))),
    "connection": _part("connections", record(201, bytes(8) + wide(PLANTED))),
}

SAMPLES = tuple(HidingSample(hidden, "xlsb", build) for hidden, build in _BUILDERS.items())
