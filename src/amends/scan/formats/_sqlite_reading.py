"""Reads a database in memory: schema, tables, views; nothing in it may do more than read."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._sqlite_pages import SqlitePages
from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import Limits

_JOURNAL_AT: Final = 18
_FETCHED: Final = 2_000
_STEPS: Final = 10_000
_VIEW_SECONDS: Final = 10.0
_LARGE_VALUE: Final = 256
_ALLOWED: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_FILES_IN_CELLS: Final = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"PK\x03\x04",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"GIF8",
    b"\x1f\x8b\x08",
    b"bplist",
)


def sqlite_pieces(content: bytes, limits: Limits) -> Iterator[UntrustedPiece]:
    """Yield every piece. Raises `UnreadableError`."""
    database = _opened(content)
    try:
        listed = database.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    except (
        sqlite3.DatabaseError,
        UnicodeDecodeError,
    ) as damage:  # the second: a message that quotes the damage
        yield from SqlitePages(content).pieces()
        raise UnreadableError("corrupt") from damage
    for number, (kind, name, statement) in enumerate(listed, 1):
        where = ("schema", f"{_text(kind)} {number}")
        yield from part(where, "name", "", _text(name))
        yield from part(where, "sql", "file-metadata", _text(statement))
    for kind, name, statement in listed:
        if kind in (b"table", b"view"):
            yield from _table(database, kind, name, statement, limits)
    yield from SqlitePages(content).pieces()
    if _stated_bytes(content) > len(content):
        yield UntrustedUnread("", "corrupt")


def _stated_bytes(content: bytes) -> int:
    """Return how long the header says the database is; 0 where an old program has not kept the count (1.3.7)."""
    if content[24:28] != content[92:96]:
        return 0
    page_bytes = int.from_bytes(content[16:18], "big")
    return int.from_bytes(content[28:32], "big") * (page_bytes if page_bytes > 1 else 65_536)


def _opened(content: bytes) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    # Write-ahead logging needs files; the pages are the same.
    if content[_JOURNAL_AT : _JOURNAL_AT + 2] == b"\2\2":
        content = content[:_JOURNAL_AT] + b"\1\1" + content[_JOURNAL_AT + 2 :]
    try:
        database.deserialize(content)
        database.text_factory = bytes
        for setting in (
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "temp_store=MEMORY",
            "query_only=ON",
            "mmap_size=0",
        ):
            database.execute(f"PRAGMA {setting}")
        database.set_authorizer(_authorize)
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as damage:
        raise UnreadableError("corrupt") from damage
    return database


def _authorize(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _table(
    database: sqlite3.Connection, kind: bytes, name: bytes, statement: bytes | None, limits: Limits
) -> Iterator[UntrustedPiece]:
    called = _text(name)
    where = (f"{_text(kind)} '{called}'",)
    if statement is not None and statement[:40].upper().split()[1:2] == [b"VIRTUAL"]:
        # Its rows lie in tables of their own, which are read; the module that joins them is not trusted.
        yield UntrustedUnread(where[0], "part-not-read")
        return
    files: list[UntrustedFile] = []
    table = UntrustedTable(called, "", _rows(database, called, kind == b"view", files, where, limits), where)
    table.header_row = 1
    yield table
    yield from files


def _rows(
    database: sqlite3.Connection,
    name: str,
    view: bool,
    files: list[UntrustedFile],
    where: tuple[str, ...],
    limits: Limits,
) -> Iterator[UntrustedRow]:
    end = time.process_time() + _VIEW_SECONDS
    database.set_progress_handler((lambda: time.process_time() > end) if view else None, _STEPS)
    quoted = name.replace('"', '""')
    try:
        cursor = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - quoted, and nothing but reading is allowed
        columns = [_text(column[0]) for column in cursor.description]
        yield UntrustedRow(1, "", None, columns)
        number = 1
        while rows := cursor.fetchmany(_FETCHED):
            for row in rows:
                number += 1
                texts = [_cell(value, files, where, number) for value in row]
                if max(map(len, texts), default=0) > limits.cell_characters:
                    raise UnreadableError("too-large")
                yield UntrustedRow(number, "", None, texts)
    except sqlite3.OperationalError as problem:
        raise UnreadableError("time-limit" if "interrupted" in str(problem) else "corrupt") from problem
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as damage:
        raise UnreadableError("corrupt") from damage
    finally:
        database.set_progress_handler(None, 0)


def _cell(value: object, files: list[UntrustedFile], where: tuple[str, ...], number: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        if len(value) >= _LARGE_VALUE and value.startswith(_FILES_IN_CELLS):
            files.append(UntrustedFile((*where, f"row {number}", f"file {len(files) + 1}"), "", value))
            return ""
        text = decode(value)
        return text if "\0" not in text else value.hex()
    return str(value)


def _text(value: object) -> str:
    return decode(value) if isinstance(value, bytes) else "" if value is None else str(value)
