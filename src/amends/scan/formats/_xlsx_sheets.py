"""Reads one sheet: its rows as they stream, then what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from amends.scan.formats._opc_relationships import arrows_of
from amends.scan.formats._xlsx_blocks import ROWS, in_blocks
from amends.scan.formats._xlsx_rows import CarefulSheet, RowRange, bounded_integer
from amends.scan.formats._xml import Attributes, parse_elements
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedRow

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ$"


class BlockReader(Protocol):
    """Reads rows by the block."""

    def rows(self, content: bytes) -> list[UntrustedRow]:
        """Return the rows of a block that ends with the end of a row. Raises `UnreadableError`."""
        ...


class SheetReader:
    """One reading of one sheet."""

    def __init__(
        self, package: ZipPackage, part: str, sheet: CarefulSheet, fast: BlockReader | None = None
    ) -> None:
        """``fast`` reads the rows of the same sheet by the block; without it all of it is read with care."""
        self.whole = False
        """Whether it was read to its end without a fault."""
        self._package = package
        self._part = part
        self._sheet = sheet
        self._fast = fast

    def rows(self) -> Iterator[UntrustedRow]:
        """Yield the rows that hold anything. Raises `UnreadableError`."""
        sheet, fast = self._sheet, self._fast
        chunks = self._package.chunks(self._part)
        for are_rows, piece in in_blocks(chunks, ROWS) if fast else ((False, chunk) for chunk in chunks):
            if are_rows and fast:
                yield from fast.rows(piece)
                continue
            sheet.feed(piece)
            if sheet.rows:
                yield from sheet.rows
                sheet.rows.clear()
        sheet.feed(b"", True)
        yield from sheet.rows
        self.whole = True

    def parts(self) -> list[UntrustedPart]:
        """Return what stands beside the cells, as far as the sheet was read."""
        return self._sheet.parts


def filtered_tables(package: ZipPackage, part: str) -> list[RowRange]:
    """Return the rows below the header of each list of the sheet that has an active filter (18.5.1.2, 18.3.2.7)."""
    found: list[RowRange] = []
    try:
        for arrow in arrows_of(package, part):
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
    ends = bounded_integer(first.lstrip(_LETTERS)), bounded_integer(last.lstrip(_LETTERS))
    return [(ends[0] + 1, ends[1])] if active and all(ends) else []
