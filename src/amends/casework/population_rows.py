"""The rows of a leaked list as the ledger keeps them: each with its fingerprint and its sealed identifiers.

A long list is worked by two processes, since everybody in it waits to be held: a forked one fingerprints and seals
what its parent writes. It has the list and the keys from its birth, touches neither database nor file, and where it
dies, of memory or of a signal, its parent goes on alone from the block that it did not get.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final

from amends.casework.identification.leaked_list import LeakedList, ListedRow, listed_rows
from amends.ledger.models import Incident
from amends.ledger.sealing import Sealer
from amends.link.mapping import Mapping
from amends.vocabulary.identifier import normalised_identifier
from amends.vocabulary.judgement import Judgement

FIELDS: Final = (
    "incident",
    "table_name",
    "row_number",
    "hidden",
    "exposed_kinds",
    "identifier_fingerprint",
    "sealed_identifiers",
    "judgement",
    "outcome",
    "registry_person_id",
    "reason",
)
TWO_PROCESSES_FROM: Final = 20_000
"""Rows from which a second process is worth its making."""
_BLOCK: Final = 2_000
"""Rows that are sealed, and handed over, together."""
_PATIENCE: Final = 10.0
"""Seconds without a block, of which a hundred come in one, after which a helper is taken to stand still: forked while
another thread held a lock, it would wait for ever."""
_Secrets = list[tuple[str, bytes | None]]
"""For each row of a block its fingerprint and its sealed identifiers."""

_as_json = json.JSONEncoder().encode


def population_rows(
    incident: Incident, listing: LeakedList, mapping: Mapping, sealer: Sealer
) -> Iterator[tuple[Any, ...]]:
    """Yield every row of the list as the values of `FIELDS`, in the order of the file."""
    long = sum(len(table.rows) for table in listing.tables) >= TWO_PROCESSES_FROM
    secrets = _secrets_of_a_helper if long else _secrets
    kept = (incident.pk, Judgement.NOT_JUDGED.value)
    for block, found in zip(
        _blocks(listing, mapping), secrets(incident, listing, mapping, sealer), strict=True
    ):
        for row, (fingerprint, sealed) in zip(block, found, strict=True):
            name, number, hidden, exposed, _ = row
            yield kept[0], name, number, hidden, exposed, fingerprint, sealed, kept[1], "", "", ""


def sealed_for_row(incident: Incident, table_name: str, row_number: int) -> str:
    """Return what a row's sealed identifiers are bound to."""
    return f"row {incident.reference} {table_name} {row_number}"


def normalised_identifiers(row: ListedRow) -> list[str]:
    """Return the identifiers of a row in normal form, each once, in the order of the columns."""
    if len(row.identifiers) == 1:
        only = normalised_identifier(row.identifiers[0])
        return [only] if only else []
    found = (normalised_identifier(identifier) for identifier in row.identifiers)
    return list(dict.fromkeys(identifier for identifier in found if identifier))


def _blocks(listing: LeakedList, mapping: Mapping) -> Iterator[list[ListedRow]]:
    rows = (row for table in listing.tables for row in listed_rows(table, mapping))
    while block := list(islice(rows, _BLOCK)):
        yield block


def _secrets(
    incident: Incident, listing: LeakedList, mapping: Mapping, sealer: Sealer, *, after: int = 0
) -> Iterator[_Secrets]:
    """Yield the fingerprints and the sealed identifiers of each block, all but the first ``after`` blocks."""
    fingerprint = sealer.fingerprinter.current
    for block in islice(_blocks(listing, mapping), after, None):
        found = [normalised_identifiers(row) for row in block]
        sealed = iter(
            sealer.seal_each(
                (_listed(identifiers), sealed_for_row(incident, row.table_name, row.row_number))
                for row, identifiers in zip(block, found, strict=True)
                if identifiers
            )
        )
        yield [
            (fingerprint(identifiers[0]), next(sealed)) if identifiers else ("", None)
            for identifiers in found
        ]


def _listed(identifiers: list[str]) -> bytes:
    only = identifiers[0]
    if len(identifiers) == 1 and only.isascii() and only.isalnum():
        # What JSON makes of letters and digits, in a fifth of the time.
        return f'["{only}"]'.encode()
    return _as_json(identifiers).encode()


def _secrets_of_a_helper(
    incident: Incident, listing: LeakedList, mapping: Mapping, sealer: Sealer
) -> Iterator[_Secrets]:
    # The data key is looked up, or made, before the fork: the helper changes nothing of the ledger.
    sealer.seal_each(())
    process = get_context("fork")
    receiving, sending = process.Pipe(duplex=False)
    helper = process.Process(
        target=_send_secrets, args=(sending, incident, listing, mapping, sealer), daemon=True
    )
    helper.start()
    sending.close()
    received = 0
    try:
        while True:
            found = _received(receiving)
            if found is None:
                break
            if not found:
                return
            received += 1
            yield found
    finally:
        receiving.close()
        helper.kill()
        helper.join()
    yield from _secrets(incident, listing, mapping, sealer, after=received)


def _received(receiving: Connection) -> _Secrets | None:
    """Return the next block, an empty one behind the last; None where the helper died or stands still."""
    try:
        found: _Secrets | None = receiving.recv() if receiving.poll(_PATIENCE) else None
    except (EOFError, OSError):
        return None
    return found


def _send_secrets(
    sending: Connection, incident: Incident, listing: LeakedList, mapping: Mapping, sealer: Sealer
) -> None:
    # Whatever goes wrong here goes wrong in the parent too, which comes to the same block and says it to somebody.
    with suppress(Exception):
        for found in _secrets(incident, listing, mapping, sealer):
            sending.send(found)
        sending.send([])
