"""Copies of a ledger in SQLite, made by its online backup interface while others read and write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from amends.ledger.backup.database import LedgerDatabase, Query, SealedColumn, facts_of
from amends.ledger.backup.manifest import LedgerFacts
from amends.ledger.durable import OWNER_ONLY_FILE
from amends.vocabulary.errors import FaultError


class SqliteLedger(LedgerDatabase):
    """A ledger in one SQLite file."""

    name = "sqlite"
    file_name = "ledger.sqlite3"

    def __init__(self, file: Path) -> None:
        self._file = file

    def copy(self, to: Path, sealed: Sequence[SealedColumn]) -> LedgerFacts:
        """Write a copy of one moment, and return what the copy itself says."""
        copy_sqlite(self._file, to)
        copied = SqliteLedger(to)
        with copied.reading() as query:
            return facts_of(query, sealed, _tables(query))

    @contextmanager
    def reading(self) -> Iterator[Query]:
        """Yield a function that reads rows; nothing is written beside the file."""
        address = f"{self._file.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            with closing(sqlite3.connect(address, uri=True)) as connection:
                yield lambda sql: connection.execute(sql).fetchall()
        except sqlite3.DatabaseError as error:
            raise FaultError(
                "backup-damaged",
                "the database of the copy cannot be read",
                hint="take another copy; nothing was written",
                where=self._file.name,
            ) from error


def copy_sqlite(source: Path, to: Path) -> None:
    """Copy one SQLite file whole, as it stands at one moment, into a file that needs no other beside it."""
    to.touch(mode=OWNER_ONLY_FILE)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as whole,
        closing(sqlite3.connect(to)) as copy,
    ):
        whole.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _tables(query: Query) -> list[str]:
    rows = query("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'ledger\\_%' ESCAPE '\\'")
    return sorted(name for (name,) in rows)
