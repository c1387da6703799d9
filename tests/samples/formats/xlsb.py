"""Sample binary workbooks (MS-XLSB), put together record by record."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.samples.formats.sample import Sample

EXTENSION = "xlsb"
CAN_HIDE = True
TRUNCATION_SHOWS = True
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DAY = (2020, 1, 1, 0, 0, 0)


def record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    while size > 127:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + body


def wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def row(number: int, hidden: bool = False, height: int = 300) -> bytes:
    return record(0, struct.pack("<IIHBBB", number, 0, height, 0, 0x10 if hidden else 0, 0) + bytes(4))


def column(number: int, width: int = 2560, hidden: bool = False) -> bytes:
    return record(60, struct.pack("<IIIIH", number, number, width, 0, int(hidden)))


def cell(number: int, text: str, style: int = 0) -> bytes:
    return record(6, struct.pack("<II", number, style) + wide(text))


def shared(number: int, index: int) -> bytes:
    return record(7, struct.pack("<III", number, 0, index))


def font(height: int = 220, colour: bytes = b"\0\0\0\0\0\0\0\0") -> bytes:
    return record(
        43, struct.pack("<HHHHBBBB", height, 0, 400, 0, 0, 0, 0, 0) + colour + b"\0" + wide("Arial")
    )


def style(font_index: int = 0, number_format: int = 0) -> bytes:
    return record(47, struct.pack("<8H", 0, number_format, font_index, 0, 0, 0, 0, 0))


def styles(*fonts: bytes, formats: bytes = b"", cells: Sequence[bytes] = ()) -> bytes:
    fill = record(45, bytes(68))
    return formats + font() + b"".join(fonts) + fill + record(617) + style() + b"".join(cells) + record(618)


def _arrows(arrows: Sequence[tuple[str, str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in arrows
    )
    return f'<Relationships xmlns="{_PACKAGE}">{lines}</Relationships>'


def write(
    path: Path,
    sheets: Sequence[tuple[str, int, bytes]],
    further: Mapping[str, bytes] | None = None,
    names: bytes = b"",
) -> None:
    """Write a workbook; sheets are name, state (0 shown, 1 hidden, 2 very hidden) and records.

    ``further`` holds the parts ``sharedStrings`` and ``styles`` where there are any; ``names`` goes into the workbook.
    """
    listed, arrows, parts = b"", [], {}
    for number, (name, state, body) in enumerate(sheets, 1):
        listed += record(156, struct.pack("<II", state, number) + wide(f"rId{number}") + wide(name))
        arrows.append((f"rId{number}", "worksheet", f"worksheets/sheet{number}.bin"))
        parts[f"xl/worksheets/sheet{number}.bin"] = record(129) + body + record(130)
    for kind, content in (further or {}).items():
        arrows.append((kind, kind, f"{kind}.bin"))
        parts[f"xl/{kind}.bin"] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        whole: dict[str, str | bytes] = {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": _arrows([("r1", "officeDocument", "xl/workbook.bin")]),
            "xl/workbook.bin": record(131) + listed + names + record(132),
            "xl/_rels/workbook.bin.rels": _arrows(arrows),
            **parts,
        }
        for entry, piece in whole.items():
            package.writestr(zipfile.ZipInfo(entry, _DAY), piece)


def build(path: Path, sample: Sample) -> None:
    body = b""
    for name in sample.hidden_columns:
        body += column(sample.columns.index(name), hidden=True)
    for number, texts in enumerate((sample.columns, *sample.rows)):
        body += row(number, number + 1 in sample.hidden_rows)
        body += b"".join(cell(at, text) for at, text in enumerate(texts))
    sheets = [(sample.name, 0, body)]
    if sample.hidden_sheet:
        sheets.append((sample.hidden_sheet, 1, row(0) + cell(0, "not for publication")))
    write(path, sheets)
