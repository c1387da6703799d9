"""Replaces the set of identifiers that the gate knows, at one instant; runs in its caller's transaction.

A look-up that runs meanwhile sees the whole old set or the whole new one. Rows that stay are not touched, so that a
registry that is learned every night costs what changed since the night before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from amends.ledger.models import KnownIdentifier


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many identifiers came and went."""

    added: int
    removed: int


def replace_known(fingerprints: Sequence[str], *, key_id: str) -> Replaced:
    """Make ``fingerprints`` (sorted, each once) the whole set of known identifiers."""
    with connection.cursor() as cursor:
        if not KnownIdentifier.objects.exists():
            _fill(cursor, "ledger_knownidentifier", fingerprints, key_id)
            return Replaced(len(fingerprints), 0)
        _make_learned(cursor)
        _fill(cursor, "learned_identifier", fingerprints, key_id)
        cursor.execute(
            """DELETE FROM ledger_knownidentifier WHERE NOT EXISTS (
                 SELECT 1 FROM learned_identifier l WHERE l.fingerprint = ledger_knownidentifier.fingerprint
                 AND l.key_id = ledger_knownidentifier.key_id)"""
        )
        removed = int(cursor.rowcount)
        cursor.execute(
            """INSERT INTO ledger_knownidentifier (fingerprint, key_id)
               SELECT l.fingerprint, l.key_id FROM learned_identifier l
               WHERE NOT EXISTS (SELECT 1 FROM ledger_knownidentifier k WHERE k.fingerprint = l.fingerprint)
               ORDER BY l.fingerprint"""
        )
        added = int(cursor.rowcount)
        cursor.execute("DROP TABLE learned_identifier")
        return Replaced(added, removed)


def _make_learned(cursor: Any) -> None:
    without_row_ids = "" if connection.vendor == "postgresql" else "WITHOUT ROWID"
    cursor.execute("DROP TABLE IF EXISTS learned_identifier")
    cursor.execute(
        f"""CREATE TEMPORARY TABLE learned_identifier
            (fingerprint varchar(32) PRIMARY KEY, key_id varchar(8) NOT NULL) {without_row_ids}"""
    )


def _fill(cursor: Any, table: str, fingerprints: Sequence[str], key_id: str) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} (fingerprint, key_id) FROM STDIN") as copy:
            copy.write("".join(f"{fingerprint}\t{key_id}\n" for fingerprint in fingerprints))
        if table == "learned_identifier":
            # Without statistics the planner takes the new table for an empty one.
            cursor.execute("ANALYZE learned_identifier")
        return
    cursor.executemany(
        f"INSERT INTO {table} (fingerprint, key_id) VALUES (%s, %s)",  # noqa: S608 -- one of two names
        [(fingerprint, key_id) for fingerprint in fingerprints],
    )
