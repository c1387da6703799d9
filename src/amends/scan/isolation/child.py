"""The process in which a hostile file is opened: start, give everything up, read, answer, end.

It imports as little as can be, since its start is paid for by each file. It answers in lines of JSON
(see `amends.scan.isolation.protocol`), never in pickles, and never with a message of an exception.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from amends.scan.formats.interface import (
    Format,
    UnreadableError,
    UntrustedRow,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.isolation.protocol import (
    BATCH_CELLS,
    BATCH_CHARACTERS,
    LONGEST_ROW_CHARACTERS,
    MEMORY_EXIT,
)
from amends.scan.limits import Limits
from amends.vocabulary.plugins import load_plugins

_STREAMS: Final = 3
_NAME_CHARACTERS: Final = 255
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)

Send = Callable[[list[Any]], None]


def main() -> None:
    """Read the file on standard input and answer on standard output; arguments: extension, limits as JSON."""
    extension, limits = sys.argv[1], Limits(*json.loads(sys.argv[2]))
    formats: list[Format] = list(load_plugins("amends.scan.formats").values())
    give_up_everything(limits)
    gc.disable()  # nothing here makes cycles by the million, and the process ends with its file
    answer = open(1, "wb", buffering=0, closefd=False)  # noqa: PTH123, SIM115 - an open descriptor, not a path

    def send(message: list[Any]) -> None:
        pending = memoryview(_ENCODER.encode(message).encode("utf-8", "replace") + b"\n")
        while pending:
            pending = pending[answer.write(pending) :]

    try:
        with open(0, "rb", closefd=False) as stream:  # noqa: PTH123 - an open descriptor, not a path
            answer_for(stream, extension, formats, limits, send)
        send(["end"])
    except MemoryError:
        os._exit(MEMORY_EXIT)


def give_up_everything(limits: Limits) -> None:
    """Lower every bound of this process for good, hard limits included.

    After this it can neither open a file nor a socket (no descriptor is left), write to a file, start
    a process, dump its memory, nor outgrow its memory and its seconds.
    """
    # Past the soft bound of the CPU comes a signal that says why, a second later the end.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    for bound, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_NOFILE, _STREAMS),
    ):
        resource.setrlimit(bound, (value, value))


def answer_for(stream: BinaryIO, extension: str, formats: list[Format], limits: Limits, send: Send) -> None:
    """Send everything that the first format which recognises the file finds in it."""
    for reader in formats:
        try:
            if reader.recognise(stream, extension):
                send(["format", reader.name])
                stream.seek(0)
                _send_pieces(reader.read(stream, limits), limits, send)
                return
        except UnreadableError as problem:
            send(["unread", "", problem.code, problem.amount])
            return
    send(["unread", "", "unknown-format", 0])


def _send_pieces(pieces: Iterator[UntrustedTable | UntrustedUnread], limits: Limits, send: Send) -> None:
    tables = 0
    for piece in pieces:
        if isinstance(piece, UntrustedUnread):
            send(["unread", piece.where[:_NAME_CHARACTERS], piece.code, piece.amount])
            continue
        tables += 1
        if tables > limits.tables:
            raise UnreadableError("too-large")
        _send_table(piece, limits, send)


def _send_table(table: UntrustedTable, limits: Limits, send: Send) -> None:
    name = table.name[:_NAME_CHARACTERS]
    send(["table", name, table.hidden])
    try:
        _send_rows(table, limits, send)
    except UnreadableError as problem:
        send(["drop", problem.code, problem.amount])
        return
    send(["table-end", table.hidden_columns[: limits.columns], table.header_row])
    if table.unread_cells:
        send(["unread", name, "cells-not-read", table.unread_cells])


def _send_rows(table: UntrustedTable, limits: Limits, send: Send) -> None:
    batch: list[UntrustedRow] = []
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
            send(["rows", batch])
            batch = []
            cells = characters = 0
    if batch:
        send(["rows", batch])
