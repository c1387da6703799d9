"""Keeps what the hold gate looks up in step with the holds; every function runs in its caller's transaction.

A hold is found by the fingerprints of the identifiers of whom it protects: those of the leaked row at once, those
that the registry has for the person as soon as the row is linked, and for a hold on a person those of all
of that person's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection
from django.db.models import Exists, F, OuterRef

from amends.ledger.models import GateState, HeldIdentifier, HoldEvent, Incident, Remedy
from amends.vocabulary.errors import FaultError

_ROWS_A_STATEMENT = 10_000


def touch(*, held: int = 0) -> int:
    """Give the gate's state its next generation, ``held`` more identifiers, and return the generation.

    The row is locked until the transaction ends: two changes never share a generation.
    """
    GateState.objects.filter(pk=1).update(
        generation=F("generation") + 1, held_identifiers=F("held_identifiers") + held
    )
    return int(GateState.objects.values_list("generation", flat=True).get(pk=1))


def index_population(incident: Incident, *, key_id: str, now: datetime) -> int:
    """Make the holds on the rows of an incident findable by each row's first identifier; return the generation.

    One statement for the identifiers, one for the record of the placing, whatever the number of rows. Of holds that
    this very transaction placed: none of them can have an identifier yet, so that PostgreSQL need not look for one
    before each row and write in two steps.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id)
               SELECT r.identifier_fingerprint, m.id, %s
               FROM ledger_remedy m JOIN ledger_leakedrow r ON r.id = m.row_id
               WHERE m.incident_id = %s AND m.kind = 'hold' AND r.identifier_fingerprint <> ''
               ORDER BY r.identifier_fingerprint, m.id""",
            [key_id, incident.pk],
        )
        generation = touch(held=cursor.rowcount)
    check_fingerprint_key(key_id)
    GateState.objects.filter(pk=1).update(fingerprint_key_id=key_id)
    record_placed(incident, generation=generation, now=now)
    return generation


def index_rows(fingerprints: Iterable[tuple[int, str]], *, key_id: str) -> int:
    """Make the holds on leaked rows (row key, fingerprint) findable by further identifiers; return how many.

    Identifiers under which a hold is found already change nothing.
    """
    wanted = iter(fingerprints)
    added = 0
    while piece := list(islice(wanted, _ROWS_A_STATEMENT)):
        added += _index_piece(piece, key_id)
    if added:
        touch(held=added)
        check_fingerprint_key(key_id)
    return added


def check_fingerprint_key(key_id: str) -> None:
    """Raise `FaultError` ``fingerprint-key-changed`` where the gate looks up by another key by now.

    Called after `touch`, whose lock orders this against the switch of a re-key: what was written before it is
    carried over, what comes after it under the old key would never be found, and is refused.
    """
    current = GateState.objects.values_list("fingerprint_key_id", flat=True).get(pk=1)
    if current not in ("", key_id):
        raise FaultError(
            "fingerprint-key-changed",
            "the fingerprint key was changed while this was under way",
            hint="finish the change with `amends keys rekey-fingerprints`, then do this again; nothing was written",
        )


def locked_key() -> str:
    """Lock the gate's state until the transaction ends, and return the id of the key it looks up by.

    What is copied from row to row takes the rows of this key alone: a re-key that waits for the lock carries the
    copies over, and one that has been through has left nothing to copy that it will remove.
    """
    return str(GateState.objects.select_for_update().get(pk=1).fingerprint_key_id)


def _index_piece(piece: Sequence[tuple[int, str]], key_id: str) -> int:
    holds: dict[int, list[int]] = {}
    rows = {row for row, _ in piece}
    for hold, row in Remedy.objects.filter(kind="hold", row__in=rows).values_list("id", "row_id"):
        holds.setdefault(row or 0, []).append(hold)
    values = sorted((text, hold, key_id) for row, text in piece if text for hold in holds.get(row, ()))
    before = _count(holds)
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id) VALUES (%s, %s, %s)
               ON CONFLICT DO NOTHING""",
            values,
        )
    return _count(holds) - before


def _count(holds: dict[int, list[int]]) -> int:
    keys = [hold for found in holds.values() for hold in found]
    return HeldIdentifier.objects.filter(hold__in=keys).count()


def index_person_holds(incident: Incident) -> int:
    """Make holds that hang on a person findable by every identifier of that person's rows; return how many."""
    key_id = locked_key()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id)
               SELECT DISTINCT h.fingerprint, m.id, h.key_id
               FROM ledger_remedy m
               JOIN ledger_remedy o ON o.person_id = m.person_id AND o.kind = 'hold' AND o.row_id IS NOT NULL
               JOIN ledger_heldidentifier h ON h.hold_id = o.id
               WHERE m.incident_id = %s AND m.kind = 'hold' AND m.row_id IS NULL AND (%s = '' OR h.key_id = %s)
               ON CONFLICT DO NOTHING""",
            [incident.pk, key_id, key_id],
        )
        added = int(cursor.rowcount)
    if added:
        touch(held=added)
    return added


def index_sibling_holds(incident: Incident) -> int:
    """Make a further hold on a row findable by every identifier of the holds that stood there before; return how many.

    A playbook that comes to bar another action places such holds when the leaked file itself is no longer at hand.
    """
    key_id = locked_key()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id)
               SELECT DISTINCT h.fingerprint, m.id, h.key_id
               FROM ledger_remedy m
               JOIN ledger_remedy o ON o.row_id = m.row_id AND o.kind = 'hold' AND o.id <> m.id
               JOIN ledger_heldidentifier h ON h.hold_id = o.id
               WHERE m.incident_id = %s AND m.kind = 'hold' AND m.row_id IS NOT NULL AND (%s = '' OR h.key_id = %s)
               ON CONFLICT DO NOTHING""",
            [incident.pk, key_id, key_id],
        )
        added = int(cursor.rowcount)
    if added:
        touch(held=added)
    return added


def record_placed(incident: Incident, *, generation: int, now: datetime) -> None:
    """Record the placing of every hold of the incident that has no event yet, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_holdevent (hold_id, event, generation, at)
               SELECT m.id, 'placed', %s, %s FROM ledger_remedy m
               WHERE m.incident_id = %s AND m.kind = 'hold'
               AND NOT EXISTS (SELECT 1 FROM ledger_holdevent e WHERE e.hold_id = m.id)""",
            [generation, connection.ops.adapt_datetimefield_value(now), incident.pk],
        )


def record_event(holds: Sequence[int], event: HoldEvent.Event, *, now: datetime) -> int:
    """Record that something happened to these holds (keys), and return the gate's new generation."""
    generation = touch()
    HoldEvent.objects.bulk_create(
        [HoldEvent(hold_id=hold, event=event, generation=generation, at=now) for hold in holds],
        batch_size=_ROWS_A_STATEMENT,
    )
    return generation


def not_findable(incident: Incident) -> int:
    """Return how many holds in force no identifier leads to: rows that have none, and that nobody is linked to."""
    held = Remedy.objects.filter(incident=incident, kind=Remedy.Kind.HOLD, state="in_force")
    return held.filter(~Exists(HeldIdentifier.objects.filter(hold=OuterRef("pk")))).count()
