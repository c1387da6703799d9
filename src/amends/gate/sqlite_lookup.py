"""Look-ups in an SQLite ledger, through a read-only connection of the gate's own."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import orjson

from amends.gate.reading import CANARY, CANARY_HOLD, Counted, FoundHold, KeyTable, LookupFailedError, Reading
from amends.gate.reasons import Reason
from amends.gate.table_rows import key_table, state_of

_BUSY_SECONDS: Final = 0.15
_STATE: Final = """
  (SELECT json_array(generation, held_identifiers, known_identifiers, fingerprint_key_id, unknown_is_hold)
     FROM ledger_gatestate WHERE id = 1)"""
# One row with everything in it: each step of a statement hands the interpreter's lock to and fro, and one step
# for a whole micro-batch lets the other thread work meanwhile. CROSS JOIN fixes the order: look-ups, no scan.
_LOOK_UP: Final = f"""
SELECT
  (SELECT json_group_array(json_array(h.fingerprint, h.hold_id, r.state, r.barred_action))
     FROM json_each(?1) q CROSS JOIN ledger_heldidentifier h ON h.fingerprint = q.value
     LEFT JOIN ledger_remedy r ON r.id = h.hold_id AND r.kind = 'hold'),
  (SELECT json_group_array(k.fingerprint)
     FROM json_each(?1) q CROSS JOIN ledger_knownidentifier k ON k.fingerprint = q.value),
  {_STATE},
  (SELECT sequence FROM ledger_journalhead WHERE id = 1),
  (SELECT digest FROM ledger_journalhead WHERE id = 1),
  (SELECT digest FROM ledger_journalentry WHERE sequence = ?2),
  EXISTS (SELECT 1 FROM ledger_heldidentifier WHERE fingerprint > '{CANARY}'),
  EXISTS (SELECT 1 FROM ledger_knownidentifier)
"""
KEYS: Final = """
SELECT k.key_id, s.name, k.kind, k.secret_sha256, k.actions, s.actions, k.requests_per_second,
       k.expires_at, k.revoked_at, s.retired_at
FROM ledger_actingsystem s LEFT JOIN ledger_apikey k ON k.system_id = s.id
"""


class SqliteLookup:
    """Reads the ledger's file; notices when another file has taken its place."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] = (0, 0)

    def look_up(self, fingerprints: Sequence[str], *, entry: int = 0) -> Reading:
        """Look these up, and the canary with them, in one statement."""
        held, known, state, sequence, head, digest, any_held, any_known = self._one(
            _LOOK_UP, (orjson.dumps([CANARY, *fingerprints]).decode(), entry)
        )
        holds: dict[str, list[FoundHold]] = {}
        for fingerprint, number, hold_state, bars in orjson.loads(held):
            found = FoundHold(number, hold_state, bars or "")
            if fingerprint in holds:
                holds[fingerprint].append(found)
            else:
                holds[fingerprint] = [found]
        canary = any(hold.number == CANARY_HOLD for hold in holds.pop(CANARY, ()))
        return Reading(
            canary=canary,
            state=state_of(orjson.loads(state)) if state else None,
            sequence=sequence,
            head=head or "",
            entry=digest,
            any_held=bool(any_held),
            any_known=bool(any_known),
            held=holds,
            known=set(orjson.loads(known)),
        )

    def keys(self) -> KeyTable:
        """Return the API keys."""
        return key_table(self._all(KEYS))

    def counts(self) -> Counted:
        """Count held identifiers (without the canary) and known ones: a walk through both tables."""
        held, known, state = self._one(
            "SELECT (SELECT count(*) FROM ledger_heldidentifier WHERE fingerprint > ?),"
            f" (SELECT count(*) FROM ledger_knownidentifier), {_STATE}",
            (CANARY,),
        )
        return Counted(held, known, state_of(orjson.loads(state)) if state else None)

    def draw(self, starts: Sequence[str]) -> list[str]:
        """Return for each start the first held fingerprint at or after it, as far as there is one."""
        rows = self._all(
            "SELECT (SELECT min(fingerprint) FROM ledger_heldidentifier WHERE fingerprint > max(q.value, ?2))"
            " FROM json_each(?1) q",
            (orjson.dumps(list(starts)).decode(), CANARY),
        )
        return [found for (found,) in rows if found is not None]

    def fault(self) -> Reason | None:
        """Return why this file must not be believed: nobody could place a hold in it."""
        try:
            nobody_writes = not self._file.stat().st_mode & 0o222
            read_only = bool(os.statvfs(self._file).f_flag & os.ST_RDONLY)
        except OSError:
            return Reason.DATABASE_UNAVAILABLE
        return Reason.DATABASE_UNAVAILABLE if nobody_writes or read_only else None

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _one(self, statement: str, values: tuple[Any, ...]) -> Any:
        return self._all(statement, values)[0]

    def _all(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        try:
            return self._connected().execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            self.close()
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in (
                sqlite3.SQLITE_BUSY,
                sqlite3.SQLITE_LOCKED,
            )
            # Not chained: what SQLite says may quote what it was given.
            raise LookupFailedError(
                Reason.DATABASE_TIMEOUT if busy else Reason.DATABASE_UNAVAILABLE
            ) from None

    def _connected(self) -> sqlite3.Connection:
        """Return the connection, to the file that has the ledger's name now.

        A file that was moved away stays open and readable, and answers like yesterday.
        """
        status = self._file.stat()
        place = (status.st_dev, status.st_ino)
        if self._connection is not None and place != self._opened:
            self.close()
        if self._connection is None:
            connection = sqlite3.connect(
                f"{self._file.absolute().as_uri()}?mode=ro",
                uri=True,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                # Made in the thread that starts the gate, closed there, used in one other.
                check_same_thread=False,
            )
            connection.execute("PRAGMA mmap_size=8589934592")
            connection.execute("PRAGMA cache_size=-65536")
            connection.execute("PRAGMA query_only=ON")
            self._connection, self._opened = connection, place
        return self._connection
