"""Look-ups in a PostgreSQL ledger by asyncpg, on an event loop of the thread that looks up.

Row-level security is refused outright: with ``row_security`` off, PostgreSQL raises an error where a policy would
otherwise hide rows, and hidden rows must not mean clear. The session is read-only and every statement has a
time limit on both sides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

import asyncpg
import uvloop

from amends.gate.reading import CANARY, CANARY_HOLD, Counted, FoundHold, KeyTable, LookupFailedError, Reading
from amends.gate.reasons import Reason
from amends.gate.sqlite_lookup import KEYS
from amends.gate.table_rows import key_table, state_of

_T = TypeVar("_T")
_SECONDS: Final = 0.15
_SECONDS_TO_COUNT: Final = 60.0
# One statement sees one instant of the database: what is held, what is known, and what the ledger says of itself.
_LOOK_UP: Final = f"""
SELECT 'h' AS what, h.fingerprint AS a, h.hold_id AS b, r.state AS c, r.barred_action AS d,
       NULL::bigint AS e, NULL::bigint AS f
  FROM ledger_heldidentifier h LEFT JOIN ledger_remedy r ON r.id = h.hold_id AND r.kind = 'hold'
  WHERE h.fingerprint = ANY($1::text[])
UNION ALL
SELECT 'k', fingerprint, NULL, NULL, NULL, NULL, NULL FROM ledger_knownidentifier WHERE fingerprint = ANY($1::text[])
UNION ALL
SELECT 's', fingerprint_key_id, generation, unknown_is_hold::text, NULL, held_identifiers, known_identifiers
  FROM ledger_gatestate WHERE id = 1
UNION ALL
SELECT 'e', digest, sequence, NULL, NULL, NULL, NULL FROM ledger_journalentry WHERE sequence = $2::bigint
UNION ALL
SELECT 'j', (SELECT digest FROM ledger_journalhead WHERE id = 1),
  (SELECT sequence FROM ledger_journalhead WHERE id = 1),
  EXISTS (SELECT 1 FROM ledger_heldidentifier WHERE fingerprint > '{CANARY}')::text,
  EXISTS (SELECT 1 FROM ledger_knownidentifier)::text, pg_is_in_recovery()::int, NULL
"""
_FAULT: Final = """
SELECT pg_is_in_recovery() OR
       (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only') = 'on'
"""
_SESSION: Final = {
    "row_security": "off",
    "application_name": "amends gate",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}


class PostgresqlLookup:
    """Reads the ledger's database. Used by one thread, whose own loop it brings with it."""

    def __init__(self, url: str, *, seconds: float = _SECONDS) -> None:
        self._url, self._seconds = url, seconds
        milliseconds = str(round(seconds * 1000))
        self._settings = {**_SESSION, "statement_timeout": milliseconds, "lock_timeout": milliseconds}
        self._loop = uvloop.new_event_loop()
        self._connection: Any = None
        self._statement: Any = None

    def look_up(self, fingerprints: Sequence[str], *, entry: int = 0) -> Reading:
        """Look these up, and the canary with them, in one statement."""
        rows = self._run(lambda: self._look_up([CANARY, *fingerprints], entry), self._seconds)
        holds: dict[str, list[FoundHold]] = {}
        known: set[str] = set()
        state, sequence, head, digest, any_held, any_known = None, None, "", None, False, False
        for what, a, b, c, d, e, f in rows:
            if what == "h":
                holds.setdefault(a, []).append(FoundHold(b, c, d or ""))
            elif what == "k":
                known.add(a)
            elif what == "s":
                state = state_of((b, e, f, a, c == "true"))
            elif what == "e":
                digest = a
            else:
                head, sequence, any_held, any_known = a or "", b, c == "true", d == "true"
                if e:
                    # A standby may lag behind by any time.
                    raise LookupFailedError(Reason.DATABASE_UNAVAILABLE)
        canary = any(hold.number == CANARY_HOLD for hold in holds.pop(CANARY, ()))
        return Reading(canary, state, sequence, head, digest, any_held, any_known, holds, known)

    def keys(self) -> KeyTable:
        """Return the API keys."""
        return key_table(self._run(lambda: self._connection.fetch(KEYS), self._seconds))

    def counts(self) -> Counted:
        """Count held identifiers (without the canary) and known ones: a walk through both tables."""

        async def count() -> Any:
            async with self._connection.transaction():
                await self._connection.execute(
                    f"SET LOCAL statement_timeout = {int(_SECONDS_TO_COUNT * 1000)}"
                )
                return await self._connection.fetchrow(
                    "SELECT (SELECT count(*) FROM ledger_heldidentifier WHERE fingerprint > $1),"
                    " (SELECT count(*) FROM ledger_knownidentifier), s.generation, s.held_identifiers,"
                    " s.known_identifiers, s.fingerprint_key_id, s.unknown_is_hold"
                    " FROM (SELECT 1) one LEFT JOIN ledger_gatestate s ON s.id = 1",
                    CANARY,
                )

        held, known, *state = self._run(count, _SECONDS_TO_COUNT)
        return Counted(held, known, None if state[0] is None else state_of(state))

    def draw(self, starts: Sequence[str]) -> list[str]:
        """Return for each start the first held fingerprint at or after it, as far as there is one."""
        rows = self._run(
            lambda: self._connection.fetch(
                "SELECT (SELECT h.fingerprint FROM ledger_heldidentifier h WHERE h.fingerprint > greatest(q, $2)"
                " ORDER BY h.fingerprint LIMIT 1) FROM unnest($1::text[]) q",
                list(starts),
                CANARY,
            ),
            self._seconds,
        )
        return [row[0] for row in rows if row[0] is not None]

    def fault(self) -> Reason | None:
        """Return why this database must not be believed: a standby, or a server on which nobody can place a hold.

        Asked through a new connection, because the settings of a role hold for new ones.
        """
        self.close()
        try:
            read_only = self._run(lambda: self._connection.fetchval(_FAULT), self._seconds)
        except LookupFailedError as error:
            return error.reason
        return Reason.DATABASE_UNAVAILABLE if read_only else None

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.terminate()
        self._connection = self._statement = None

    async def _look_up(self, fingerprints: list[str], entry: int) -> Any:
        if self._statement is None:
            self._statement = await self._connection.prepare(_LOOK_UP)
        return await self._statement.fetch(fingerprints, entry)

    def _run(self, work: Callable[[], Awaitable[_T]], seconds: float) -> _T:
        async def limited() -> _T:
            async with asyncio.timeout(seconds):
                if self._connection is None:
                    self._connection = await asyncpg.connect(self._url, server_settings=self._settings)
                    # Not with the other settings: what a session begins with is what `_FAULT` looks at.
                    await self._connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
                return await work()

        try:
            return self._loop.run_until_complete(limited())
        except (TimeoutError, asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError):
            self.close()
            raise LookupFailedError(Reason.DATABASE_TIMEOUT) from None
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError):
            self.close()
            # Not chained: what the driver says may quote what it was given, or the password.
            raise LookupFailedError(Reason.DATABASE_UNAVAILABLE) from None
