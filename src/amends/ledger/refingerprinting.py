"""The tables' part of a change of the fingerprint key; the order of the steps stands in `casework.rekey_fingerprints`.

`FingerprintSuccessor` pairs the fingerprint of each identifier under the key that goes with that under the key that
comes. Everything else is set-based over those pairs: giving every hold its new row, telling what has no
successor yet, and taking the old rows away. Counts and generation of the gate change in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, F, Model, OuterRef, Q

from amends.ledger import current
from amends.ledger.fingerprints import fingerprint
from amends.ledger.gate_index import touch
from amends.ledger.keyring import NamedKey
from amends.ledger.models import (
    CANARY_HOLD,
    FingerprintSuccessor,
    FormerFingerprint,
    GateState,
    HeldIdentifier,
    LeakedRow,
    SealedIdentifier,
)
from amends.ledger.scope_keys import DataKind
from amends.ledger.sealed_fields import SealedField, fields_of

_A_CHUNK: Final = 5_000
_IDENTIFIERS: Final[dict[type[Model], tuple[str, Callable[[bytes], list[str]]]]] = {
    LeakedRow: ("identifier_fingerprint", json.loads),
    SealedIdentifier: ("fingerprint", lambda plain: [plain.decode()]),
}
"""Table → the column with the fingerprint of its first identifier, and how its sealed identifiers are read."""


def pair_identifiers(identifiers: Iterable[str], former: NamedKey, incoming: NamedKey) -> None:
    """Record the successors of these normalised identifiers; those that have one keep it."""
    wanted = iter(identifiers)
    while piece := list(islice(wanted, _A_CHUNK)):
        pairs = sorted({(fingerprint(former, text), fingerprint(incoming, text)) for text in piece})
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                """INSERT INTO ledger_fingerprintsuccessor (former, successor) VALUES (%s, %s)
                   ON CONFLICT DO NOTHING""",
                pairs,
            )


def pair_sealed_rows(former: NamedKey, incoming: NamedKey) -> None:
    """Record the successors of every identifier that is sealed with a leaked row, a chunk a transaction."""
    for field in fields_of(DataKind.IDENTIFIERS):
        _pair_sealed(field, former, incoming)


def _pair_sealed(field: SealedField, former: NamedKey, incoming: NamedKey) -> None:
    fingerprinted, identifiers_in = _IDENTIFIERS[field.model]
    paired = FingerprintSuccessor.objects.filter(former=OuterRef(fingerprinted))
    unpaired = Q(~Exists(paired))
    if field.model is LeakedRow:
        # A row has further identifiers, which a kill may have separated from the first.
        of_hold = FingerprintSuccessor.objects.filter(former=OuterRef("fingerprint"))
        held = HeldIdentifier.objects.filter(hold__row=OuterRef("pk"), key_id=former.key_id)
        unpaired |= Q(Exists(held.filter(~Exists(of_hold))))
    rows = (
        field.model._default_manager.filter(**{f"{field.column}__isnull": False})
        .exclude(**{fingerprinted: ""})
        .filter(unpaired)
        .order_by("pk")
    )
    after = 0
    while chosen := list(rows.filter(pk__gt=after).values_list("pk", field.column, *field.parts)[:_A_CHUNK]):
        sealer = current.sealer()
        found = [
            identifier
            for _, sealed, *parts in chosen
            for identifier in identifiers_in(
                sealer.unseal(bytes(sealed), bound_to=field.bound_to.format(*parts))
            )
        ]
        pair_identifiers(found, former, incoming)
        after = chosen[-1][0]


def without_successor(former: NamedKey) -> int:
    """Return how many rows under the former key no successor is known for: those would be lost."""
    paired = FingerprintSuccessor.objects.filter(former=OuterRef("fingerprint"))
    return HeldIdentifier.objects.filter(~Exists(paired), key_id=former.key_id).count()


def carry_over(former: NamedKey, incoming: NamedKey) -> int:
    """Give every hold a row under the incoming key for each that it has under the former; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id)
               SELECT s.successor, h.hold_id, %s
               FROM ledger_heldidentifier h JOIN ledger_fingerprintsuccessor s ON s.former = h.fingerprint
               WHERE h.key_id = %s
               ORDER BY s.successor, h.hold_id
               ON CONFLICT DO NOTHING""",
            [incoming.key_id, former.key_id],
        )
        added = int(cursor.rowcount)
        if added:
            touch(held=added)
    return added


def lock_gate() -> str:
    """Lock the gate's state until the transaction ends, and return the id of the key it looks up by."""
    return str(GateState.objects.select_for_update().get(pk=1).fingerprint_key_id)


def switch(incoming: NamedKey) -> int:
    """Let the gate look up by the incoming key, and give the leaked rows their new fingerprints; return how many."""
    successor = FingerprintSuccessor.objects.filter(former=OuterRef("identifier_fingerprint"))
    rows = LeakedRow.objects.filter(Exists(successor))
    updated = rows.update(identifier_fingerprint=successor.values("successor")[:1])
    of_registry = FingerprintSuccessor.objects.filter(former=OuterRef("fingerprint"))
    SealedIdentifier.objects.filter(Exists(of_registry)).update(
        fingerprint=of_registry.values("successor")[:1], key_id=incoming.key_id
    )
    touch()
    GateState.objects.filter(pk=1).update(fingerprint_key_id=incoming.key_id)
    return updated


def without_twin(former: NamedKey, current_key: NamedKey) -> int:
    """Return how many rows under the former key have no row of the same hold and identifier under the current one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT COUNT(*) FROM ledger_heldidentifier h
               WHERE h.key_id = %s AND h.hold_id <> %s AND NOT EXISTS (
                 SELECT 1 FROM ledger_fingerprintsuccessor s
                 JOIN ledger_heldidentifier n ON n.fingerprint = s.successor AND n.hold_id = h.hold_id
                 WHERE s.former = h.fingerprint AND n.key_id = %s)""",
            [former.key_id, CANARY_HOLD, current_key.key_id],
        )
        return int(cursor.fetchone()[0])


def remove_former(former: NamedKey) -> tuple[int, int]:
    """Take away every row under the former key, held and known, and the pairs; return how many held and known.

    Which fingerprint a hold had stays on record, because the gate's earlier answers carry it.

    Identifiers that the registry knows are learned again from the registry; until then what nobody holds is
    unknown, and unknown means hold.
    """
    _remember_former(former)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM ledger_heldidentifier WHERE key_id = %s AND hold_id <> %s",
            [former.key_id, CANARY_HOLD],
        )
        held = int(cursor.rowcount)
        cursor.execute("DELETE FROM ledger_knownidentifier WHERE key_id = %s", [former.key_id])
        known = int(cursor.rowcount)
        cursor.execute("DELETE FROM ledger_fingerprintsuccessor")
    touch(held=-held)
    if known:
        GateState.objects.filter(pk=1).update(
            known_identifiers=F("known_identifiers") - known, registry_sha256=""
        )
    return held, known


def _remember_former(former: NamedKey) -> None:
    latest = FingerprintSuccessor.objects.filter(former=OuterRef("successor"))
    FormerFingerprint.objects.filter(Exists(latest)).update(successor=latest.values("successor")[:1])
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_formerfingerprint (hold_id, fingerprint, key_id, successor)
               SELECT h.hold_id, h.fingerprint, h.key_id, s.successor
               FROM ledger_heldidentifier h JOIN ledger_fingerprintsuccessor s ON s.former = h.fingerprint
               WHERE h.key_id = %s AND h.hold_id <> %s
               ON CONFLICT DO NOTHING""",
            [former.key_id, CANARY_HOLD],
        )
