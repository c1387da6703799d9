"""What somebody does to a journal who owns its database: the triggers go first, then anything goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from amends.ledger import journal
from amends.ledger.journal import JournalFields
from tests.ledger_cases import NOW

TABLE = "ledger_journalentry"


def appended(count: int, *, reason: str = "exercise") -> None:
    """Append entries that differ."""
    with transaction.atomic():
        journal.append_many(
            [
                JournalFields("advance_remedy", "operator", reason, "2031-03-03-0123456789", {"count": n})
                for n in range(count)
            ],
            at=NOW,
        )


def unprotect() -> None:
    """Take away what keeps the database from changing an entry."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL")
            return
        for name in ("not_updated", "not_deleted", "not_replaced"):
            cursor.execute(f"DROP TRIGGER IF EXISTS journal_entry_{name}")


def execute(*statements: str, values: Sequence[Any] = ()) -> None:
    """Run statements as the database's owner."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, list(values))


def rewrite(first: int, **changes: Any) -> None:
    """Change entry ``first``, and make every later digest and the head fit again: a whole new history."""
    from dataclasses import asdict, replace

    chain = list(journal.entries())
    before = chain[first - 2].digest if first > 1 else "0" * 64
    rows = []
    for entry in chain[first - 1 :]:
        values = {**asdict(entry), **(changes if entry.sequence == first else {}), "previous": before}
        draft = type(entry)(**values)
        changed = replace(draft, digest=draft.computed_digest())
        before = changed.digest
        rows.append((changed.reason, changed.actor, changed.previous, changed.digest, changed.sequence))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {TABLE} SET reason = %s, actor = %s, previous = %s, digest = %s WHERE sequence = %s",
            rows,
        )
        cursor.execute("UPDATE ledger_journalhead SET digest = %s", [before])
