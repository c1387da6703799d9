"""What belongs on the hold lists: the identifiers under a hold in force, out of their seals, keyed for each system.

Which identifiers are held is asked of the very table that the gate asks, so that list and gate cannot differ. The
sealed identifiers only turn those fingerprints into entries. A fingerprint that no sealed identifier fits is counted:
the list then lacks somebody, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import orjson
from django.db import connection

from amends.casework.identification.registry_identifiers import sealed_for_identifier
from amends.casework.population_rows import sealed_for_row
from amends.ledger import current
from amends.ledger.models import (
    CANARY_FINGERPRINT,
    CANARY_HOLD,
    GateState,
    Incident,
    LeakedRow,
    SealedIdentifier,
)
from amends.vocabulary.errors import FaultError, RefusalError
from amends.vocabulary.hold_list import entry_of_normalised

_ROWS_AT_ONCE = 10_000
_READINGS = 3
_IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True)
class Held:
    """What was under a hold in force at one moment."""

    generation: int
    """Of the gate; the state is at least as new."""
    by_action: dict[str, frozenset[str]]
    """Barred action → fingerprints."""

    def barring(self, actions: Iterable[str]) -> frozenset[str]:
        """Return the fingerprints under a hold that bars one of these actions."""
        return frozenset().union(*(self.by_action.get(action, frozenset()) for action in actions))


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Fingerprint → normalised identifier. Holds personal data in the clear while a list is made, in memory alone."""

    of_fingerprint: dict[str, bytes] = field(repr=False)

    def entries(self, fingerprints: frozenset[str], entry_key: bytes) -> tuple[frozenset[str], int]:
        """Return the entries for these fingerprints, and for how many there is no identifier."""
        found = [self.of_fingerprint[text] for text in fingerprints if text in self.of_fingerprint]
        entries = frozenset(entry_of_normalised(identifier, entry_key) for identifier in found)
        return entries, len(fingerprints) - len(found)


def held_now() -> Held:
    """Return what is held, by one statement and so of one moment.

    Raises `FaultError` ``gate-index-mismatch`` unless that statement sees the canary, every identifier that the gate's
    state counts, and the hold of each: a table that is empty, hidden or half restored must not become an empty list;
    `RefusalError` ``fingerprint-key-changing`` while the gate looks up by another key than this process has.
    """
    key_id = current.sealer().fingerprint_key_id
    for _ in range(_READINGS):
        before = _state()
        by_action: dict[str, set[str]] = {}
        seen = canaries = 0
        for fingerprint, hold, key, action, state in _held_rows():
            if hold == CANARY_HOLD:
                canaries += fingerprint == CANARY_FINGERPRINT
                continue
            seen += state is not None
            # Under a key that went, an identifier stands a second time: the gate does not look there either.
            if state == _IN_FORCE and action is not None and key == key_id:
                by_action.setdefault(action, set()).add(fingerprint)
        if _state() == before:
            break
    generation, counted, looked_up_by = before
    if looked_up_by not in ("", key_id):
        raise RefusalError(
            "fingerprint-key-changing",
            "the gate looks up by another fingerprint key than the ledger's current one",
            hint="finish the change of key, then publish; the lists that are published stand",
        )
    if canaries != 1 or seen != counted:
        raise FaultError(
            "gate-index-mismatch",
            f"{seen:,} held identifiers can be seen with their holds, and {counted:,} should be",
            hint="check that this is the ledger's latest database and that all its rows can be read; "
            "no list was published",
        )
    return Held(generation, {action: frozenset(found) for action, found in by_action.items()})


def held_ever() -> frozenset[str]:
    """Return the fingerprints of every hold, in force or lifted."""
    return frozenset(row[0] for row in _held_rows() if row[1] != CANARY_HOLD)


def _state() -> tuple[int, int, str]:
    found = GateState.objects.get(pk=1)
    return found.generation, found.held_identifiers, found.fingerprint_key_id


def _held_rows() -> Iterator[tuple[str, int, str, str | None, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT h.fingerprint, h.hold_id, h.key_id, m.barred_action, m.state
               FROM ledger_heldidentifier h LEFT JOIN ledger_remedy m ON m.id = h.hold_id"""
        )
        while piece := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from piece


def identifiers_of(wanted: frozenset[str]) -> Identifiers:
    """Return the identifiers for these fingerprints, as far as the ledger has them sealed."""
    fingerprint = current.sealer().fingerprint
    found: dict[str, bytes] = {}
    for identifier in _all_identifiers():
        text = fingerprint(identifier)
        if text in wanted:
            found[text] = identifier.encode()
    return Identifiers(found)


def _all_identifiers() -> Iterator[str]:
    """Yield every identifier that opens. One that does not is missed by whoever wanted it, and counted there."""
    unseal = current.sealer().unseal
    incidents = {incident.pk: incident for incident in Incident.objects.only("id", "reference")}
    rows = LeakedRow.objects.filter(sealed_identifiers__isnull=False).order_by()
    fields = ("incident_id", "table_name", "row_number", "sealed_identifiers")
    for incident, table, number, sealed in rows.values_list(*fields).iterator(chunk_size=_ROWS_AT_ONCE):
        bound_to = sealed_for_row(incidents[incident], table, number)
        with suppress(FaultError):
            yield from orjson.loads(unseal(bytes(sealed or b""), bound_to=bound_to))
    further = SealedIdentifier.objects.order_by().values_list("row_id", "sealed")
    for row, sealed in further.iterator(chunk_size=_ROWS_AT_ONCE):
        with suppress(FaultError):
            yield unseal(bytes(sealed), bound_to=sealed_for_identifier(row)).decode()
