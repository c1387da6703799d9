"""Texts and sheets of OpenOffice.org 1 with something hidden in them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.samples.hiding.sample import PLANTED, HidingSample

_NAMES = " ".join(
    f'xmlns:{prefix}="http://openoffice.org/2000/{name}"'
    for prefix, name in (("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"))
)
_DOCTYPE = (
    '<!DOCTYPE office:document-content PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd">'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE manifest:manifest PUBLIC '
    '"-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
    '<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest"/>'
)


def older_package(path: Path, kind: str, styles: str, body: str, *, doctype: str = _DOCTYPE) -> Path:
    """Write a package of OpenOffice.org 1; ``kind`` is its class: text, spreadsheet, presentation, drawing."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<office:document-content {_NAMES} '
        f'xmlns:fo="http://www.w3.org/1999/XSL/Format" office:class="{kind}" office:version="1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body>{body}</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "mimetype", f"application/vnd.sun.xml.{'calc' if kind == 'spreadsheet' else 'writer'}"
        )
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", _MANIFEST)
    return path


def older_sheet(*rows: str, name: str = "People", style: str = "") -> str:
    """Return a sheet of rows of `older_row`."""
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def older_row(*texts: str, more: str = "") -> str:
    """Return a row of texts."""
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    return f"<table:table-row {more}>{cells}</table:table-row>"


def _row(path: Path, plant: bool) -> None:
    more = 'table:visibility="collapse"' if plant else ""
    rows = (older_row("Number", "Name"), older_row("1", PLANTED, more=more), older_row("2", "Ana"))
    older_package(path, "spreadsheet", "", older_sheet(*rows))


def _styled(properties: str, path: Path, plant: bool) -> None:
    style = f'<style:style style:name="T1" style:family="text"><style:properties {properties}/></style:style>'
    text = f'<text:p>Seen <text:span text:style-name="{"T1" if plant else ""}">{PLANTED}</text:span></text:p>'
    older_package(path, "text", style, text)


def _white(path: Path, plant: bool) -> None:
    _styled('fo:color="#ffffff"', path, plant)


def _unseen(path: Path, plant: bool) -> None:
    _styled('text:display="none"', path, plant)


SAMPLES = (
    HidingSample("hidden-row", "sxc", _row, where="sheet 'People'"),
    HidingSample("white-text", "sxw", _white),
    HidingSample("hidden-text", "sxw", _unseen),
)
