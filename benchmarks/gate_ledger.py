"""A ledger with ten million held identifiers, made in bulk, and the acting systems that ask about them.

Numbers of invented people only. Held are `held_number(0)` to `held_number(held - 1)`, one hold each; known and not
held are those of `known_number`. Indexes that the gate does not use are left out, because they would double
the time of making.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from amends.gate.fingerprints import Fingerprints
from amends.ledger.home import LedgerHome
from benchmarks.measuring import amends

_FIRST_HELD: Final = 100_000_000
_FIRST_KNOWN: Final = 500_000_000
_PIECE: Final = 100_000
_NOW: Final = "2031-03-03 09:00:00"
REMEDY_COLUMNS: Final = (
    "id, incident_id, kind, entitlement, addressee, row_id, state, owner, authority, created_at, "
    "barred_action, earliest_end, end_condition"
)


@dataclass(frozen=True, slots=True)
class SeededLedger:
    """Where it lies, how many identifiers it holds, and a key that may ask about removals."""

    home: LedgerHome
    url: str
    held: int
    known: int
    live_key: str


def held_number(position: int) -> str:
    """Return the identifier of a held person who never was."""
    return f"A{_FIRST_HELD + position}"


def known_number(position: int) -> str:
    """Return the identifier of a person whom the registry knows and nobody holds."""
    return f"A{_FIRST_KNOWN + position}"


def seed_sqlite(folder: Path, *, held: int, known: int) -> SeededLedger:
    """Make the ledger, or take the one that an earlier run left in ``folder``."""
    home = LedgerHome(folder)
    described = folder / "seeded.json"
    if described.is_file():
        kept = json.loads(described.read_text(encoding="utf-8"))
        if (kept["held"], kept["known"]) == (held, known):
            return SeededLedger(home, "", held, known, kept["live_key"])
        raise SystemExit(f"{folder} holds a ledger of another size: remove it")
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    amends_init(home)
    with closing(sqlite3.connect(home.database, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-1000000;"
        )
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type='index' AND sql IS NOT NULL AND tbl_name IN "
            "('ledger_remedy', 'ledger_heldidentifier', 'ledger_knownidentifier')"
        ).fetchall():
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute("BEGIN")
        connection.execute(
            f"INSERT INTO ledger_remedy ({REMEDY_COLUMNS}) "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            f"SELECT i, 1, 'hold', 'hold', '', i, 'in_force', 'bench', 'bench', '{_NOW}', 'removal', '', '' FROM n",
            [held],
        )
        for rows in held_rows(home, held):
            connection.executemany(
                "INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id) VALUES (?, ?, ?)", rows
            )
        for some in known_rows(home, known):
            connection.executemany(
                "INSERT INTO ledger_knownidentifier (fingerprint, key_id) VALUES (?, ?)", some
            )
        connection.execute(
            "UPDATE ledger_gatestate SET generation = generation + 1, held_identifiers = ?, known_identifiers = ?, "
            "fingerprint_key_id = ?",
            [held, known, Fingerprints(home).key_id],
        )
        live_key = add_key(connection, "INSERT INTO {} ({}) VALUES ({})", "?")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    described.write_text(json.dumps({"held": held, "known": known, "live_key": live_key}), encoding="utf-8")
    return SeededLedger(home, "", held, known, live_key)


def amends_init(home: LedgerHome) -> None:
    """Make an empty ledger with the program, as its users do."""
    amends("init", home=home.folder)


def held_rows(home: LedgerHome, held: int) -> Iterator[list[tuple[str, int, str]]]:
    """Yield rows of the held identifiers in the order of their fingerprints: hold `n` holds number `n` - 1."""
    fingerprints = _fingerprints(home, _FIRST_HELD, held)
    order = np.argsort(fingerprints, kind="stable")
    key_id = Fingerprints(home).key_id
    for start in range(0, held, _PIECE):
        places = order[start : start + _PIECE]
        texts = fingerprints[places].tolist()
        yield [(t.decode(), p + 1, key_id) for t, p in zip(texts, places.tolist(), strict=True)]


def known_rows(home: LedgerHome, known: int) -> Iterator[list[tuple[str, str]]]:
    """Yield rows of the known identifiers in the order of their fingerprints: all held ones are among them not."""
    fingerprints = np.sort(_fingerprints(home, _FIRST_KNOWN, known))
    key_id = Fingerprints(home).key_id
    for start in range(0, known, _PIECE):
        yield [(text.decode(), key_id) for text in fingerprints[start : start + _PIECE].tolist()]


def _fingerprints(home: LedgerHome, first: int, count: int) -> NDArray[np.bytes_]:
    of = Fingerprints(home).of
    return np.array([of(str(number))[0].encode() for number in range(first, first + count)], dtype="S32")


def add_key(connection: Any, statement: str, mark: str) -> str:
    """Register an acting system with a live key that may ask about removals, and return the key."""
    secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    key_id = secrets.token_hex(6)
    system: dict[str, Any] = {
        "id": 1,
        "name": "removals",
        "title": "Removals",
        "contact": "Duty office",
        "actions": json.dumps(["removal"]),
        "registered_at": _NOW,
        "mode": "pull",
        "webhook_url": "",
        "silent_after_seconds": 86_400,
        "list_key_id": "",
        "push_failures": 0,
    }
    key: dict[str, Any] = {
        "key_id": key_id,
        "system_id": 1,
        "kind": "live",
        "secret_sha256": hashlib.sha256(secret.encode()).hexdigest(),
        "actions": json.dumps(["removal"]),
        "requests_per_second": 10_000_000,
        "created_at": _NOW,
        "replaced_by": "",
    }
    for table, row in (("ledger_actingsystem", system), ("ledger_apikey", key)):
        connection.execute(
            statement.format(table, ", ".join(row), ", ".join([mark] * len(row))), tuple(row.values())
        )
    return f"amends_live_{key_id}_{secret}"


def seeded_key(home: LedgerHome) -> str:
    """Return the key that was issued when this ledger, or the one it was copied from, was made."""
    kept = json.loads((home.folder / "seeded.json").read_text(encoding="utf-8"))
    return str(kept["live_key"])


_COPIED: Final = {
    "ledger_remedy": REMEDY_COLUMNS,
    "ledger_heldidentifier": "fingerprint, hold_id, key_id",
    "ledger_knownidentifier": "fingerprint, key_id",
    "ledger_actingsystem": (
        "id, name, title, contact, actions, registered_at, mode, webhook_url, silent_after_seconds, list_key_id, "
        "push_failures"
    ),
    "ledger_apikey": (
        "key_id, system_id, kind, secret_sha256, actions, requests_per_second, created_at, replaced_by"
    ),
}


def copy_to_postgresql(home: LedgerHome, url: str) -> None:
    """Give the PostgreSQL database at ``url`` the tables, and what a seeded SQLite ledger has in those that count."""
    amends("init", home=home.folder, url=url)
    with closing(sqlite3.connect(home.database)) as source, psycopg.connect(url) as target:
        # Bare rows: the incident and the leaked rows that they would hang on are left out.
        target.execute("SET session_replication_role = replica")
        target.execute("DELETE FROM ledger_heldidentifier")
        for table, columns in _COPIED.items():
            _without_indexes(target, table)
            copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(columns))
            with target.cursor().copy(copying) as copy:
                for row in source.execute(f"SELECT {columns} FROM {table}"):
                    copy.write_row(row)
        state = source.execute(
            "SELECT generation, held_identifiers, known_identifiers, fingerprint_key_id FROM ledger_gatestate"
        ).fetchone()
        target.execute(
            "UPDATE ledger_gatestate SET generation = %s, held_identifiers = %s, known_identifiers = %s, "
            "fingerprint_key_id = %s",
            state,
        )
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


def _without_indexes(target: psycopg.Connection[Any], table: str) -> None:
    found = target.execute(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = %s::regclass AND NOT i.indisprimary AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)",
        [table],
    ).fetchall()
    for (name,) in found:
        target.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
