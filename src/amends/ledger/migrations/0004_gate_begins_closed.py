"""The gate's tables in the form in which they are looked up, with the canary without which nobody is clear."""

from __future__ import annotations

from typing import Any

from django.db import migrations

CANARY_FINGERPRINT = "0" * 32
CANARY_HOLD = 0
LOOKED_UP = ("ledger_heldidentifier", "ledger_knownidentifier")


def _without_row_ids(schema_editor: Any) -> None:
    """Make each table its own primary-key index: one descent for a look-up instead of two."""
    with schema_editor.connection.cursor() as cursor:
        for table in LOOKED_UP:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
            (create,) = cursor.fetchone()
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND type = 'index' AND sql IS NOT NULL", [table]
            )
            indexes = [sql for (sql,) in cursor.fetchall()]
            cursor.execute(f'DROP TABLE "{table}"')
            cursor.execute(f"{create} WITHOUT ROWID")
            for index in indexes:
                cursor.execute(index)


def _without_pattern_indexes(schema_editor: Any) -> None:
    """Drop the indexes that serve LIKE, which nobody asks of a fingerprint."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = ANY(%s) AND indexname LIKE %s",
            [list(LOOKED_UP), "%\\_like"],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')


def begin(apps: Any, schema_editor: Any) -> None:
    """Shape the tables for this database, then plant the canary and the state."""
    shape = _without_pattern_indexes if schema_editor.connection.vendor == "postgresql" else _without_row_ids
    shape(schema_editor)
    quote = schema_editor.connection.ops.quote_name
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote('ledger_heldidentifier')} (fingerprint, hold_id, key_id) VALUES (%s, %s, '')",
            [CANARY_FINGERPRINT, CANARY_HOLD],
        )
    apps.get_model("ledger", "GateState").objects.create(id=1)


class Migration(migrations.Migration):
    """Runs after the tables; there is no way back, on purpose."""

    dependencies = (("ledger", "0003_hold_gate"),)
    operations = (migrations.RunPython(begin),)
