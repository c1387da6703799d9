"""What only a person can decide: that an older ledger is the right one, or that the clock is right after all.

Written into the gate's store, where a running gate sees it within a second or two, and where it stays as a record.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Final

from amends.gate.store_schema import ACCEPTANCES
from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import FaultError, UsageError

SUBJECTS: Final = ("older", "clock")
"""``older``: a ledger behind what the gate has seen. ``clock``: a wall clock that has been set."""
_BUSY_SECONDS: Final = 10.0


def accept(home: LedgerHome, subject: str, *, actor: str, reason: str, now: datetime) -> int:
    """Record that ``actor`` accepts something, and return the number of the record.

    Raises `UsageError` ``reason-missing`` or ``gate-never-ran``, `FaultError` ``gate-store-unwritable``.
    """
    if not reason.strip() or not actor.strip():
        raise UsageError(
            "reason-missing",
            "nobody is named, or no reason is given",
            hint="give --actor and --reason in a sentence",
        )
    file = home.folder / "gate" / "answers.sqlite3"
    if not file.is_file():
        raise UsageError(
            "gate-never-ran",
            "this ledger's gate has never run, so it has seen nothing yet",
            hint="start it with `amends gate`",
            where=str(file),
        )
    try:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=_BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(ACCEPTANCES)
            cursor = connection.execute(
                "INSERT INTO acceptances (at, actor, reason, subject) VALUES (?, ?, ?, ?)",
                (now.isoformat(timespec="microseconds"), actor, reason, subject),
            )
            return int(cursor.lastrowid or 0)
    except sqlite3.Error as error:
        raise FaultError(
            "gate-store-unwritable",
            "the gate's store could not be written",
            hint="check its disk and who owns it; the gate stays as it was",
            where=str(file),
        ) from error
