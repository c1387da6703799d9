"""The running text of an old Word document: paragraphs, rows of tables, fields, and what in them is not seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._doc_layout import SUBDOCUMENTS, Layout
from amends.scan.formats._doc_properties import Properties, RunState
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

_MARKS: Final = re.compile("[\x07\x0c\x0d\x13\x14\x15]")
_UNSEEN: Final = {
    **dict.fromkeys(range(0x20)), 0x09: "\t", 0x0A: "\n", 0x0B: "\n", 0x0E: "\n", 0x1E: "-", 0x1F: None,
}  # fmt: skip
_MOST_FIELDS: Final = 256


class DocumentText:
    """Yields the parts of all subdocuments; ``covered`` says afterwards which bytes of the stream were text."""

    def __init__(self, layout: Layout, properties: Properties, authors: list[str], limits: Limits) -> None:
        self._layout = layout
        self._limits = limits
        self._properties = properties
        self._authors = authors
        self.covered: list[tuple[int, int]] = []

    def pieces(self) -> Iterator[UntrustedPart | UntrustedTable]:
        """Yield paragraphs and tables in their order."""
        first = 0
        for (place, kind, hidden), count in zip(SUBDOCUMENTS, self._layout.counts, strict=True):
            flow = _Flow((place,), kind, hidden, self._authors)
            flow.longest_cell = self._limits.cell_characters
            for text, state, offset, width in self._runs(first, first + count):
                yield from flow.take(text, state, offset, width, self._properties)
            yield from flow.end()
            first += count
        for text, _, _, _ in self._runs(first + 1, 1 << 31):
            if text.translate(_UNSEEN).strip():
                yield UntrustedPart(
                    ("behind the last part",), "paragraph", "deleted-before", text.translate(_UNSEEN)
                )

    def _runs(self, first: int, last: int) -> Iterator[tuple[str, RunState, int, int]]:
        for piece in self._layout.pieces:
            start, end = max(first - piece.first, 0), min(last - piece.first, piece.characters)
            if start >= end:
                continue
            at = piece.offset + start * piece.width
            self.covered.append((at, piece.offset + end * piece.width))
            for run_end, state in self._properties.states(
                at, piece.offset + end * piece.width, piece.width, piece.properties
            ):
                from_character = (at - piece.offset) // piece.width
                to_character = (run_end - piece.offset + piece.width - 1) // piece.width
                yield self._layout.text(piece, from_character, to_character), state, at, piece.width
                at = piece.offset + to_character * piece.width


class _Flow:
    """One subdocument while its text runs through: the paragraph, the row and the fields that are open."""

    def __init__(self, where: tuple[str, ...], kind: str, hidden: str, authors: list[str]) -> None:
        self._where = where
        self._kind = kind
        self._hidden = hidden
        self._authors = authors
        self.longest_cell = 0
        """Characters that a cell may have."""
        self._number = self._tables = 0
        self._seen: list[str] = []
        self._unseen: list[tuple[RunState, str]] = []
        self._cells: list[str] = []
        self._rows: list[UntrustedRow] = []
        self._waiting: list[UntrustedPart] = []
        self._fields: list[bool] = []
        """For each open field whether its instruction is still running."""

    def take(
        self, text: str, state: RunState, offset: int, width: int, properties: Properties
    ) -> Iterator[UntrustedPart | UntrustedTable]:
        """Take the next run."""
        at = 0
        for mark in _MARKS.finditer(text):
            self._add(text[at : mark.start()], state)
            at = mark.end()
            letter = mark.group()
            if letter == "\x07":
                yield from self._cell(properties.is_row_end(offset + mark.start() * width))
            elif letter in "\x0c\x0d":
                yield from self._paragraph()
            else:
                self._field(letter)
        self._add(text[at:], state)

    def end(self) -> Iterator[UntrustedPart | UntrustedTable]:
        """End what is open."""
        yield from self._paragraph()
        yield from self._table()

    def _field(self, letter: str) -> None:
        if letter == "\x13":
            if len(self._fields) < _MOST_FIELDS:
                self._fields.append(True)
        elif self._fields and letter == "\x14":
            self._fields[-1] = False
        elif self._fields:
            self._fields.pop()

    def _add(self, text: str, state: RunState) -> None:
        if not text:
            return
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").translate(_UNSEEN)
        if any(self._fields) and not state.hidden:
            state = RunState("field-instruction")
        if not state.hidden:
            self._seen.append(text)
        elif self._unseen and self._unseen[-1][0] == state:
            self._unseen[-1] = state, self._unseen[-1][1] + text
        else:
            self._unseen.append((state, text))

    def _finish(self) -> tuple[str, list[UntrustedPart]]:
        """End the paragraph; return what is seen of it, and its hidden pieces."""
        text = "".join(self._seen).strip()
        place = (*self._where, f"paragraph {self._number + 1}")
        parts: list[UntrustedPart] = []
        for state, unseen in self._unseen:
            if unseen.strip():
                parts.append(UntrustedPart(place, "run", state.hidden, unseen.strip()))
            if 0 <= state.author < len(self._authors) and self._authors[state.author]:
                who = " ".join(filter(None, (self._authors[state.author], moment_of(state.when))))
                parts.append(UntrustedPart((*place, "change"), "author", "tracked-change", who))
        self._number += 1
        self._seen, self._unseen = [], []
        return text, parts

    def _paragraph(self) -> Iterator[UntrustedPart | UntrustedTable]:
        if self._cells:  # a paragraph inside a cell: the cell goes on
            self._seen.append("\n")
            return
        text, parts = self._finish()
        if text or parts:
            yield from self._table()
        if text:
            place = (*self._where, f"paragraph {self._number}")
            yield UntrustedPart(place, self._kind, self._hidden, text)
        yield from parts

    def _cell(self, ends_row: bool) -> Iterator[UntrustedPart | UntrustedTable]:
        text, parts = self._finish()
        self._waiting += parts
        if not ends_row:
            self._cells.append(text)
            return
        if any(self._cells):
            self._rows.append(UntrustedRow(self._row_number(), "", None, self._cells))
        else:
            self._rows.append(UntrustedRow(self._row_number(), "", None, [""]))
        self._cells = []
        yield from ()

    def _row_number(self) -> int:
        return len(self._rows) + 1

    def _table(self) -> Iterator[UntrustedPart | UntrustedTable]:
        if self._cells:
            self._rows.append(UntrustedRow(self._row_number(), "", None, self._cells))
            self._cells = []
        rows, self._rows = [row for row in self._rows if any(row.texts)], []
        if rows:
            self._tables += 1
            yield UntrustedTable(
                "", self._hidden, _bounded(rows, self.longest_cell), (*self._where, f"table {self._tables}")
            )
        waiting, self._waiting = self._waiting, []
        yield from waiting


def _bounded(rows: list[UntrustedRow], longest: int) -> Iterator[UntrustedRow]:
    for row in rows:
        if max(map(len, row.texts)) > longest:
            raise UnreadableError("too-large")
        yield row


def moment_of(packed: int) -> str:
    """Return a time of a change (DTTM, MS-DOC 2.9.73) as ISO 8601 without seconds; empty where there is none."""
    minute, hour, day, month = packed & 63, packed >> 6 & 31, packed >> 11 & 31, packed >> 16 & 15
    if not day or not month:
        return ""
    return f"{(packed >> 20 & 511) + 1900:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}"
