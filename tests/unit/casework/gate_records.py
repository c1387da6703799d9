"""A gate's store of answers as the gate writes it, for tests of those who read it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from amends.ledger.answer_chain import digest_of
from amends.ledger.answer_store import FIRST_DIGEST

_TABLES = """
CREATE TABLE answers (id INTEGER PRIMARY KEY, batch INTEGER, at TEXT, system TEXT, api_key TEXT, key_kind TEXT,
  action TEXT, fingerprint TEXT, key_id TEXT, answer TEXT, reason TEXT, hold_reference TEXT, generation INTEGER,
  ledger_sequence INTEGER, expires_at TEXT, receipt TEXT, late INTEGER DEFAULT 0, instead_of INTEGER);
CREATE INDEX answers_about ON answers (fingerprint, at);
CREATE TABLE batches (id INTEGER PRIMARY KEY, first INTEGER, last INTEGER, at TEXT, previous TEXT, digest TEXT);
"""


class GateRecord:
    """Writes answers in batches of their own, each with the digest of the one before."""

    def __init__(self, home: Path) -> None:
        folder = home / "gate"
        folder.mkdir(mode=0o700)
        self.file = folder / "answers.sqlite3"
        self._digest, self._batch = FIRST_DIGEST, 0
        with closing(sqlite3.connect(self.file)) as store:
            store.executescript(_TABLES)

    def record(self, at: datetime, fingerprint: str, answer: str, reason: str, **about: Any) -> int:
        """Record one answer about ``removal`` and return its number."""
        self._batch += 1
        instant = at.isoformat(timespec="microseconds")
        number = 1000 + self._batch
        row = (
            number,
            self._batch,
            instant,
            about.get("system", "flights"),
            "0123456789ab",
            "live",
            about.get("action", "removal"),
            fingerprint,
            "00000000",
            answer,
            reason,
            about.get("hold", ""),
            about.get("generation", 1),
            1,
            instant,
            "f" * 64,
            0,
            about.get("instead_of"),
        )
        digest = digest_of(self._digest, self._batch, [row])
        with closing(sqlite3.connect(self.file)) as store:
            store.execute(f"INSERT INTO answers VALUES ({','.join('?' * len(row))})", row)
            batch = (self._batch, number, number, instant, self._digest, digest)
            store.execute("INSERT INTO batches VALUES (?,?,?,?,?,?)", batch)
            store.commit()
        self._digest = digest
        return number

    def tamper(self, statement: str) -> None:
        """Write into the store behind the gate's back."""
        with closing(sqlite3.connect(self.file)) as store:
            store.execute(statement)
            store.commit()
