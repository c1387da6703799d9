"""Reads one sheet: its rows as they stream, then what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator

from amends.scan.formats._opc_relationships import arrows_of
from amends.scan.formats._xlsx_cells import Meaning
from amends.scan.formats._xlsx_rows import CarefulSheet, RowRange, bounded_integer
from amends.scan.formats._xml import Attributes, parse_elements
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits


class SheetReader:
    """One reading of one sheet."""

    def __init__(self, package: ZipPackage, part: str, sheet: CarefulSheet) -> None:
        self.whole = False
        """Whether it was read to its end without a fault."""
        self._package = package
        self._part = part
        self._sheet = sheet

    def rows(self) -> Iterator[UntrustedRow]:
        """Yield the rows that hold anything. Raises `UnreadableError`."""
        sheet = self._sheet
        for chunk in self._package.chunks(self._part):
            sheet.feed(chunk)
            if sheet.rows:
                yield from sheet.rows
                sheet.rows.clear()
        sheet.feed(b"", True)
        yield from sheet.rows
        self.whole = True

    def parts(self) -> list[UntrustedPart]:
        """Return what stands beside the cells, as far as the sheet was read."""
        return self._sheet.parts


def read_sheet(
    package: ZipPackage,
    part: str,
    meaning: Meaning,
    table: UntrustedTable,
    filtered: list[RowRange],
    limits: Limits,
) -> SheetReader:
    """Return a reader of a sheet's rows; ``filtered`` are ranges that the workbook names, those of tables are added."""
    ranges = filtered + _filtered_tables(package, part)
    return SheetReader(package, part, CarefulSheet(meaning, table, limits, ranges))


def _filtered_tables(package: ZipPackage, part: str) -> list[RowRange]:
    """Rows below the header of each list of the sheet that has an active filter (18.5.1.2, 18.3.2.7)."""
    found: list[RowRange] = []
    try:
        arrows = arrows_of(package, part)
        for arrow in arrows:
            if arrow.kind == "table" and not arrow.external and arrow.target in package:
                found += _filtered_range(package, arrow.target)
    except UnreadableError:
        pass  # every list of arrows and every part is read again at the end, which says that it is damaged
    return found


def _filtered_range(package: ZipPackage, part: str) -> list[RowRange]:
    reference = ""
    active = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal reference, active
        if name == "autoFilter":
            reference = attributes.get("ref", "")
        elif name == "filterColumn":
            active = True

    parse_elements(package.chunks(part), start)
    first, _, last = reference.partition(":")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ$"
    ends = bounded_integer(first.lstrip(letters)), bounded_integer(last.lstrip(letters))
    return [(ends[0] + 1, ends[1])] if active and all(ends) else []
