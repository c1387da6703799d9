"""Copies of cells out of other workbooks, which a workbook that refers to them keeps (ECMA-376 part 1, 18.14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._opc_texts import read_texts
from amends.scan.formats._xlsx_cells import TRUE, column_index
from amends.scan.formats._xlsx_numbers import number_text
from amends.scan.formats._xlsx_rows import bounded_integer
from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UntrustedPart, UntrustedPiece, UntrustedRow, UntrustedTable

_HIDDEN: Final = "external-link-cache"
_DIGITS: Final = "0123456789"


class _Link:
    def __init__(self) -> None:
        self.parser = hardened_parser()
        self.names: list[str] = []
        self.sheets: list[tuple[int, dict[int, dict[int, str]]]] = []
        self._row: dict[int, str] = {}
        self._column = -1
        self._kind = ""
        self._pieces: list[str] = []
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local == "sheetName":
            self.names.append(attributes.get("val", ""))
        elif local == "sheetData":
            self.sheets.append((bounded_integer(attributes.get("sheetId", "0")), {}))
        elif local == "row" and self.sheets:
            rows = self.sheets[-1][1]
            number = bounded_integer(attributes.get("r", "")) or max(rows, default=0) + 1
            self._row = rows.setdefault(number, {})
            self._column = -1
        elif local == "cell":
            letters = attributes.get("r", "").rstrip(_DIGITS)
            self._column = column_index(letters) if letters else self._column + 1
            self._kind = attributes.get("t", "n")
        elif local == "v" and self.sheets:
            self.parser.CharacterDataHandler = self._pieces.append

    def _end(self, name: str) -> None:
        if local_name(name) == "v":
            self.parser.CharacterDataHandler = None
            text = "".join(self._pieces)
            self._pieces.clear()
            if text and self.sheets:
                self._row[self._column] = self._shown(text)

    def _shown(self, text: str) -> str:
        if self._kind == "n":
            return number_text(text.strip())
        if self._kind == "b":
            return "TRUE" if text in TRUE else "FALSE"
        return text


def read_external_link(package: ZipPackage, part: str) -> Iterator[UntrustedPiece]:
    """Yield the cells that are kept of another workbook, and the names of its sheets. Raises `UnreadableError`."""
    link = _Link()
    for chunk in package.chunks(part):
        feed(link.parser, chunk)
    feed(link.parser, b"", True)
    for found in read_texts(package.chunks(part)):
        if "/sheetData" not in found.path:
            where = (part, *((found.path, found.attribute) if found.attribute else (found.path,)))
            yield UntrustedPart(where, "external-link", _HIDDEN, found.text)
    for index, rows in link.sheets:
        name = link.names[index] if index < len(link.names) else ""
        if any(rows.values()):
            yield UntrustedTable(name, _HIDDEN, _rows(rows), (part, f"sheet {index + 1}"))


def _rows(rows: dict[int, dict[int, str]]) -> Iterator[UntrustedRow]:
    for number in sorted(rows):
        cells = rows[number]
        if cells:
            columns = sorted(cells)
            yield UntrustedRow(number, "", columns, [cells[column] for column in columns])
