"""The gate's own durable store: every answer, what acting systems said, and what has been seen of the ledger.

One SQLite file in the folder ``gate`` of the ledger's home, apart from the ledger, so that an answer is recorded also
while the ledger's database is down. The gate alone writes; anybody may read through a connection of their own.
It holds fingerprints and never an identifier.

Answers of one micro-batch share one transaction and one flush to disk (group commit). Each such batch carries
the SHA-256 of its rows and of the batch before, so that a changed or removed row shows
(`amends.gate.store_check`); like every chain, it does not show that its whole end was cut off.

A check of a whole list (``/v1/check/batch``) is one row of ``batch_checks``: 25 bytes for each identifier
(`amends.gate.packed`). The view ``every_answer`` shows those as rows like the others.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter
from pathlib import Path
from threading import RLock
from typing import Any, Final

from amends.gate.answers import Row
from amends.gate.packed import BatchCheck
from amends.gate.store_schema import SCHEMA
from amends.ledger.answer_chain import FIRST, digest_of
from amends.ledger.home import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, LedgerHome

_MOST_ROWS_A_STATEMENT: Final = 64
_STARTS_SHIFT: Final = 40
"""An answer's number is the count of the gate's starts, then 40 bits: never given twice, whatever was lost."""
_FEW_ROWS: Final = 200
_ROWS_A_LIST: Final = 100
"""A long list's record fills about as many pages of the log as so many single answers."""
_MOST_ROWS_UNMOVED: Final = 150_000
"""About half a gigabyte of log: a quarter of a minute at full load."""
Marks = Mapping[str, int | str]
"""What is remembered, by name."""

_BATCH: Final = ("batch_id", "batch_first", "batch_last", "batch_at", "batch_previous", "batch_digest")
_number = itemgetter(0)


class GateStore:
    """The store, opened for writing by the gate alone. Safe to use from several threads.

    Raises ``sqlite3.Error`` where it cannot be written; what was being recorded is then not recorded.
    """

    def __init__(self, home: LedgerHome) -> None:
        self.folder: Path = home.folder / "gate"
        self.folder.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
        self.file: Path = self.folder / "answers.sqlite3"
        self.file.touch(mode=OWNER_ONLY_FILE)
        self._lock = RLock()
        self._connection = sqlite3.connect(
            self.file, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=0.2
        )
        self._connection.executescript(SCHEMA)
        self._statements = {n: _insert_of(n) for n in range(1, _MOST_ROWS_A_STATEMENT + 1)}
        self._whole: dict[int, str] = {}
        self._digest, self._batch = self._end_of_chain()
        self._unmoved = self._recorded_before = 0
        self.starts: int = int(self.mark("starts") or 0) + 1
        self.set_marks({"starts": self.starts})

    @property
    def first_number(self) -> int:
        """Number of the first answer of this run of the gate."""
        return self.starts << _STARTS_SHIFT

    @property
    def last_answer_at(self) -> datetime | None:
        """When the last answer of all was recorded."""
        with self._lock:
            found = self._connection.execute("SELECT max(at) FROM batches").fetchone()[0]
        return datetime.fromisoformat(found) if found else None

    def record(
        self,
        rows: Sequence[Row],
        *,
        at: str,
        checks: Sequence[BatchCheck] = (),
        marks: Marks | None = None,
    ) -> None:
        """Record answers (and checks of lists, and marks) in one transaction; durable when it returns."""
        with self._lock:
            batch = self._batch + 1
            # By number, in which they are read again; late ones come behind with smaller numbers.
            rows = sorted(rows, key=_number)
            digest = digest_of(self._digest, batch, rows, checks)
            numbers = [row[0] for row in rows] + [check.id for check in checks]
            summary = (batch, min(numbers), max(numbers), at, self._digest, digest)
            if checks or marks or len(rows) > _MOST_ROWS_A_STATEMENT:
                self._write_in_steps(batch, rows, checks, marks, summary)
            else:
                self._connection.execute(
                    self._statement_of(len(rows)), [*chain.from_iterable(rows), *summary]
                )
            self._digest, self._batch = digest, batch
            self._unmoved += len(rows) + len(checks) * _ROWS_A_LIST

    def _statement_of(self, rows: int) -> str:
        """Return the one statement that writes so many answers and their batch, in a transaction of its own.

        Each step of a transaction gives the interpreter away and has to wait until the loop gives it back: one
        step for all of it, by a trigger on a view that there is only for this, waits once.
        """
        found = self._whole.get(rows)
        if found is None:
            for statement in _trigger_of(rows):
                self._connection.execute(statement)
            marks = ",".join("?" * (rows * len(Row._fields) + len(_BATCH)))
            found = self._whole[rows] = f"INSERT INTO temp.batch_of_{rows} VALUES ({marks})"
        return found

    def _write_in_steps(
        self,
        batch: int,
        rows: Sequence[Row],
        checks: Sequence[BatchCheck],
        marks: Marks | None,
        summary: tuple[int | str, ...],
    ) -> None:
        """Write a batch that is not only answers, or long."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            for start in range(0, len(rows), _MOST_ROWS_A_STATEMENT):
                piece = rows[start : start + _MOST_ROWS_A_STATEMENT]
                values = [value for row in piece for value in (row[0], batch, *row[2:])]
                connection.execute(self._statements[len(piece)], values)
            for check in checks:
                connection.execute(_INSERT_CHECK, (check.id, batch, *check[2:]))
            connection.execute("INSERT INTO batches VALUES (?,?,?,?,?,?)", summary)
            if marks:
                self._write_marks(marks)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def put_inbox(self, *, system: str, api_key: str, kind: str, body: dict[str, Any], at: datetime) -> int:
        """Keep what an acting system said (``acknowledgement``, ``heartbeat``, ``holding``); durable on return."""
        values = (
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            system,
            api_key,
            kind,
            json.dumps(body, separators=(",", ":")),
        )
        with self._lock, closing(self._connection.cursor()) as cursor:
            cursor.execute("INSERT INTO inbox (at, system, api_key, kind, body) VALUES (?,?,?,?,?)", values)
            return int(cursor.lastrowid or 0)

    def mark(self, name: str) -> str | None:
        """Return what was last remembered under a name."""
        with self._lock:
            found = self._connection.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def set_marks(self, marks: Marks) -> None:
        """Remember these, all or none; durable when it returns."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._write_marks(marks)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def acceptances(self, *, after: int) -> list[tuple[int, str]]:
        """Return number and subject of what an operator has accepted since (`amends.gate.accepting`)."""
        with self._lock:
            return self._connection.execute(
                "SELECT id, subject FROM acceptances WHERE id > ? ORDER BY id", (after,)
            ).fetchall()

    def checkpoint(self) -> None:
        """Move what has gathered in the write-ahead log into the file; called about once a second.

        Moving writes many pages and flushes them, and every answer on its way would wait for the same disk. So it is
        done when little is being recorded, or when so much has gathered that it must be: then the last of
        it is moved while recording waits, and the log is written from its beginning again.
        """
        recorded, self._recorded_before = self._unmoved - self._recorded_before, self._unmoved
        quiet = recorded < _FEW_ROWS
        if self._unmoved == 0 or not (quiet or self._unmoved > _MOST_ROWS_UNMOVED):
            return
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            for _ in range(2):
                _, frames, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if frames == moved:
                    break
        with self._lock:
            if frames != moved:
                self._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
            self._unmoved = self._recorded_before = 0

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._connection.close()

    def _write_marks(self, marks: Marks) -> None:
        self._connection.executemany(
            "INSERT INTO marks VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [(name, str(value)) for name, value in marks.items()],
        )

    def _end_of_chain(self) -> tuple[str, int]:
        found = self._connection.execute("SELECT digest, id FROM batches ORDER BY id DESC LIMIT 1").fetchone()
        return found or (FIRST, 0)


def _trigger_of(rows: int) -> tuple[str, str]:
    """Return a view as wide as so many answers and a batch, and the trigger that writes what is inserted there."""
    names = [[f"{name}_{at}" for name in Row._fields] for at in range(rows)]
    columns = ",".join(f"0 AS {name}" for name in (*chain.from_iterable(names), *_BATCH))
    # The number of the batch is the same for all: their own second column says nothing yet.
    lines = (",".join(f"NEW.{name}" for name in (own[0], _BATCH[0], *own[2:])) for own in names)
    batch = ",".join(f"NEW.{name}" for name in _BATCH)
    return (
        f"CREATE TEMP VIEW batch_of_{rows} AS SELECT {columns}",
        f"CREATE TEMP TRIGGER write_batch_of_{rows} INSTEAD OF INSERT ON batch_of_{rows} BEGIN"
        f" INSERT INTO answers VALUES {','.join(f'({line})' for line in lines)};"
        f" INSERT INTO batches VALUES ({batch}); END",
    )


def _insert_of(rows: int) -> str:
    one = f"({','.join('?' * len(Row._fields))})"
    return f"INSERT INTO answers VALUES {','.join([one] * rows)}"


_INSERT_CHECK: Final = f"INSERT INTO batch_checks VALUES ({','.join('?' * len(BatchCheck._fields))})"
