"""What stands in an old sheet beside its cells: notes, text boxes, links, headers, validations, charts."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final

from amends.scan.formats._biff_formula import literals
from amends.scan.formats._biff_records import BiffStream, Record, SegmentReader, Substream
from amends.scan.formats._biff_workbook import Piece, record_pieces
from amends.scan.formats._hyperlink import hyperlink_texts
from amends.scan.formats._office_drawing import drawing_pieces
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UntrustedPart

_NARROW: Final = 128  # half a character, in 256ths
_FLAT: Final = 30  # a point and a half, in twentieths
_NOTE_OBJECT: Final = 0x19


class SheetLayout:
    """Which rows and columns of the sheet are not seen."""

    def __init__(self, stream: BiffStream, sheet: Substream) -> None:
        self.rows: dict[int, str] = {}
        """0-based row → why it is not seen; rows that are seen and say so are listed with an empty text."""
        self.other_rows = ""
        self.columns: list[tuple[int, int, str]] = []
        filtered = any(record.kind == 0x009B for record in sheet.records)
        for record in sheet.records:
            body = stream.body(record)
            if record.kind in (0x0208, 0x0008) and record.size >= 11:
                self._row(record.kind, body, filtered)
            elif record.kind == 0x007D and record.size >= 10:
                first, last, width, _, flags = struct.unpack_from("<5H", body)
                self._columns(first, last, width, flags)
            elif record.kind == 0x0024 and record.size >= 4:
                self._columns(body[0], body[1], struct.unpack_from("<H", body, 2)[0], 0)
            elif record.kind == 0x0225 and record.size >= 4 and body[0] & 2:
                self.other_rows = "hidden-row"

    def _row(self, kind: int, body: bytes, filtered: bool) -> None:
        (number,) = struct.unpack_from("<H", body)
        (height,) = struct.unpack_from("<H", body, 6)
        hidden = ""
        if kind == 0x0208 and len(body) >= 14 and body[12] & 0x20:
            hidden = "filtered-row" if filtered else "hidden-row"
        elif not height & 0x8000 and height < _FLAT:
            hidden = "zero-height-row"
        self.rows[number] = hidden

    def _columns(self, first: int, last: int, width: int, flags: int) -> None:
        hidden = "hidden-column" if flags & 1 else "narrow-column" if width <= _NARROW else ""
        if hidden and first <= last:
            self.columns.append((first, min(last, 16_383), hidden))


class SheetTexts:
    """Every text of a sheet that is not a cell."""

    def __init__(self, stream: BiffStream, sheet: Substream, where: tuple[str, ...]) -> None:
        self._stream = stream
        self._sheet = sheet
        self._where = where
        self._note_texts: dict[int, str] = {}
        self._object = self._object_kind = 0
        self._readers: dict[int, Callable[[Record], Iterator[Piece]]] = {
            0x001C: self._note,
            0x005D: self._object_record,
            0x01B6: self._text_object,
            0x01B8: self._link,
            0x0800: self._tooltip,
            0x0014: self._header,
            0x0015: self._header,
            0x089C: self._later_header,
            0x01BE: self._validation,
            0x01B1: self._condition,
            0x01BA: self._code_name,
            0x004D: self._printer,
            0x00EC: self._drawing,
            **dict.fromkeys((0x00AE, 0x00AF, 0x009E, 0x01A9, 0x01AA), self._property),
            **dict.fromkeys((0x007D, 0x0208, 0x0008, 0x0024, 0x003C), self._nothing),
        }
        self._chart_readers: dict[int, Callable[[Record], Iterator[Piece]]] = {
            **self._readers,
            0x100D: self._series_text,
            0x0203: self._chart_number,
            0x0204: self._chart_label,
        }

    def pieces(self) -> Iterator[Piece]:
        """Yield them in the order of the file; the charts that the sheet holds come last."""
        chart_sheet = self._sheet.kind == 0x20
        for record in self._sheet.records:
            readers = self._chart_readers if chart_sheet else self._readers
            yield from record_pieces(self._stream, record, readers, self._where)
        for number, records in enumerate(self._sheet.charts, 1):
            for record in records:
                place = (*self._where, f"chart {number}")
                yield from record_pieces(self._stream, record, self._chart_readers, place)
        for number, text in self._note_texts.items():
            yield self._part(f"note of object {number}", "comment", "comment", text)

    def _part(self, step: str, kind: str, hidden: str, text: str) -> UntrustedPart:
        return UntrustedPart((*self._where, step), kind, hidden, text or " ")

    def _nothing(self, _: Record) -> Iterator[Piece]:
        return iter(())

    def _note(self, record: Record) -> Iterator[Piece]:
        body = self._stream.body(record)
        row, column = struct.unpack_from("<HH", body)
        place = f"comment {cell_name(row, column)}"
        if self._stream.version < 8:
            text, _ = self._stream.characters(body, 6, len(body) - 6)
            yield self._part(place, "comment", "comment", text)
            return
        (number,) = struct.unpack_from("<H", body, 6)
        author, _ = self._stream.string(body, 8)
        text = self._note_texts.pop(number, "")
        if text.strip():
            yield self._part(place, "comment", "comment", text)
        if author.strip():
            yield self._part(f"{place} author", "author", "comment", author)

    def _object_record(self, record: Record) -> Iterator[Piece]:
        body = self._stream.body(record)
        if body[:2] == b"\x15\0":
            self._object_kind, self._object = struct.unpack_from("<HH", body, 4)
        text = text_runs(body)
        if text:
            yield self._part(f"object {self._object}", "control", "form-control", text)

    def _text_object(self, record: Record) -> Iterator[Piece]:
        segments = self._stream.segments(record)
        (count,) = struct.unpack_from("<H", segments[0], 10)
        text = ""
        if count and len(segments) > 1:
            reader = SegmentReader(segments[1:])
            text = reader.characters(count, bool(reader.take(1)[0] & 1))
        if not text.strip():
            return
        if self._object_kind == _NOTE_OBJECT:
            self._note_texts[self._object] = text
        else:
            yield self._part(f"text box {self._object}", "text-box", "text-box", text)

    def _link(self, record: Record) -> Iterator[Piece]:
        body = b"".join(self._stream.segments(record))
        row, _, column, _ = struct.unpack_from("<4H", body)
        for text in hyperlink_texts(body[24:]):
            yield self._part(f"link {cell_name(row, column)}", "link", "link-address", text)

    def _tooltip(self, record: Record) -> Iterator[Piece]:
        text = self._stream.body(record)[10:].decode("utf-16-le", "replace").strip("\0")
        yield self._part("tooltip of a link", "link", "link-address", text)

    def _header(self, record: Record) -> Iterator[Piece]:
        if record.size == 0:
            return
        text, _ = self._stream.string(self._stream.body(record), 0, self._stream.version >= 8)
        if text:
            name = "header" if record.kind == 0x0014 else "footer"
            yield self._part(name, name, "header-footer", text)

    def _later_header(self, record: Record) -> Iterator[Piece]:
        body = self._stream.body(record)
        counts = struct.unpack_from("<4H", body, 30)
        at = 38
        for step, count in zip(
            ("even header", "even footer", "first header", "first footer"), counts, strict=True
        ):
            if count:
                (length,) = struct.unpack_from("<H", body, at)
                text, at = self._stream.characters(body, at + 2, length)
                yield self._part(step, "header", "header-footer", text)

    def _validation(self, record: Record) -> Iterator[Piece]:
        body, stream, at = self._stream.body(record), self._stream, 4
        place = f"validation at {record.at}"
        for _ in range(4):
            text, at = stream.string(body, at)
            if text.strip("\0"):
                yield self._part(place, "validation", "data-validation", text)
        for _ in range(2):
            (count,) = struct.unpack_from("<H", body, at)
            for text in literals(body[at + 4 : at + 4 + count], b"", stream.version, stream.page):
                yield self._part(place, "validation", "data-validation", text.replace("\0", "\n"))
            at += 4 + count

    def _condition(self, record: Record) -> Iterator[Piece]:
        body, stream = self._stream.body(record), self._stream
        first, second = struct.unpack_from("<HH", body, 2)
        at = len(body) - first - second
        for tokens in (body[at : at + first], body[at + first :]):
            for text in literals(tokens, b"", stream.version, stream.page):
                yield self._part(f"condition at {record.at}", "condition", "conditional-format-text", text)

    def _code_name(self, record: Record) -> Iterator[Piece]:
        text, _ = self._stream.string(self._stream.body(record), 0)
        if text:
            yield self._part("code name", "name", "sheet-property", text)

    def _printer(self, record: Record) -> Iterator[Piece]:
        text = text_runs(b"".join(self._stream.segments(record)))
        if text:
            yield self._part("printer settings", "printer", "printer-settings", text)

    def _property(self, record: Record) -> Iterator[Piece]:
        text = text_runs(b"".join(self._stream.segments(record)))
        if text:
            yield self._part(f"record {record.kind:#06x} at {record.at}", "property", "sheet-property", text)

    def _drawing(self, record: Record) -> Iterator[Piece]:
        yield from drawing_pieces(b"".join(self._stream.segments(record)), (*self._where, "drawing"))

    def _series_text(self, record: Record) -> Iterator[Piece]:
        text, _ = self._stream.string(self._stream.body(record), 2, False)
        if text.strip():
            yield self._part("chart title or series", "chart-text", "", text)

    def _chart_number(self, record: Record) -> Iterator[Piece]:
        (value,) = struct.unpack_from("<d", self._stream.body(record), 6)
        yield self._part("chart data", "chart-value", "chart-data", f"{value:.15g}")

    def _chart_label(self, record: Record) -> Iterator[Piece]:
        text, _ = self._stream.string(self._stream.body(record), 6)
        if text:
            yield self._part("chart data", "chart-value", "chart-data", text)


def cell_name(row: int, column: int) -> str:
    """Return the address of a cell by its 0-based row and column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
