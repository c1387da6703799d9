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
from amends.ledger.bulk import in_chunks, insert_rows
from amends.ledger.gate_index import index_person_holds, index_rows
from amends.ledger.models import Erasure, Incident, LeakedRow, SealedIdentifier
from amends.ledger.scope_keys import DataKind
from amends.link.dates import as_text
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.identifier import normalised_identifier


def index_registry_identifiers(
    incident: Incident, register: Register, registry: Registry, mapping: Mapping
) -> int:
    """Make the hold on each linked, or possibly linked, row findable by the registry's identifiers; return how many.

    They are kept sealed besides, for hold lists and for a change of key. Runs in the transaction of its caller.
    """
    rows_of: dict[str, list[int]] = {}
    for row in register.rows:
        if row.registry_person_id:
            rows_of.setdefault(row.registry_person_id, []).append(row.key)
    return _index(incident, rows_of, registry, mapping)


def index_learned_identifiers(registry: Registry, mapping: Mapping) -> int:
    """Make holds findable by every identifier that a registry has by now for the persons of rows; return how many.

    A registry gets second and corrected numbers long after the rows were linked, and a mapping may come to name more
    columns: such a number would otherwise be known and not held. Holds that hang on a person follow those on the
    person's rows. Identifiers that retention has ended do not come back. Runs in the transaction of its caller.
    """
    ended = Erasure.objects.filter(kind=DataKind.IDENTIFIERS).values("incident")
    added = 0
    for incident in Incident.objects.exclude(pk__in=ended).order_by("pk"):
        linked = LeakedRow.objects.filter(incident=incident).exclude(registry_person_id="")
        rows_of: dict[str, list[int]] = {}
        for key, person_id in linked.order_by("pk").values_list("id", "registry_person_id"):
            rows_of.setdefault(person_id, []).append(key)
        added += _index(incident, rows_of, registry, mapping)
        added += index_person_holds(incident)
    return added


def _index(incident: Incident, rows_of: dict[str, list[int]], registry: Registry, mapping: Mapping) -> int:
    if not rows_of or not mapping.registry.identifiers:
        return 0
    sealer = current.sealer()
    found = [
        (row, sealer.fingerprint(identifier), identifier)
        for person_id, identifier in registry_identifiers(registry, mapping, list(rows_of))
        for row in rows_of[person_id]
    ]
    _seal_identifiers(incident, found)
    return index_rows(((row, text) for row, text, _ in found), key_id=sealer.fingerprint_key_id)


def _seal_identifiers(incident: Incident, found: list[tuple[int, str, str]]) -> None:
    """Keep, sealed, each identifier (row key, fingerprint, identifier) that is not the first of its own row, once."""
    # Of the incident's own identifiers, so that they end when those of its rows end.
    sealer = current.sealer().scoped(incident.reference, DataKind.IDENTIFIERS)
    own: set[tuple[int, str]] = set()
    for keys in in_chunks(sorted({row for row, _, _ in found})):
        own.update(LeakedRow.objects.filter(pk__in=keys).values_list("id", "identifier_fingerprint"))
        own.update(SealedIdentifier.objects.filter(row__in=keys).values_list("row_id", "fingerprint"))
    further = {(row, text): identifier for row, text, identifier in found if (row, text) not in own}
    insert_rows(
        SealedIdentifier,
        ("row", "fingerprint", "key_id", "sealed"),
        (
            (
                row,
                text,
                sealer.fingerprint_key_id,
                sealer.seal(identifier.encode(), bound_to=sealed_for_identifier(row)),
            )
            for (row, text), identifier in further.items()
        ),
    )


def sealed_for_identifier(row: int) -> str:
    """Return what a further identifier of a row (key) is bound to when it is sealed."""
    return f"identifier of row {row}"


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
