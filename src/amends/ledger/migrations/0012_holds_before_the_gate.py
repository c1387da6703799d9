"""Holds that were placed before there was a gate are found by it too, and their placing is on record.

What only the registry knows of a person's numbers is not in the ledger: those are indexed when the registry is learned
(`amends holds known`), in the same transaction. Until then a number that stands in no leaked row is unknown to the gate,
and unknown means hold.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations

_ROWS = """
INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id)
SELECT r.identifier_fingerprint, m.id, %s
FROM ledger_remedy m JOIN ledger_leakedrow r ON r.id = m.row_id
WHERE m.kind = 'hold' AND r.identifier_fingerprint <> ''
ORDER BY r.identifier_fingerprint, m.id
ON CONFLICT DO NOTHING
"""
_PERSONS = """
INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id)
SELECT DISTINCT h.fingerprint, m.id, h.key_id
FROM ledger_remedy m
JOIN ledger_remedy o ON o.person_id = m.person_id AND o.kind = 'hold' AND o.row_id IS NOT NULL
JOIN ledger_heldidentifier h ON h.hold_id = o.id
WHERE m.kind = 'hold' AND m.row_id IS NULL
ON CONFLICT DO NOTHING
"""
_EVENTS = """
INSERT INTO ledger_holdevent (hold_id, event, generation, at)
SELECT m.id, 'placed', %s, m.created_at FROM ledger_remedy m
WHERE m.kind = 'hold' AND NOT EXISTS (SELECT 1 FROM ledger_holdevent e WHERE e.hold_id = m.id)
"""


def index_old_holds(apps: Any, schema_editor: Any) -> None:
    """Index every hold that the gate could not find, and let the gate's state count what is there."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger_remedy WHERE kind = 'hold'")
        if not cursor.fetchone()[0]:
            return
        from amends.ledger.fingerprints import Fingerprinter

        key_id = Fingerprinter(settings.HOME.ring()).key_id
        cursor.execute(_ROWS, [key_id])
        cursor.execute(_PERSONS)
        cursor.execute("SELECT COUNT(*) - 1 FROM ledger_heldidentifier")
        (held,) = cursor.fetchone()
        state = apps.get_model("ledger", "GateState").objects.get(pk=1)
        state.generation += 1
        state.held_identifiers = held
        state.fingerprint_key_id = state.fingerprint_key_id or key_id
        state.save()
        cursor.execute(_EVENTS, [state.generation])


class Migration(migrations.Migration):
    """Runs after the tables of holds; there is no way back, on purpose."""

    dependencies = (('ledger', '0011_hold_terms'),)
    operations = (migrations.RunPython(index_old_holds),)
