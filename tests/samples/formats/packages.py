"""Workbooks put together part by part, for what no writer of spreadsheets would write."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ARROWS = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook_parts(sheet_data: str, *, before: str = "", after: str = "", extra: str = "") -> dict[str, str]:
    """Return the parts of a workbook with one sheet; ``extra`` goes into the workbook part."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_ARROWS}"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{extra}<sheets>'
        '<sheet name="Sheet" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_ARROWS}"><Relationship Id="r1" '
        f'Type="{RELATIONS}/worksheet" Target="/xl/odd place/first.xml"/></Relationships>',
        "xl/odd place/first.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{sheet_data}</sheetData>'
        f"{after}</worksheet>",
    }


def write_package(path: Path, parts: dict[str, str]) -> Path:
    """Write the parts as they are, in their order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def inline_rows(*rows: tuple[str, ...]) -> str:
    """Return rows of inline strings without any cell addresses."""
    return "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>"
        for row in rows
    )
