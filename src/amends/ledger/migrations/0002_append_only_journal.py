"""The journal refuses to be changed, in the database itself, and its head stands from the start."""

from __future__ import annotations

from typing import Any

from django.db import migrations

GENESIS = "0" * 64

SQLITE = (
    """CREATE TRIGGER journal_entry_not_updated BEFORE UPDATE ON ledger_journalentry
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    # INSERT OR REPLACE takes a row away without asking the other two.
    """CREATE TRIGGER journal_entry_not_replaced BEFORE INSERT ON ledger_journalentry
       WHEN EXISTS (SELECT 1 FROM ledger_journalentry WHERE sequence = NEW.sequence)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_entry_not_deleted BEFORE DELETE ON ledger_journalentry
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE TRIGGER journal_entry_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_journalentry
       FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()""",
)


def begin_chain(apps: Any, schema_editor: Any) -> None:
    """Write the head of the empty chain, and install the triggers of this database."""
    apps.get_model("ledger", "JournalHead").objects.create(id=1, sequence=0, digest=GENESIS)
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Runs after the tables; there is no way back, on purpose."""

    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(begin_chain),)
