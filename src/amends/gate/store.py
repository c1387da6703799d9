"""The gate's own durable store: every answer, what acting systems said, and what has been seen of the ledger."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, Final

from amends.ledger.home import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, LedgerHome

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, system TEXT NOT NULL, api_key TEXT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL);
"""


class GateStore:
    """The store, opened for writing by the gate alone; anybody may read it through a connection of their own."""

    def __init__(self, home: LedgerHome) -> None:
        self.folder: Path = home.folder / "gate"
        self.folder.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
        self.file: Path = self.folder / "answers.sqlite3"
        self.file.touch(mode=OWNER_ONLY_FILE)
        self._lock = RLock()
        self._connection = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        self._connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_SCHEMA}")

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
