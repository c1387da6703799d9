"""Binary workbooks (.xlsb, MS-XLSB): the records of Excel in a package of Office Open XML."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from amends.scan.formats._ole_streams import guarded
from amends.scan.formats._opc_properties import read_properties
from amends.scan.formats._opc_relationships import arrows_of, part_key
from amends.scan.formats._opc_rest import read_rest
from amends.scan.formats._xlsb_records import formula_texts, records, strings_in, wide_string
from amends.scan.formats._xlsb_sheet import XlsbSheet, XlsbStrings
from amends.scan.formats._xlsb_styles import XlsbStyles
from amends.scan.formats._xlsx_parts import kind_of
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPart,
    UntrustedPiece,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import DEFAULT_LIMITS, Limits

_WORKBOOK: Final = "workbook.bin"
_HEAD: Final = 4_096
_LONGEST: Final = 512 << 20
_SHEET, _PROPERTIES, _NAME = 156, 153, 39
_HIDDEN: Final = {1: "hidden-sheet", 2: "very-hidden-sheet"}
_WITH_CELLS: Final = frozenset({"worksheet", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"})
# Orders of calculation and places of rows; nothing in them but numbers.
_NUMBERS: Final = ("calcchain.bin", "binaryindex")
_NOT_RECORDS: Final = (
    "vbaproject",
    "printersettings",
    "/embeddings/",
    "/activex/",
    "/customproperty",
    "vbadata",
)


class _Sheet(NamedTuple):
    name: str
    hidden: str
    part: str
    kind: str


class _Xlsb:
    name = "xlsb"
    extensions = ("xlsb",)
    needs = ()
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        if LOCAL_MAGIC not in stream.read(_HEAD):
            return False
        try:
            return _workbook_part(ZipPackage(stream, DEFAULT_LIMITS)) != ""
        except UnreadableError:
            return extension in self.extensions

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        package = ZipPackage(stream, limits)
        part = _workbook_part(package)
        if not part:
            raise UnreadableError("corrupt")
        try:
            yield from _Reading(package, part, limits).pieces()
        except (struct.error, IndexError) as damage:
            raise UnreadableError("corrupt") from damage


def _workbook_part(package: ZipPackage) -> str:
    return next((name for name in package.names() if part_key(name).endswith(_WORKBOOK)), "")


class _Reading:
    def __init__(self, package: ZipPackage, part: str, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._part = part
        self._read = {part_key(part)}
        self._arrows = arrows_of(package, part)
        self._sheets: list[_Sheet] = []
        self._names: list[tuple[int, str]] = []
        dates_from_1904 = False
        for number, (kind, body) in enumerate(records(package.content(part, _LONGEST))):
            if kind == _SHEET:
                self._sheets.append(self._sheet(body))
            elif kind == _PROPERTIES:
                dates_from_1904 = bool(body[0] & 1)
            else:
                texts = [*strings_in(body), *(formula_texts(body) if kind == _NAME else ())]
                self._names += [(number if kind == _NAME else -number - 1, text) for text in texts]
        self._strings = XlsbStrings(self._content_of("sharedStrings"))
        self._styles = XlsbStyles(self._content_of("styles"), dates_from_1904)

    def _sheet(self, body: bytes) -> _Sheet:
        (state,) = struct.unpack_from("<I", body)
        relation, name = _sheet_texts(body)
        arrow = next((arrow for arrow in self._arrows if arrow.identifier == relation), None)
        target, kind = (arrow.target, arrow.kind) if arrow is not None else ("", "")
        return _Sheet(name, _HIDDEN.get(state & 3, ""), target, kind)

    def _content_of(self, kind: str) -> bytes:
        arrow = next((arrow for arrow in self._arrows if arrow.kind == kind and not arrow.external), None)
        if arrow is None or arrow.target not in self._package:
            return b""
        if kind == "sharedStrings":
            self._read.add(arrow.target)
        return self._package.content(arrow.target, _LONGEST)

    def pieces(self) -> Iterator[UntrustedPiece]:
        for number, text in self._names:
            kind, hidden = ("name", "defined-name") if number >= 0 else ("setting", "sheet-property")
            yield UntrustedPart(("workbook", f"record {abs(number)}"), kind, hidden, text)
        for sheet in self._sheets:
            yield from self._table(sheet)
        for index, used in enumerate(self._strings.used):
            if not used and self._strings.texts[index]:
                place = ("shared strings", f"string {index + 1}")
                yield UntrustedPart(place, "shared-string", "orphan-string", self._strings.texts[index])
        yield from read_properties(self._package, self._read)
        for name in self._package.names():
            key = part_key(name)
            if key in self._read or not key.endswith(".bin") or any(step in key for step in _NOT_RECORDS):
                continue
            self._read.add(key)
            if not any(step in key for step in _NUMBERS):
                yield from guarded(self._other(name, key), name)
        yield from read_rest(self._package, self._read, kind_of)

    def _table(self, sheet: _Sheet) -> Iterator[UntrustedPiece]:
        if sheet.part not in self._package:
            yield UntrustedUnread(sheet.name, "corrupt")
            return
        if sheet.kind not in _WITH_CELLS:
            return  # a sheet that is a chart: its texts come out with the other parts
        self._read.add(part_key(sheet.part))
        content = self._package.content(sheet.part, _LONGEST)
        reader = XlsbSheet(content, self._styles, self._strings, self._limits)
        table = UntrustedTable(sheet.name, sheet.hidden, ())
        table.rows = reader.rows(table)
        yield table
        yield from guarded(reader.parts((f"sheet '{sheet.name}'",)), sheet.name)

    def _other(self, name: str, key: str) -> Iterator[UntrustedPart]:
        meant = kind_of(key)
        hidden = "style-text" if "styles" in key else meant.hidden
        for number, (_, body) in enumerate(records(self._package.content(name, _LONGEST))):
            for text in (*strings_in(body), *formula_texts(body)):
                yield UntrustedPart((name, f"record {number}"), meant.kind, hidden, text)


def _sheet_texts(body: bytes) -> tuple[str, str]:
    """BrtBundleSh, MS-XLSB 2.4.301; programs before the format was settled have four bytes more."""
    for start in (8, 12):
        try:
            relation, at = wide_string(body, start)
            return relation, wide_string(body, at)[0]
        except UnreadableError:
            continue
    raise UnreadableError("corrupt")


PLUGIN = _Xlsb()
