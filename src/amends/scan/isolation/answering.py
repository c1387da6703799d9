"""Sends what a reader yields, in lines of bounded length."""

from __future__ import annotations

import binascii
import json
import os
from typing import Any, Final

from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedRow, UntrustedTable
from amends.scan.isolation.protocol import (
    BATCH_CELLS,
    BATCH_CHARACTERS,
    LONGEST_ROW_CHARACTERS,
    LONGEST_STEP,
    MOST_STEPS,
)
from amends.scan.limits import Limits
from amends.scan.rendering.interface import UntrustedPicture

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)

Steps = tuple[str, ...]


class Answer:
    """The way out of the child, and the count of what has gone out."""

    def __init__(self, descriptor: int, limits: Limits) -> None:
        self.limits = limits
        self._descriptor = descriptor
        self._parts: list[tuple[Steps, str, str, str]] = []
        self._pending_characters = 0
        self._sent_parts = 0
        self._sent_characters = 0
        self._tables = 0
        self._pictures = 0

    def send(self, message: list[Any]) -> None:
        """Send one line, after the parts that wait."""
        if self._parts:
            waiting, self._parts, self._pending_characters = self._parts, [], 0
            self._write(["parts", waiting])
        self._write(message)

    def part(self, part: UntrustedPart, prefix: Steps, hidden: str) -> None:
        """Send one piece of text, in slices where it is longer than a piece may be."""
        where = _bounded(prefix + part.where)
        longest = self.limits.cell_characters
        for start in range(0, len(part.text), longest):
            text = part.text[start : start + longest]
            self._sent_parts += 1
            self._sent_characters += len(text)
            if self._sent_parts > self.limits.parts or self._sent_characters > self.limits.characters:
                raise UnreadableError("too-large")
            self._parts.append((where, part.kind, part.hidden or hidden, text))
            self._pending_characters += len(text) + sum(map(len, where))
            if self._pending_characters >= BATCH_CHARACTERS or len(self._parts) >= BATCH_CELLS:
                waiting, self._parts, self._pending_characters = self._parts, [], 0
                self._write(["parts", waiting])

    def unread(self, where: Steps, code: str, amount: int = 0) -> None:
        """Send that a piece was not read."""
        self.send(["unread", _bounded(where), code, amount])

    def format(self, where: Steps, name: str) -> None:
        """Send which format a file is of."""
        self.send(["format", _bounded(where), name])

    def picture(self, picture: UntrustedPicture) -> None:
        """Send one page as it is shown."""
        self._pictures += 1
        if self._pictures > self.limits.pages or picture.width * picture.height > self.limits.pixels:
            raise UnreadableError("too-large")
        pixels = binascii.b2a_base64(picture.pixels, newline=False).decode("ascii")
        self.send(["picture", _bounded(picture.where), picture.hidden, picture.width, picture.height, pixels])

    def table(self, table: UntrustedTable, prefix: Steps, hidden: str) -> None:
        """Send a table with all its rows, or that it was dropped."""
        self._tables += 1
        if self._tables > self.limits.tables:
            raise UnreadableError("too-large")
        where = _bounded(prefix + table.where)
        self.send(["table", where, table.name[:LONGEST_STEP], table.hidden or hidden])
        try:
            self._rows(table)
        except UnreadableError as problem:
            self.send(["drop", problem.code, problem.amount])
            return
        except (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException:  # a fault of the reader, Rust's panics included; its message may hold data
            self.send(["drop", "reader-failed", 0])
            return
        self.send(["table-end", table.hidden_columns[: self.limits.columns], table.header_row])
        if table.unread_cells:
            self.unread(where, "cells-not-read", table.unread_cells)

    def _rows(self, table: UntrustedTable) -> None:
        limits = self.limits
        batch: list[UntrustedRow] = []
        told = 0
        cells = characters = all_cells = 0
        for rows, row in enumerate(table.rows, 1):
            count = len(row.texts)
            length = sum(map(len, row.texts))
            all_cells += count
            if rows > limits.rows or all_cells > limits.cells or length > LONGEST_ROW_CHARACTERS:
                raise UnreadableError("too-large")
            batch.append(row)
            cells += count
            characters += length
            if cells >= BATCH_CELLS or characters >= BATCH_CHARACTERS:
                if len(table.hidden_columns) > told:
                    told = len(table.hidden_columns)
                    self.send(["columns", table.hidden_columns[: limits.columns]])
                self.send(["rows", batch])
                batch = []
                cells = characters = 0
        if batch:
            if len(table.hidden_columns) > told:
                self.send(["columns", table.hidden_columns[: limits.columns]])
            self.send(["rows", batch])

    def _write(self, message: list[Any]) -> None:
        pending = memoryview(_ENCODER.encode(message).encode("utf-8", "replace") + b"\n")
        while pending:
            pending = pending[os.write(self._descriptor, pending) :]


def _bounded(where: Steps) -> Steps:
    if len(where) > MOST_STEPS:
        where = (*where[: MOST_STEPS - 1], where[-1])
    return tuple(step[:LONGEST_STEP] for step in where)
