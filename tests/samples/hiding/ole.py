"""Hiding places that all OLE files share, and those of Outlook's messages."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from amends.scan.formats._compound_writer import Tree, compound_bytes
from tests.samples.formats.biff import SheetRecords, label, workbook_tree
from tests.samples.formats.outlook import attachment, message
from tests.samples.hiding.sample import PLANTED, HidingSample

Streams = dict[str, bytes | Tree]
_SHEET = workbook_tree([SheetRecords("First", label(0, 0, "Seen"))])
_SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_USER_DEFINED = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")


def _writer(streams: Callable[[bool], Streams]) -> Callable[[Path, bool], None]:
    def write(path: Path, hidden: bool) -> None:
        path.write_bytes(compound_bytes(streams(hidden)))

    return write


def _with(further: Streams) -> Callable[[bool], Streams]:
    return lambda hidden: {**_SHEET, **(further if hidden else {})}


def _text_value(words: str) -> bytes:
    raw = words.encode("cp1252") + b"\0"
    return struct.pack("<II", 30, len(raw)) + raw + bytes(-len(raw) % 4)


def property_set(format_id: bytes, values: dict[int, bytes]) -> bytes:
    """Return a property set stream (MS-OLEPS 2.21) with one set of values that are there in their own form."""
    at = 8 + 8 * len(values)
    table = body = b""
    for number, value in values.items():
        table += struct.pack("<II", number, at + len(body))
        body += value
    inner = struct.pack("<II", at + len(body), len(values)) + table + body
    return (
        struct.pack("<HHI", 0xFFFE, 0, 0)
        + bytes(16)
        + struct.pack("<I", 1)
        + format_id
        + struct.pack("<I", 48)
        + inner
    )


def _custom() -> bytes:
    name = b"Case\0"
    names = struct.pack("<III", 1, 2, len(name)) + name + bytes(3)
    return property_set(
        _USER_DEFINED, {0: names, 1: struct.pack("<IHH", 2, 1252, 0), 2: _text_value(PLANTED)}
    )


def stored(content: bytes) -> bytes:
    """Return a compressed container (MS-OVBA 2.4.1) in which every byte stands for itself."""
    packed = b"".join(b"\0" + content[at : at + 8] for at in range(0, len(content), 8))
    return b"\1" + (struct.pack("<H", 0xB000 | len(packed) - 1) + packed if packed else b"")


def macros(source: str, compiled: bytes = b"") -> Streams:
    """Return a VBA project of one module."""
    name = b"Module1"
    directory = struct.pack("<HIH", 0x0003, 2, 1252)
    directory += struct.pack("<HI", 0x0019, len(name)) + name + struct.pack("<HI", 0x001A, len(name)) + name
    directory += struct.pack("<HII", 0x0031, 4, len(compiled)) + struct.pack("<HI", 0x002B, 0)
    module = compiled + stored(source.encode("cp1252"))
    return {"PROJECT": b'Name="Project"\r\n', "VBA": {"dir": stored(directory), "Module1": module}}


def _packed_file() -> Streams:
    body = b"\2\0list.csv\0C:\\list.csv\0\0\0\3\0" + struct.pack("<I", 6) + b"C:\\x\0\0"
    content = f"Name,Number\r\n{PLANTED},1\r\n".encode()
    body += struct.pack("<I", len(content)) + content
    return {"MBD0001": {"\1Ole10Native": struct.pack("<I", len(body)) + body}}


def _inner_workbook() -> Streams:
    return {"MBD0001": workbook_tree([SheetRecords("Inside", label(0, 0, PLANTED))])}


def _free_sector(path: Path, hidden: bool) -> None:
    content = compound_bytes(_SHEET)
    behind = PLANTED.encode("ascii") if hidden else b""
    path.write_bytes(content + behind.ljust(512, b"\0"))


def _message(further: Callable[[], Streams]) -> Callable[[bool], Streams]:
    plain = message({0x0037: "Seen", 0x1000: "Seen"}, [(1, "Ana Example")])
    return lambda hidden: {**plain, **further()} if hidden else plain


def _of_message(values: dict[int, str | bytes]) -> Callable[[bool], Streams]:
    return _message(lambda: message(values))


_CALL = f'Sub Show()\r\nMsgBox "{PLANTED}"\r\nEnd Sub\r\n'
_OLE: tuple[tuple[str, str, Callable[[bool], Streams], str], ...] = (
    ("document-property", "xls", _with({"\5SummaryInformation": property_set(_SUMMARY, {4: _text_value(PLANTED)})}),
     "author"),
    ("custom-property", "xls", _with({"\5DocumentSummaryInformation": _custom()}), "DocumentSummaryInformation"),
    ("macro", "xls", _with({"_VBA_PROJECT_CUR": macros(_CALL)}), "module Module1"),
    ("macro-text", "xls", _with({"_VBA_PROJECT_CUR": macros("", PLANTED.encode())}), "compiled"),
    ("macro", "bin", lambda hidden: macros(_CALL if hidden else ""), "module Module1"),
    ("form-control", "xls", _with({"_VBA_PROJECT_CUR": {**macros(""), "Form1": {"o": PLANTED.encode()}}}), "form"),
    ("embedded-file", "xls", _with(_packed_file()), "Ole10Native"),
    ("embedded-file", "xls", _with(_inner_workbook()), "MBD0001"),
    ("relationship-target", "xls", _with({"\1Ole": b"\1\0\0\2" + PLANTED.encode("utf-16-le")}), "Ole"),
    ("ole-stream", "xls", _with({"Notes": PLANTED.encode("utf-16-le")}), "Notes"),
    ("ole-stream", "ole", lambda hidden: {"Notes": PLANTED.encode() if hidden else b"x"}, "Notes"),
)  # fmt: skip
_MESSAGES: tuple[tuple[str, Callable[[bool], Streams], str], ...] = (
    ("blind-copy", _message(lambda: message({}, [(1, "Ana Example"), (3, PLANTED)])), "recipient 2 ! bcc"),
    ("blind-copy", _of_message({0x0E02: PLANTED}), "bcc"),
    ("mail-header", _of_message({0x007D: f"Received: from {PLANTED}"}), "headers"),
    ("mail-property", _of_message({0x3FFA: PLANTED}), "last modifier"),
    ("mail-property", _of_message({0x65E3: PLANTED.encode("utf-16-le")}), "0x65e3"),
    ("attachment", _message(lambda: message({}, [], [attachment("list.csv", f"Name\r\n{PLANTED}\r\n".encode())])),
     "attachment 1"),
)  # fmt: skip

SAMPLES = (
    *(
        HidingSample(hidden, extension, _writer(streams), where=where)
        for hidden, extension, streams, where in _OLE
    ),
    *(HidingSample(hidden, "msg", _writer(streams), where=where) for hidden, streams, where in _MESSAGES),
    HidingSample("bytes-outside", "xls", _free_sector),
)
