"""Delimited text: comma, semicolon, tab or pipe; in any encoding that `_text` tells (RFC 4180 and habit).

The delimiter is the one that cuts the first records into equally many fields.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import HEAD, NOT_TEXT, encoding_of, encoding_of_head
from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable, UntrustedUnread
from amends.scan.limits import Limits

_DELIMITERS: Final = ",;\t|"
_SAMPLED_RECORDS: Final = 50
_AGREEING: Final = 0.9
_LONGEST_ROW: Final = 16_384
_MARKUP: Final = ("<", "{", "[", "%PDF")
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


class _Delimited:
    name = "delimited"
    extensions = ("csv", "tsv", "tab")
    needs = ()
    rank = 90

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(HEAD)
        text = head.decode(encoding_of_head(head), "replace")
        if NOT_TEXT.search(text) or text.lstrip("\ufeff \t\r\n").startswith(_MARKUP):
            return False
        return extension in self.extensions or _delimiter(text) is not None

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedTable | UntrustedUnread]:
        encoding = encoding_of(stream)
        stream.seek(0)
        head = stream.read(HEAD)
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


def _delimiter(text: str) -> str | None:
    """Return the delimiter that cuts the first records into equally many fields, at least two."""
    complete = text.rpartition("\n")[0] if len(text) > HEAD // 4 else text
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
