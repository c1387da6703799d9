"""What an old workbook says about itself before its sheets (MS-XLS 2.1.7.20.3), and every text in it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from amends.scan.formats._biff_formula import literals
from amends.scan.formats._biff_records import BiffStream, Record, SegmentReader, Substream
from amends.scan.formats._biff_strings import SharedStrings, read_shared_strings
from amends.scan.formats._office_drawing import drawing_pieces
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPart, UntrustedUnread

_HIDDEN: Final = {1: "hidden-sheet", 2: "very-hidden-sheet"}
_BUILT_IN: Final = (
    "Consolidate_Area", "Auto_Open", "Auto_Close", "Extract", "Database", "Criteria", "Print_Area", "Print_Titles",
    "Recorder", "Data_Form", "Auto_Activate", "Auto_Deactivate", "Sheet_Title", "_FilterDatabase",
)  # fmt: skip
_SELF, _ADD_IN = 0x0401, 0x3A01
# Fonts, styles, colours, tables of places, themes (their zip holds the program's own names), flags.
_WITHOUT_TEXT: Final = frozenset(
    {
        0x001E, 0x0022, 0x0031, 0x003D, 0x0042, 0x0043, 0x0085, 0x0092, 0x00E0, 0x00E1, 0x00FC, 0x00FF, 0x0231, 0x0243,
        0x0293, 0x041E, 0x0443, 0x087C, 0x087D, 0x088E, 0x0892, 0x0896, 0x003C, 0x00C1, 0x00E2, 0x008C, 0x020B,
    }
)  # fmt: skip
_CONNECTIONS: Final = frozenset(
    {0x0050, 0x0051, 0x0052, 0x00DC, 0x01AD, 0x0802, 0x0803, 0x0804, 0x0805, 0x01B5}
)
_PIVOTS: Final = frozenset(
    {*range(0x00B0, 0x00B8), *range(0x00C5, 0x00DC), 0x00E3, *range(0x00F0, 0x00FC), 0x0864}
)

Piece = UntrustedPart | UntrustedUnread | UntrustedFile


class Sheet(NamedTuple):
    """One entry of the list of sheets (BoundSheet8)."""

    name: str
    hidden: str
    start: int


class Workbook:
    """The globals: sheets, shared strings; further pieces by `pieces`."""

    def __init__(self, stream: BiffStream, records: list[Record]) -> None:
        self._stream = stream
        self._records = records
        self.sheets: list[Sheet] = []
        self.strings = SharedStrings()
        self.strings_damaged = False
        self._book = 0
        self._readers: dict[int, Callable[[Record], Iterator[Piece]]] = {
            0x005C: self._user,
            0x005B: self._sharing,
            0x0018: self._name,
            0x0218: self._name,
            0x0894: self._name_comment,
            0x01AE: self._external_book,
            0x0023: self._external_name,
            0x0017: self._external_path,
            0x005A: self._cached_cells,
            0x00EB: self._drawing,
        }
        for record in records:
            if record.kind == 0x002F:
                raise UnreadableError("password-protected")
            if record.kind == 0x0042 and record.size >= 2:
                (page,) = struct.unpack_from("<H", stream.body(record))
                stream.page = {0x8000: 10000, 0x8001: 1252}.get(page, page)
            elif record.kind == 0x0085:
                self._sheet(record)
            elif record.kind == 0x00FC:
                try:
                    read_shared_strings(stream.segments(record), self.strings)
                except (UnreadableError, struct.error):
                    self.strings.used = bytearray(len(self.strings.texts))
                    self.strings_damaged = True

    def _sheet(self, record: Record) -> None:
        body = self._stream.body(record)
        start, state = struct.unpack_from("<IH", body)
        name, _ = self._stream.string(body, 6, False)
        self.sheets.append(Sheet(name, _HIDDEN.get(state & 3, ""), start))

    def pieces(self) -> Iterator[Piece]:
        """Yield every text of the globals beside names of sheets and shared strings."""
        for record in self._records:
            yield from record_pieces(self._stream, record, self._readers, ("workbook",))

    def orphans(self) -> Iterator[UntrustedPart]:
        """Yield the shared strings that no cell shows, once all sheets have been read."""
        for number, used in enumerate(self.strings.used):
            text = self.strings.texts[number]
            if not used and text:
                yield UntrustedPart(
                    ("shared strings", f"string {number + 1}"), "string", "orphan-string", text
                )
                if number in self.strings.phonetic:
                    spoken = self.strings.phonetic[number]
                    yield UntrustedPart(
                        ("shared strings", f"string {number + 1}"), "string", "phonetic-text", spoken
                    )

    def _user(self, record: Record) -> Iterator[Piece]:
        text, _ = self._stream.string(self._stream.body(record), 0, self._stream.version >= 8)
        if text.strip():
            yield UntrustedPart(("last user",), "user-name", "document-property", text.strip())

    def _sharing(self, record: Record) -> Iterator[Piece]:
        text, _ = self._stream.string(self._stream.body(record), 4, self._stream.version >= 8)
        if text.strip():
            yield UntrustedPart(("reserved by",), "user-name", "document-property", text.strip())

    def _name(self, record: Record) -> Iterator[Piece]:
        stream, body = self._stream, b"".join(self._stream.segments(record))
        flags, _, length, count = struct.unpack_from("<HBBH", body)
        at = 14 if stream.version >= 5 else 6
        name, at = stream.characters(body, at, length)
        if flags & 0x20 and name:
            name = _BUILT_IN[ord(name[0])] if ord(name[0]) < len(_BUILT_IN) else ""
        place = ("defined names", f"name at {record.at}")
        texts = [name] if not flags & 0x20 else []
        texts += literals(body[at : at + count], b"", stream.version, stream.page)
        for text in texts:
            yield UntrustedPart(place, "name", "defined-name", text)
        at += count
        if stream.version >= 5:
            for size in body[10:14]:
                text, at = stream.characters(body, at, size)
                if text:
                    yield UntrustedPart(place, "name", "defined-name", text)

    def _name_comment(self, record: Record) -> Iterator[Piece]:
        body = self._stream.body(record)
        name_length, length = struct.unpack_from("<HH", body, 12)
        _, at = self._stream.characters(body, 16, name_length)
        text, _ = self._stream.characters(body, at, length)
        yield UntrustedPart(("defined names", f"comment at {record.at}"), "name", "defined-name", text)

    def _external_book(self, record: Record) -> Iterator[Piece]:
        body = b"".join(self._stream.segments(record))
        sheets, length = struct.unpack_from("<HH", body)
        self._book += 1
        if length in (_SELF, _ADD_IN):
            return
        path, at = self._stream.characters(body, 4, length)
        yield self._external("path", _readable_path(path))
        for number in range(sheets):
            name, at = self._stream.string(body, at)
            yield self._external(f"sheet {number + 1}", name)

    def _external(self, step: str, text: str) -> UntrustedPart:
        place = (f"external book {self._book}", step)
        return UntrustedPart(place, "external-link", "external-link-cache", text or "(none)")

    def _external_path(self, record: Record) -> Iterator[Piece]:
        if self._stream.version >= 8:
            return
        self._book += 1
        path, _ = self._stream.string(self._stream.body(record), 0, False)
        if path[:1] not in ("\2", "\3", "\4", ":"):
            yield self._external("path", _readable_path(path))

    def _external_name(self, record: Record) -> Iterator[Piece]:
        name, _ = self._stream.string(self._stream.body(record), 6, False)
        if name:
            yield self._external("name", name)

    def _cached_cells(self, record: Record) -> Iterator[Piece]:
        reader = SegmentReader(self._stream.segments(record))
        last, first, row = struct.unpack("<BBH", reader.take(4))
        for column in range(first, last + 1):
            kind = reader.take(1)[0]
            if kind == 2:
                length, flags = struct.unpack("<HB", reader.take(3))
                text = reader.characters(length, bool(flags & 1))
            else:
                raw = reader.take(8)
                text = f"{struct.unpack('<d', raw)[0]:.15g}" if kind == 1 else ""
            if text:
                yield self._external(f"cell R{row + 1}C{column + 1}", text)

    def _drawing(self, record: Record) -> Iterator[Piece]:
        yield from drawing_pieces(b"".join(self._stream.segments(record)), ("pictures",))


def record_pieces(
    stream: BiffStream,
    record: Record,
    readers: dict[int, Callable[[Record], Iterator[Piece]]],
    where: tuple[str, ...],
) -> Iterator[Piece]:
    """Yield a record's texts by its reader; of a kind that has none, or that is damaged, the runs of text in it."""
    reader = readers.get(record.kind)
    if reader is not None:
        try:
            yield from list(reader(record))
        except (UnreadableError, struct.error, IndexError):
            yield from _runs(stream, record, where)
        return
    if record.kind not in _WITHOUT_TEXT:
        yield from _runs(stream, record, where)


def _runs(stream: BiffStream, record: Record, where: tuple[str, ...]) -> Iterator[UntrustedPart]:
    text = text_runs(b"".join(stream.segments(record)))
    if text:
        hidden = "unshown-text"
        if record.kind in _CONNECTIONS:
            hidden = "connection"
        elif record.kind in _PIVOTS:
            hidden = "pivot-cache"
        yield UntrustedPart((*where, f"record {record.kind:#06x} at {record.at}"), "record", hidden, text)


def _readable_path(encoded: str) -> str:
    """Return the path with its control characters read (MS-XLS 2.5.277)."""
    text = encoded[1:] if encoded[:1] == "\1" else encoded
    text = text.replace("\1@", "\\\\").replace("\5", "").replace("\4", "..\\").replace("\3", "\\")
    return "".join(letter if letter >= " " else ("\\" if letter == "\2" else "") for letter in text)


def globals_of(stream: BiffStream) -> Substream | None:
    """Return the substream of the globals, where there is one (from Excel 5 on)."""
    found = stream.substreams[0] if stream.substreams else None
    return found if found is not None and found.kind == 0x05 and stream.version >= 5 else None
