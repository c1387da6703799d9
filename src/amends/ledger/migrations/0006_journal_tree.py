"""The detail of a journal entry becomes the canonical text that is hashed; no digest changes.

Before, it was a native JSON value, which PostgreSQL does not keep byte for byte. The entries themselves say what
they said: the text is made of the same value, and the protection against changes stands again at the end.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from amends.ledger.canonical_json import CanonicalJSONField, canonical

TABLE = "ledger_journalentry"
_PIECE = 5_000
# The same as in 0002: a migration that has run is not changed, so that the words stand in both.
PROTECTION_ON_SQLITE = (
    """CREATE TRIGGER journal_entry_not_updated BEFORE UPDATE ON ledger_journalentry
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_entry_not_replaced BEFORE INSERT ON ledger_journalentry
       WHEN EXISTS (SELECT 1 FROM ledger_journalentry WHERE sequence = NEW.sequence)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_entry_not_deleted BEFORE DELETE ON ledger_journalentry
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)


def lay_protection_aside(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL keeps its triggers on a table whose column changes; SQLite loses them when it makes the table anew."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER journal_entry_unchanged")


def write_canonically(apps: Any, schema_editor: Any) -> None:
    """Write each detail in its canonical form, then protect the table again."""
    connection = schema_editor.connection
    entries = apps.get_model("ledger", "JournalEntry").objects.order_by("sequence")
    with connection.cursor() as cursor:
        last = 0
        # Piece by piece: SQLite does not like a table to be changed under a reader.
        while piece := list(entries.filter(sequence__gt=last).values_list("detail", "sequence")[:_PIECE]):
            cursor.executemany(
                f"UPDATE {TABLE} SET detail = %s WHERE sequence = %s",
                [(canonical(detail), sequence) for detail, sequence in piece],
            )
            last = piece[-1][1]
    if connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER journal_entry_unchanged")
        return
    for statement in PROTECTION_ON_SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """There is no way back, on purpose."""

    dependencies = (('ledger', '0005_acting_systems'),)
    operations = (
        migrations.RunPython(lay_protection_aside),
        migrations.AlterField("journalentry", "detail", CanonicalJSONField()),
        migrations.RunPython(write_canonically),
    )
