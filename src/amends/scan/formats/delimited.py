"""Delimited text: comma, semicolon, tab or pipe; in UTF-8, UTF-16 or Windows-1252 (RFC 4180 and habit).

The encoding is settled by reading the whole file once: a single byte that is not UTF-8 makes it
Windows-1252, which is what an office program writes when nobody asked it for anything else. The
delimiter is the one that cuts the first records into equally many fields.
"""

from __future__ import annotations

import codecs
import csv
import encodings.cp1252
import encodings.utf_8_sig
import encodings.utf_16
import encodings.utf_16_be
import encodings.utf_16_le
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable, UntrustedUnread
from amends.scan.limits import Limits

# The child can open no file any more when it meets an encoding, so all of them are loaded by now;
# for the same reason nothing here may import later (`Counter.most_common` does, for one).
_LOADED: Final = (
    encodings.cp1252,
    encodings.utf_8_sig,
    encodings.utf_16,
    encodings.utf_16_be,
    encodings.utf_16_le,
)

_HEAD: Final = 1 << 16
_CHUNK: Final = 1 << 20
_DELIMITERS: Final = ",;\t|"
_SAMPLED_RECORDS: Final = 50
_AGREEING: Final = 0.9
_LONGEST_ROW: Final = 16_384
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP: Final = ("<", "{", "[", "%PDF")
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


class _Delimited:
    name = "delimited"
    extensions = ("csv", "tsv", "tab")
    needs = ()
    rank = 90

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(_HEAD)
        text = head.decode(_encoding_of_head(head), "replace")
        if _NOT_TEXT.search(text) or text.lstrip("\ufeff \t\r\n").startswith(_MARKUP):
            return False
        return extension in self.extensions or _delimiter(text) is not None

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedTable | UntrustedUnread]:
        encoding = _encoding(stream)
        stream.seek(0)
        head = stream.read(_HEAD)
        text = head.decode(encoding, "replace")
        stated = _SEPARATOR_LINE.match(text)
        delimiter = stated[1] if stated else _delimiter(text) or ","
        stream.seek(0)
        source = _Text(stream, encoding)
        table = UntrustedTable("", "", ())
        table.rows = _rows(source, delimiter, 1 if stated else 0, limits)
        yield table
        if source.damaged:
            yield UntrustedUnread("", "text-damaged", source.damaged)
        if source.ended_inside_quotes:
            yield UntrustedUnread("", "quotes-unbalanced")


class _Text:
    """The lines of the file as text, counting what could not be decoded and the quotes."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self.damaged = 0
        self.ended_inside_quotes = False

    def __iter__(self) -> Iterator[str]:
        lines = io.TextIOWrapper(self._stream, self._encoding, errors="replace", newline="")
        try:
            for line in lines:
                if "\ufffd" in line:
                    self.damaged += line.count("\ufffd")
                yield line
        finally:
            lines.detach()


def _rows(source: _Text, delimiter: str, skipped_lines: int, limits: Limits) -> Iterator[UntrustedRow]:
    csv.field_size_limit(limits.cell_characters)
    lines = iter(source)
    for _ in range(skipped_lines):
        next(lines, None)
    quotes = 0
    lines_of_last = 0

    def counted() -> Iterator[str]:
        nonlocal quotes, lines_of_last
        for line in lines:
            quotes += line.count('"')
            lines_of_last += 1
            yield line

    number = skipped_lines
    try:
        for record in csv.reader(counted(), delimiter=delimiter):
            number += 1
            # A quote that never closes swallows all lines to the end of the file into its last record.
            source.ended_inside_quotes = quotes % 2 == 1 and lines_of_last > 1
            lines_of_last = 0
            if len(record) > _LONGEST_ROW:
                raise UnreadableError("too-large")
            if record:
                yield UntrustedRow(number, "", None, record)
    except csv.Error as problem:
        raise UnreadableError("too-large" if "field limit" in str(problem) else "corrupt") from problem


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    head = stream.read(_HEAD)
    encoding = _encoding_of_head(head)
    if encoding != "utf-8":
        return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _encoding_of_head(head: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if odd > 4 * max(1, even):
            return "utf-16-le"
        if even > 4 * max(1, odd):
            return "utf-16-be"
    return "utf-8"


def _delimiter(text: str) -> str | None:
    """Return the delimiter that cuts the first records into equally many fields, at least two."""
    complete = text.rpartition("\n")[0] if len(text) > _HEAD // 4 else text
    best: tuple[float, int, str] | None = None
    for delimiter in _DELIMITERS:
        counts = _field_counts(complete, delimiter)
        fields = max(counts, key=lambda size: counts[size], default=0)
        if fields < 2:
            continue
        agreement = counts[fields] / sum(counts.values())
        if agreement >= _AGREEING and (best is None or (agreement, fields) > best[:2]):
            best = (agreement, fields, delimiter)
    return best[2] if best else _first_line_delimiter(complete)


def _first_line_delimiter(text: str) -> str | None:
    """Ragged files (titles above, notes below) still repeat one delimiter on most of their lines."""
    lines = [line for line in text.splitlines()[:_SAMPLED_RECORDS] if line.strip()]
    for delimiter in "\t;|,":
        having = sum(line.count(delimiter) >= 2 for line in lines)
        if len(lines) >= 3 and having * 2 > len(lines):
            return delimiter
    return None


def _field_counts(text: str, delimiter: str) -> dict[int, int]:
    counts: dict[int, int] = {}
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(field.strip() for field in record):
                counts[len(record)] = counts.get(len(record), 0) + 1
            if sum(counts.values()) >= _SAMPLED_RECORDS:
                break
    except csv.Error:
        return {}
    return counts


PLUGIN = _Delimited()
