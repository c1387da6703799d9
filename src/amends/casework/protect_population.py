"""Hold everyone in the file at once, before anyone is categorised (R08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from amends.casework.acts import Act, journalled
from amends.casework.identification.leaked_list import LeakedList, listed_rows
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.casework.population_rows import FIELDS, normalised_identifiers, population_rows
from amends.ledger import current
from amends.ledger.bulk import foreign_keys_checked_at_once, insert_rows, refresh_statistics
from amends.ledger.gate_index import index_population, index_rows, not_findable
from amends.ledger.hold_terms import write_terms
from amends.ledger.models import HoldTerm, Incident, LeakedRow, Remedy
from amends.ledger.scope_keys import DataKind
from amends.link.mapping import Mapping
from amends.remedy.planning import place_population_hold
from amends.remedy.playbook import load_playbook
from amends.remedy.playbook_parts import Playbook


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
            held = _hold_everyone(incident, listing, mapping, playbook, now=act.now)
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


def _hold_everyone(
    incident: Incident, listing: LeakedList, mapping: Mapping, playbook: Playbook, *, now: datetime
) -> int:
    """Write the rows, the holds, their terms and what the gate finds them by; return how many holds."""
    with foreign_keys_checked_at_once():
        sealer = current.sealer().scoped(incident.reference, DataKind.IDENTIFIERS)
        insert_rows(LeakedRow, FIELDS, population_rows(incident, listing, mapping, sealer))
        refresh_statistics(LeakedRow)
        held = place_population_hold(incident, playbook, now=now)
        refresh_statistics(Remedy)
        write_terms(incident, waiting_days=playbook.population_hold.waiting_days, now=now)
        refresh_statistics(HoldTerm)
        index_population(incident, key_id=current.sealer().fingerprint_key_id, now=now)
        _index_further_identifiers(incident, listing, mapping)
    return held


def _population(incident: Incident, *, already: bool) -> ProtectedPopulation:
    assert incident.population_held_at is not None
    with transaction.atomic():
        return ProtectedPopulation(
            rows=LeakedRow.objects.filter(incident=incident).count(),
            held=Remedy.objects.filter(incident=incident, row__isnull=False, state="in_force").count(),
            held_at=incident.population_held_at,
            already=already,
        )


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
            for identifier in normalised_identifiers(row)[1:]
        ),
        key_id=sealer.fingerprint_key_id,
    )
