"""Whoever is held is found by the gate: by each identifier in the sheet, and by those that the registry has."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from amends.casework.population_rows import sealed_for_row
from amends.casework.protect_population import protect_population
from amends.casework.queries.holds import show_holds
from amends.ledger import current, journal
from amends.ledger.models import (
    CANARY_FINGERPRINT,
    CANARY_HOLD,
    GateState,
    HeldIdentifier,
    HoldEvent,
    LeakedRow,
    Remedy,
)
from amends.vocabulary.identifier import normalised_identifier
from tests.unit.casework.hand_made import HandMade, act, person, remedies


def holds_found_by(identifier: str) -> set[int]:
    """Look up as the gate does: the fingerprint, and the state in the hold itself."""
    fingerprint = current.sealer().fingerprint(normalised_identifier(identifier))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.id FROM ledger_heldidentifier h JOIN ledger_remedy m ON m.id = h.hold_id
               WHERE h.fingerprint = %s AND m.state = 'in_force'""",
            [fingerprint],
        )
        return {hold for (hold,) in cursor.fetchall()}


def hold_on_row(number: int) -> int:
    return Remedy.objects.get(kind="hold", row__row_number=number).pk


@pytest.mark.parametrize("written", ["A200000003", "a 200-000-003", "200000003", "0200000003"])
def test_a_held_person_is_found_however_the_number_is_written(people: HandMade, written: str):
    people.protected()
    assert holds_found_by(written) == {hold_on_row(3)}


def test_a_person_in_two_rows_is_held_twice_and_found_in_both(people: HandMade):
    people.protected()
    assert holds_found_by("A200000002") == {hold_on_row(2), hold_on_row(8)}


def test_the_canary_stands_before_anybody_is_held_and_belongs_to_no_hold(people: HandMade):
    canary = HeldIdentifier.objects.get(fingerprint=CANARY_FINGERPRINT)
    assert canary.hold_id == CANARY_HOLD
    assert not Remedy.objects.filter(pk=CANARY_HOLD).exists()


def test_the_state_counts_what_can_be_found_and_grows_with_every_change(people: HandMade):
    assert GateState.objects.get().held_identifiers == 0
    people.protected()
    state = GateState.objects.get()
    assert state.held_identifiers == HeldIdentifier.objects.count() - 1 == 8
    assert state.fingerprint_key_id == current.sealer().fingerprint_key_id
    assert state.generation >= 1


def test_a_wrong_number_in_the_sheet_does_not_hide_the_person_from_the_gate(people: HandMade):
    """The row holds a slip of the pen; the registry's own number must find the hold once the row is linked."""
    from dataclasses import replace

    table = people.listing.tables[0]
    slipped = ("A200000030", *table.rows[1][1:3], "1970-03-30", *table.rows[1][4:])
    rows = (table.rows[0], slipped, *table.rows[2:])
    people.listing = replace(people.listing, tables=(replace(table, rows=rows),))
    incident = people.identified()
    row = LeakedRow.objects.get(incident=incident, row_number=3)
    assert row.registry_person_id == "P3", row.reason
    assert hold_on_row(3) in holds_found_by("A200000003")
    assert hold_on_row(3) in holds_found_by("A200000030")


def test_a_hold_on_the_person_is_found_by_every_identifier_of_the_person(people: HandMade):
    incident = people.identified()
    someone = person(incident, "P3")
    someone.facts = {**someone.facts, "final_order": "yes"}
    someone.save(update_fields=["facts"])
    from amends.casework.plan_remedies import plan_remedies

    plan_remedies(incident=incident, act=act("plan"))
    (commitment,) = remedies(incident, "hold", someone, entitlement="no_opposition_to_reopening")
    assert commitment.pk in holds_found_by("A200000003")


def test_each_placing_is_recorded_once(people: HandMade):
    incident = people.planned()
    placed = HoldEvent.objects.filter(hold__incident=incident, event="placed")
    assert placed.count() == Remedy.objects.filter(incident=incident, kind="hold").count()
    protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act("again"))
    assert placed.count() == Remedy.objects.filter(incident=incident, kind="hold").count()


def test_the_identifiers_of_a_row_are_kept_sealed_and_open_only_for_that_row(people: HandMade):
    incident = people.protected()
    row = LeakedRow.objects.get(incident=incident, row_number=3)
    sealed = bytes(row.sealed_identifiers or b"")
    assert b"200000003" not in sealed
    plain = current.sealer().unseal(sealed, bound_to=sealed_for_row(incident, row.table_name, 3))
    assert json.loads(plain) == ["200000003"]


def test_a_hold_that_no_identifier_leads_to_is_counted(people: HandMade):
    incident = people.identified()
    assert show_holds(incident, now=act().now).not_findable == 0
    HeldIdentifier.objects.filter(hold=hold_on_row(5)).delete()
    assert show_holds(incident, now=act().now).not_findable == 1
    (entry,) = [e for e in journal.entries() if e.verb == "protect_population"]
    assert entry.detail["not_findable"] == 0
