"""Identifiers that the registry has for the persons of an incident: the hold must be found by them too.

A leaked row may hold no identifier, or one with a slip. Once the row is linked (or may be this person), whoever asks
the gate with the registry's own number must be told of the hold.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from amends.casework.identification.register import Register
from amends.ledger import current
from amends.ledger.gate_index import index_rows
from amends.link.dates import as_text
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.identifier import normalised_identifier


def index_registry_identifiers(register: Register, registry: Registry, mapping: Mapping) -> int:
    """Make the hold on each linked, or possibly linked, row findable by the registry's identifiers; return how many.

    Runs in the transaction of its caller.
    """
    rows_of: dict[str, list[int]] = {}
    for row in register.rows:
        if row.registry_person_id:
            rows_of.setdefault(row.registry_person_id, []).append(row.key)
    if not rows_of or not mapping.registry.identifiers:
        return 0
    sealer = current.sealer()
    return index_rows(
        (
            (row, sealer.fingerprint(identifier))
            for person_id, identifier in registry_identifiers(registry, mapping, list(rows_of))
            for row in rows_of[person_id]
        ),
        key_id=sealer.fingerprint_key_id,
    )


def registry_identifiers(
    registry: Registry, mapping: Mapping, person_ids: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield person id and normalised identifier, once for every identifier of these persons."""
    columns = mapping.registry.identifiers
    chosen = pc.is_in(registry.person_ids, value_set=pa.array(person_ids, pa.string()))
    table = registry.columns(columns).filter(chosen)
    people = registry.person_ids.filter(chosen).to_pylist()
    for column in columns:
        for person_id, value in zip(people, as_text(table.column(column)).to_pylist(), strict=True):
            identifier = normalised_identifier(value or "")
            if identifier:
                yield person_id, identifier
