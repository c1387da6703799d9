"""Writes reported actions and ties them to the rows whose identifiers they name; inside its caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from amends.casework.actions.reading import ActionReport
from amends.ledger import current
from amends.ledger.models import Action
from amends.ledger.sealed_fields import SEALED_FOR_ACTION

_COLUMNS = (
    "system, kind, at, identifier_fingerprint, key_id, sealed_identifier, source_sha256, source_line,"
    " recorded_at"
)


def record_actions(report: ActionReport, *, now: datetime) -> int:
    """Write every action that the ledger does not have yet; return how many were new.

    Whom an action concerns is written as a keyed fingerprint, by which it is found, and sealed, so that the
    fingerprint can be made anew when its key changes.
    """
    sealer = current.sealer()
    time = connection.ops.adapt_datetimefield_value
    before = Action.objects.count()
    values = [
        (
            action.system,
            action.kind,
            time(action.at),
            sealer.fingerprint(action.identifier.reveal()),
            sealer.fingerprint_key_id,
            sealer.seal(
                action.identifier.reveal().encode(),
                bound_to=sealed_for_action(action.system, action.kind, action.at),
            ),
            report.source_sha256,
            action.line,
            time(now),
        )
        for action in report.actions
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO ledger_action ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
            " ON CONFLICT DO NOTHING",
            values,
        )
    return Action.objects.count() - before


def sealed_for_action(system: str, kind: str, at: datetime) -> str:
    """Return what an action's sealed identifier is bound to."""
    return SEALED_FOR_ACTION.format(system, kind, at.astimezone(UTC))


def renew_fingerprints() -> int:
    """Make the fingerprints of actions anew that were made with another key; return how many.

    Without this an action recorded before a change of key would match nobody, and look harmless.
    """
    sealer = current.sealer()
    stale = list(Action.objects.exclude(key_id=sealer.fingerprint_key_id))
    for action in stale:
        bound = sealed_for_action(action.system, action.kind, action.at)
        identifier = sealer.unseal(bytes(action.sealed_identifier), bound_to=bound).decode()
        action.identifier_fingerprint = sealer.fingerprint(identifier)
        action.key_id = sealer.fingerprint_key_id
    Action.objects.bulk_update(stale, ("identifier_fingerprint", "key_id"), batch_size=500)
    return len(stale)


def tie_actions_to_rows() -> int:
    """Tie every action to every held row that one of its identifiers names, in one statement; return how many ties
    are new.

    A row learns further identifiers when it is linked to the registry, so that this runs before every check.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_actionsubject (action_id, incident_id, row_id)
               SELECT DISTINCT a.id, m.incident_id, m.row_id
               FROM ledger_action a
               JOIN ledger_heldidentifier h ON h.fingerprint = a.identifier_fingerprint
               JOIN ledger_remedy m ON m.id = h.hold_id
               WHERE m.row_id IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM ledger_actionsubject s WHERE s.action_id = a.id AND s.row_id = m.row_id)"""
        )
        return int(cursor.rowcount)
