"""Rows of the ledger's table of API keys as records, whichever database they come from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from amends.gate.reading import KeyRecord, KeyTable, State

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_KINDS: Final = frozenset({"live", "team", "test"})


def key_table(rows: Iterable[Sequence[Any]]) -> KeyTable:
    """Return the table of keys from rows of key and system; a system without a key has its actions all the same."""
    keys: dict[str, KeyRecord] = {}
    actions: set[str] = set()
    for key_id, system, kind, secret, of_key, of_system, rate, expires, revoked, retired in rows:
        possible = frozenset(_listed(of_system))
        if retired is None:
            actions |= possible
        # A name that is none would have to be escaped wherever an answer quotes it.
        if key_id is not None and _NAME.fullmatch(system) and kind in _KINDS:
            keys[key_id] = KeyRecord(
                key_id=key_id,
                system=system,
                kind=kind,
                secret_sha256=secret,
                actions=possible & frozenset(_listed(of_key)),
                requests_per_second=rate,
                expires_at=_instant(expires),
                revoked=revoked is not None or retired is not None,
            )
    return KeyTable(keys, frozenset(actions))


def state_of(row: Sequence[Any]) -> State:
    """Return the state from its columns."""
    generation, held, known, key_id, unknown_is_hold = row
    return State(generation, held, known, key_id, bool(unknown_is_hold))


def _listed(value: Any) -> list[str]:
    # JSON comes as text from SQLite and, unless it is told otherwise, from asyncpg.
    found = json.loads(value) if isinstance(value, str) else value
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _instant(value: Any) -> datetime | None:
    if value is None:
        return None
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    # Django writes instants into SQLite in UTC and without saying so.
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
