"""Workbooks whose cells lie far away, whose sizes lie, and whose repeats never end."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats import opendocument
from tests.samples.formats.biff import SheetRecords, label, workbook_tree
from tests.samples.formats.packages import workbook_parts
from tests.samples.formats.sample import PEOPLE
from tests.samples.hostile.sample import PLANTED, HostileSample, deflated, zip_of

_TEXT = f"<is><t>{PLANTED}</t></is>"


def _sheet(data: str, before: str = "", after: str = "", **parts: str) -> Callable[[], bytes]:
    def build() -> bytes:
        names = workbook_parts(data, before=before, after=after)
        names |= {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
        return zip_of(*(deflated(name, content.encode()) for name, content in names.items()))

    return build


def _cell(place: str, text: str = _TEXT) -> str:
    return f'<row r="{"".join(filter(str.isdigit, place))}"><c r="{place}" t="inlineStr">{text}</c></row>'


def _many(count: int, row: Callable[[int], str]) -> str:
    return "".join(map(row, range(1, count + 1)))


def _shared_string_beyond() -> bytes:
    cells = '<row r="1"><c r="A1" t="s"><v>4294967295</v></c><c r="B1" t="s"><v>-1</v></c></row>'
    return _sheet(cells + _cell("A2"))()


def _columns_of_all() -> str:
    return "<cols>" + '<col min="1" max="4294967295" hidden="1"/>' * 50_000 + "</cols>"


def _merged() -> str:
    return "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 50_000 + "</mergeCells>"


def _repeated(rows: int, columns: int) -> Callable[[], bytes]:
    def build() -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "sample"
            opendocument.build(path, PEOPLE)
            with ZipFile(path) as package:
                parts = {name: package.read(name) for name in package.namelist()}
        table = (
            f'<table:table table:name="Far"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
            f'table:number-columns-repeated="{columns}" office:value-type="string"><text:p>{PLANTED}</text:p>'
            "</table:table-cell></table:table-row></table:table></office:spreadsheet>"
        )
        parts["content.xml"] = parts["content.xml"].replace(b"</office:spreadsheet>", table.encode())
        return zip_of(*(deflated(name, content) for name, content in parts.items()))

    return build


def _biff(change: Callable[[bytearray], None]) -> Callable[[], bytes]:
    def build() -> bytes:
        body = b"".join(label(row, 0, PLANTED) for row in range(200))
        tree = workbook_tree([SheetRecords("Sheet", body)])
        for name, content in tree.items():
            if isinstance(content, bytes):
                changed = bytearray(content)
                change(changed)
                tree[name] = bytes(changed)
        return compound_bytes(tree)

    return build


def _lengths_of_everything(content: bytearray) -> None:
    at = 0
    for number in range(20):
        kind, length = struct.unpack_from("<HH", content, at)
        if number == 12:
            struct.pack_into("<H", content, at + 2, 0xFFFF)
        at += 4 + length
        del kind
        if at + 4 > len(content):
            return


def _zeros_behind(content: bytearray) -> None:
    content += bytes(2 << 20)


def _places_of_sheets(content: bytearray) -> None:
    """BOUNDSHEET (2.4.28) points at itself."""
    at = 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == 0x85:
            struct.pack_into("<L", content, at + 4, at)
        at += 4 + length


SAMPLES = (
    HostileSample("a cell at the end of the sheet", "xlsx", _sheet(_cell("A1") + _cell("XFD1048576"))),
    HostileSample(
        "a cell beyond the end of the sheet", "xlsx", _sheet(_cell("A1") + _cell("ZZZZZZ99999999999"))
    ),
    HostileSample(
        "rows from one end to the other",
        "xlsx",
        _sheet(_many(20_000, lambda n: _cell(f"{'A' if n % 2 else 'XFD'}{n * 52}"))),
    ),
    HostileSample(
        "a dimension of everything", "xlsx", _sheet(_cell("B2"), '<dimension ref="A1:XFD1048576"/>')
    ),
    HostileSample("a dimension of nothing", "xlsx", _sheet(_cell("B2"), '<dimension ref="A1"/>')),
    HostileSample("rows that go backwards", "xlsx", _sheet(_many(20_000, lambda n: _cell(f"A{20_001 - n}")))),
    HostileSample(
        "a row number below zero", "xlsx", _sheet(f'<row r="-5"><c r="A-5" t="inlineStr">{_TEXT}</c></row>')
    ),
    HostileSample("a row number of a thousand digits", "xlsx", _sheet(_cell(f"A{'9' * 1000}"))),
    HostileSample("texts that are not there", "xlsx", _shared_string_beyond),
    HostileSample(
        "fifty thousand hidden ranges of all columns", "xlsx", _sheet(_cell("A1"), _columns_of_all())
    ),
    HostileSample("fifty thousand merged ranges", "xlsx", _sheet(_cell("A1"), after=_merged())),
    HostileSample(
        "a cell of forty million characters",
        "xlsx",
        _sheet(_cell("A1", f"<is><t>{'x ' * 20_000_000}{PLANTED}</t></is>")),
    ),
    HostileSample(
        "a formula of many brackets",
        "xlsx",
        _sheet(f'<row r="1"><c r="A1"><f>{"(" * 60_000}"{PLANTED}"</f></c></row>'),
    ),
    HostileSample("one row repeated over the sheet", "ods", _repeated(1_048_576, 16_384)),
    HostileSample("repeats beyond all numbers", "ods", _repeated(1 << 62, 1 << 62)),
    HostileSample("a record longer than the file", "xls", _biff(_lengths_of_everything)),
    HostileSample("two million bytes of nothing behind the sheet", "xls", _biff(_zeros_behind)),
    HostileSample("a sheet that begins in itself", "xls", _biff(_places_of_sheets)),
)
