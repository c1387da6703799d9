"""Office Open XML workbooks (.xlsx, .xlsm, .xltx, .xltm): every cell, and all that lies beside and behind them.

A sheet comes out as a table, what stands around its cells as parts, pivot caches and the caches of other workbooks
as tables, and every further part of the package as texts or as a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, Final

from amends.scan.formats._opc_relationships import part_key
from amends.scan.formats._xlsx_cells import Meaning
from amends.scan.formats._xlsx_colours import Palette, read_theme
from amends.scan.formats._xlsx_parts import read_other_parts, read_style_texts
from amends.scan.formats._xlsx_rows import CarefulSheet
from amends.scan.formats._xlsx_sheets import BlockReader, SheetReader, filtered_tables
from amends.scan.formats._xlsx_strings import SharedStrings, read_shared_strings
from amends.scan.formats._xlsx_styles import Styles, read_styles
from amends.scan.formats._xlsx_workbook import Workbook, filtered_rows, read_workbook
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPart,
    UntrustedPiece,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import DEFAULT_LIMITS, Limits

_HEAD: Final = 4_096
_WITH_CELLS: Final = frozenset({"worksheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet", "macrosheet"})


class _Xlsx:
    name = "xlsx"
    extensions = ("xlsx", "xlsm", "xltx", "xltm")
    needs = ("amends.scan.formats._xlsx_fast",)
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(_HEAD)
        if LOCAL_MAGIC not in head:
            return False
        try:
            names = [name.lower() for name in ZipPackage(stream, DEFAULT_LIMITS).names()]
        except UnreadableError:
            return extension in self.extensions or b"xl/" in head
        return any(name.endswith("workbook.xml") for name in names)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        return read_pieces(stream, limits, by_blocks=True)


def read_pieces(stream: BinaryIO, limits: Limits, *, by_blocks: bool) -> Iterator[UntrustedPiece]:
    """Yield every piece of a workbook, its rows cell by cell or, which says the same and is faster, by the block.

    Raises `UnreadableError`.
    """
    package = ZipPackage(stream, limits)
    workbook = read_workbook(package)
    read = {part_key(workbook.part)}
    palette = _palette(package, workbook)
    strings_part = workbook.target("sharedStrings")
    strings = SharedStrings()
    styles_part = workbook.target("styles")
    styles = Styles([], [])
    if styles_part and styles_part in package:
        styles = read_styles(package.chunks(styles_part), palette, workbook.dates_from_1904)
    if strings_part:
        strings = read_shared_strings(
            package.chunks(strings_part), palette, limits.cell_characters, by_blocks=by_blocks
        )
    meaning = Meaning(strings, styles.renderers, styles.hiding)
    whole = yield from _sheets(package, workbook, (meaning, by_blocks), limits)
    read.update((strings_part, styles_part))
    read.update(sheet.part for sheet in workbook.sheets if sheet.kind in _WITH_CELLS)
    if styles_part and styles_part in package:
        yield from read_style_texts(package, styles_part)
    yield from _unseen_strings(strings, strings_part, whole)
    yield from read_other_parts(package, workbook, read)


def _sheets(
    package: ZipPackage, workbook: Workbook, how: tuple[Meaning, bool], limits: Limits
) -> Generator[UntrustedPiece, None, bool]:
    meaning, by_blocks = how
    fast_sheet = _fast_sheets(meaning, limits) if by_blocks else lambda _: None
    whole = True
    for index, sheet in enumerate(workbook.sheets):
        if sheet.kind in _WITH_CELLS:
            table = UntrustedTable(sheet.name, sheet.hidden, ())
            filtered = filtered_rows(workbook, index) + filtered_tables(package, sheet.part)
            careful = CarefulSheet(meaning, table, limits, filtered)
            reader = SheetReader(package, sheet.part, careful, fast_sheet(careful))
            table.rows = reader.rows()
            yield table
            yield from reader.parts()
            whole = whole and reader.whole
        elif sheet.kind != "chartsheet" or sheet.part not in package:
            yield UntrustedUnread(sheet.name, "part-not-read" if sheet.kind else "corrupt")
            whole = False
    return whole


def _fast_sheets(meaning: Meaning, limits: Limits) -> Callable[[CarefulSheet], BlockReader]:
    from amends.scan.formats._xlsx_fast import FastBlocks
    from amends.scan.formats._xlsx_values import ValueTexts

    values = ValueTexts(meaning, limits)
    return lambda careful: FastBlocks(careful, meaning, values, limits)


def _palette(package: ZipPackage, workbook: Workbook) -> Palette:
    theme = workbook.target("theme")
    if not theme or theme not in package:
        return Palette({})
    try:
        return Palette(read_theme(package.chunks(theme)))
    except UnreadableError:
        return Palette({})  # the part is read again as text, which says that it is damaged


def _unseen_strings(strings: SharedStrings, part: str, whole: bool) -> Iterator[UntrustedPart]:
    """``whole``: every sheet was read to its end, so that a string nobody asked for is one that no cell shows."""
    for run in strings.hidden_runs:
        yield UntrustedPart((part, f"string {run.number}"), "text-run", run.hidden, run.text)
    if whole:
        for index, text in strings.orphans():
            yield UntrustedPart((part, f"string {index + 1}"), "shared-string", "orphan-string", text)


PLUGIN = _Xlsx()
