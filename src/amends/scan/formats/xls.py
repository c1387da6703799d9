"""Excel workbooks before 2007 (.xls): BIFF 5 and 8 in an OLE file, and the bare streams of Excel 2 to 5 (MS-XLS)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._biff_beside import CONTROLS, REVISIONS, control_pieces, revision_pieces
from amends.scan.formats._biff_cells import Cells
from amends.scan.formats._biff_pivot import pivot_pieces
from amends.scan.formats._biff_records import BiffStream, Substream
from amends.scan.formats._biff_sheet import SheetLayout, SheetTexts, cell_name
from amends.scan.formats._biff_styles import Styles
from amends.scan.formats._biff_workbook import Sheet, Workbook, globals_of
from amends.scan.formats._compound_file import MAGIC, CompoundFile, streams_at_the_root
from amends.scan.formats._ole_streams import guarded, rest_pieces
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPart,
    UntrustedPiece,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import Limits

_STREAMS: Final = ("Workbook", "Book")
_BARE: Final = (
    b"\x09\0\x04\0", b"\x09\x02\x06\0", b"\x09\x04\x06\0", b"\x09\x08\x08\0\0\x05", b"\x09\x08\x10\0\0\x06",
)  # fmt: skip
_PIVOTS: Final = "_SX_DB_CUR"
_SHEETS: Final = frozenset({0x10, 0x40})
_WORKBOOK_KINDS: Final = frozenset({0x05, 0x100})


class _Xls:
    name = "xls"
    extensions = ("xls", "xlt", "xla", "xlw", "xlm")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(8)
        if head != MAGIC:
            return head.startswith(_BARE)
        found = streams_at_the_root(stream)
        return any(name.upper() in found for name in _STREAMS)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        content = stream.read()
        if not content.startswith(MAGIC):
            yield from _workbook_pieces(content, limits)
            return
        compound = CompoundFile(content)
        # The rest first: where the workbook is encrypted, its properties still say who wrote it.
        yield from rest_pieces(compound, {"WORKBOOK", "BOOK", _PIVOTS, REVISIONS.upper(), CONTROLS.upper()})
        for name, pieces in ((REVISIONS, revision_pieces), (CONTROLS, control_pieces)):
            beside = compound.root.stream(name)
            if beside is not None:
                yield from guarded(pieces(beside.read()), name)
        yield from _pivots(compound)
        problem: UnreadableError | None = None
        for name in _STREAMS:
            found = compound.root.stream(name)
            if found is not None:
                try:
                    yield from _workbook_pieces(found.read(), limits)
                except UnreadableError as damage:
                    problem = damage
        if problem is not None:
            raise problem


def _pivots(compound: CompoundFile) -> Iterator[UntrustedPiece]:
    storage = compound.root.storage(_PIVOTS)
    if storage is not None:
        for name, stream in storage.streams.items():
            place = (f"pivot cache {name}",)
            yield from guarded(pivot_pieces(stream.read(), place), place[0])


def _workbook_pieces(data: bytes, limits: Limits) -> Iterator[UntrustedPiece]:
    try:
        yield from _Reading(data, limits).pieces()
    except (struct.error, IndexError) as damage:
        raise UnreadableError("corrupt") from damage


class _Reading:
    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._stream = BiffStream(data)
        self._globals = globals_of(self._stream)
        if not self._stream.substreams:
            raise UnreadableError("corrupt")
        records = self._globals.records if self._globals else self._stream.substreams[0].records
        self._workbook = Workbook(self._stream, records)
        self._styles = Styles(self._stream, records)

    def pieces(self) -> Iterator[UntrustedPiece]:
        workbook, stream = self._workbook, self._stream
        if workbook.strings_damaged:
            yield UntrustedUnread("shared strings", "corrupt")
        if self._globals is not None:
            yield from workbook.pieces()
        listed = {sheet.start: sheet for sheet in workbook.sheets}
        read = 0
        for number, substream in enumerate(stream.substreams, 1):
            if substream is self._globals or substream.kind in _WORKBOOK_KINDS:
                continue
            unlisted = "unshown-part" if workbook.sheets else ""
            sheet = listed.pop(substream.start, Sheet(f"{number}", unlisted, 0))
            read += 1
            yield from self._sheet(sheet, substream)
        for sheet in listed.values():
            yield UntrustedUnread(f"sheet '{sheet.name}'", "corrupt")
        yield from workbook.orphans()
        if stream.damaged and not read:
            raise UnreadableError("corrupt")
        rest = text_runs(stream.data[stream.rest :])
        if stream.damaged:
            yield UntrustedUnread("workbook", "corrupt")
        if rest:
            yield UntrustedPart(("after the last record",), "stream", "bytes-outside", rest)

    def _sheet(self, sheet: Sheet, substream: Substream) -> Iterator[UntrustedPiece]:
        where = (f"sheet '{sheet.name}'",)
        if substream.kind in _SHEETS or self._stream.version < 5:
            layout = SheetLayout(self._stream, substream)
            cells = Cells(self._stream, substream, self._styles, self._workbook.strings)
            table = UntrustedTable(sheet.name, sheet.hidden, ())
            table.hidden_columns = layout.columns
            table.rows = cells.rows(table, layout.rows, layout.other_rows, self._limits)
            yield table
            yield from _beside_cells(cells, where)
        for piece in SheetTexts(self._stream, substream, where).pieces():
            if isinstance(piece, UntrustedPart):
                yield piece._replace(hidden=piece.hidden or sheet.hidden)
            else:
                yield piece


def _beside_cells(cells: Cells, where: tuple[str, ...]) -> Iterator[UntrustedPart]:
    for row, column, text in cells.texts_in_formulas:
        yield UntrustedPart((*where, f"formula {cell_name(row, column)}"), "formula", "formula-text", text)
    for row, column, hidden, text in cells.hidden_runs:
        yield UntrustedPart((*where, f"{cell_name(row, column)}", "run"), "cell", hidden, text)
    for row, column, text in cells.phonetic:
        yield UntrustedPart((*where, f"{cell_name(row, column)}", "phonetic"), "cell", "phonetic-text", text)


PLUGIN = _Xls()
