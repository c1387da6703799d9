"""Hold everyone in the file at once, before anyone is categorised (R08)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from amends.casework.acts import Act, journalled
from amends.casework.identification.leaked_list import LeakedList, ListedRow, listed_rows
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.ledger import current
from amends.ledger.bulk import insert_rows, refresh_statistics
from amends.ledger.gate_index import index_population, index_rows, not_findable
from amends.ledger.hold_terms import write_terms
from amends.ledger.models import Incident, LeakedRow, Remedy
from amends.ledger.scope_keys import DataKind
from amends.link.mapping import Mapping
from amends.remedy.planning import place_population_hold
from amends.remedy.playbook import load_playbook
from amends.vocabulary.identifier import normalised_identifier
from amends.vocabulary.judgement import Judgement

_FIELDS = (
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

_as_json = json.JSONEncoder().encode


@dataclass(frozen=True, slots=True)
class ProtectedPopulation:
    """How many are held, since when, and whether that stood already."""

    rows: int
    held: int
    held_at: datetime
    already: bool


def protect_population(
    *, incident: Incident, listing: LeakedList, mapping: Mapping, act: Act
) -> ProtectedPopulation:
    """Record every row of the list and place a hold on each, in one transaction; the holds in one statement.

    Rows that later prove to be nobody's (a total, a repeated header) are held too: sorting out comes
    after protecting.
    """
    check_may(act, "protect_population")
    check_open(incident)
    playbook = load_playbook(incident.playbook)
    with journalled("protect_population", act) as change:
        # Locked and read again: of two runs at once, the second finds the work of the first.
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        if incident.population_held_at is None:
            insert_rows(LeakedRow, _FIELDS, _values(incident, listing, mapping))
            refresh_statistics(LeakedRow)
            held = place_population_hold(incident, playbook, now=act.now)
            refresh_statistics(Remedy)
            write_terms(incident, waiting_days=playbook.population_hold.waiting_days, now=act.now)
            index_population(incident, key_id=current.sealer().fingerprint_key_id, now=act.now)
            _index_further_identifiers(incident, listing, mapping)
            incident.population_held_at = act.now
            incident.not_read = listing.not_read
            incident.save(update_fields=["population_held_at", "not_read"])
            change.incident = incident.reference
            change.detail = {
                "rows": LeakedRow.objects.filter(incident=incident).count(),
                "held": held,
                "not_findable": not_findable(incident),
                "barred_action": playbook.population_hold.barred_action,
                "tables": len(listing.tables),
                "not_read": listing.not_read,
            }
    return _population(incident, already=not change.detail)


def _population(incident: Incident, *, already: bool) -> ProtectedPopulation:
    assert incident.population_held_at is not None
    with transaction.atomic():
        return ProtectedPopulation(
            rows=LeakedRow.objects.filter(incident=incident).count(),
            held=Remedy.objects.filter(incident=incident, row__isnull=False, state="in_force").count(),
            held_at=incident.population_held_at,
            already=already,
        )


def _values(incident: Incident, listing: LeakedList, mapping: Mapping) -> Iterator[tuple[Any, ...]]:
    sealer = current.sealer().scoped(incident.reference, DataKind.IDENTIFIERS)
    for table in listing.tables:
        for row in listed_rows(table, mapping):
            identifiers = _normalised(row)
            bound_to = sealed_for_row(incident, row.table_name, row.row_number)
            yield (
                incident.pk,
                row.table_name,
                row.row_number,
                row.hidden,
                row.exposed_kinds,
                sealer.fingerprint(identifiers[0]) if identifiers else "",
                sealer.seal(_as_json(identifiers).encode(), bound_to=bound_to) if identifiers else None,
                Judgement.NOT_JUDGED.value,
                "",
                "",
                "",
            )


def sealed_for_row(incident: Incident, table_name: str, row_number: int) -> str:
    """Return what a row's sealed identifiers are bound to."""
    return f"row {incident.reference} {table_name} {row_number}"


def _index_further_identifiers(incident: Incident, listing: LeakedList, mapping: Mapping) -> None:
    """Make each hold findable by the second and every further identifier of its row."""
    if len(mapping.leaked.identifiers) < 2:
        return
    sealer = current.sealer()
    keys = {
        (table, number): key
        for key, table, number in LeakedRow.objects.filter(incident=incident).values_list(
            "id", "table_name", "row_number"
        )
    }
    rows = (row for table in listing.tables for row in listed_rows(table, mapping))
    index_rows(
        (
            (keys[row.table_name, row.row_number], sealer.fingerprint(identifier))
            for row in rows
            for identifier in _normalised(row)[1:]
        ),
        key_id=sealer.fingerprint_key_id,
    )


def _normalised(row: ListedRow) -> list[str]:
    if len(row.identifiers) == 1:
        only = normalised_identifier(row.identifiers[0])
        return [only] if only else []
    found = (normalised_identifier(identifier) for identifier in row.identifiers)
    return list(dict.fromkeys(identifier for identifier in found if identifier))
