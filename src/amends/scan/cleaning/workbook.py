"""Writes a workbook of values: the smallest one that programs open (ECMA-376 part 1, 18).

Inline strings, no styles, no properties: what is not written here cannot hide anything.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from amends.scan.headers import column_letters

_SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Leading and trailing zeros, long digits and dates stay texts: a number would lose what they say.
_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9]")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
# The same bytes for the same cells, and no word about when they were written.
_STAMP: Final = (1980, 1, 1, 0, 0, 0)

Rows = Iterable[tuple[int, Sequence[tuple[int, str]]]]
"""Row number (1-based), and its cells: 0-based column and text."""


def write_workbook(path: Path, sheets: Iterable[tuple[str, Rows]]) -> None:
    """Write sheets by name. ``path`` must not exist: it is made, for its owner alone."""
    names: list[str] = []
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as package:
        for name, rows in sheets:
            names.append(_sheet_name(name, names))
            with package.open(_entry(f"xl/worksheets/sheet{len(names)}.xml"), "w", force_zip64=True) as part:
                part.write(f'{_HEAD}<worksheet xmlns="{_SPREADSHEET}"><sheetData>'.encode())
                for number, cells in rows:
                    part.write(_row(number, cells).encode())
                part.write(b"</sheetData></worksheet>")
        for part_name, content in _frame(names).items():
            package.writestr(_entry(part_name), content)


def _row(number: int, cells: Sequence[tuple[int, str]]) -> str:
    written: list[str] = []
    for column, text in cells:
        place = f"{column_letters(column)}{number}"
        if _NUMBER.fullmatch(text):
            written.append(f'<c r="{place}"><v>{text}</v></c>')
        else:
            clean = html.escape(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text), quote=False)
            written.append(f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>')
    return f'<row r="{number}">{"".join(written)}</row>'


def _frame(names: Sequence[str]) -> dict[str, str]:
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{html.escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_OFFICE}.worksheet+xml"/>'
        for n in numbers
    )
    relations = f"{_PACKAGE}/relationships"
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{relations}"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{relations}">{links}</Relationships>',
    }


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet_name(wanted: str, taken: Sequence[str]) -> str:
    base = _NOT_IN_NAMES.sub("_", _UNWRITABLE.sub("_", wanted)).strip("'")[:_LONGEST_NAME] or "Sheet"
    name, number = base, 1
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        name = f"{base[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    return name
