"""Many rows at once are the same rows that Django would have written one by one."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import DateTimeField, F, Value
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.ledger.bulk import foreign_keys_checked_at_once, in_chunks, insert_rows, insert_select
from amends.ledger.models import AffectedPerson, LeakedRow, Recipient, Remedy
from tests.ledger_cases import EXPOSED, NOW, TABLE, a_recipient, incident_with_rows

FIELDS = (
    "incident",
    "registry_person_id",
    "first_row",
    "table_name",
    "sealed_details",
    "exposed_kinds",
    "deceased",
    "minor",
    "representative",
    "removed_on",
    "facts",
)
WITH_DEFAULTS = {
    "language": "",
    "contact_channels": "",
    "status_as_of": "unknown",
    "status_at_exposure": "unknown",
    "status_at_hold": "unknown",
    "status_at_discovery": "unknown",
    "status_now": "unknown",
    "removal_phase": "none",
}

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))
)
persons = st.fixed_dictionaries(
    {
        "sealed_details": st.binary(max_size=30),
        "exposed_kinds": st.lists(text, max_size=3),
        "deceased": st.booleans(),
        "minor": st.booleans(),
        "representative": st.none(),
        "removed_on": st.none() | instants,
        "facts": st.dictionaries(text, text, max_size=3),
    }
)


def stored(first: int) -> list[dict[str, object]]:
    found = AffectedPerson.objects.filter(first_row__gte=first).order_by("first_row").values()
    rows = []
    for row in found:
        row["sealed_details"] = bytes(row["sealed_details"])
        rows.append({name: value for name, value in row.items() if name not in ("id", "first_row")})
    return rows


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(described=st.lists(persons, min_size=1, max_size=5))
def test_inserted_rows_equal_those_of_the_orm(ledger, described):
    with transaction.atomic():
        incident = incident_with_rows(0)
        for number, values in enumerate(described):
            AffectedPerson.objects.create(incident=incident, first_row=number, table_name=TABLE, **values)
        by_orm = stored(0)
        AffectedPerson.objects.all().delete()
        insert_rows(
            AffectedPerson,
            (*FIELDS, *WITH_DEFAULTS),
            [
                (
                    incident.pk,
                    "",
                    number,
                    TABLE,
                    *(values[name] for name in FIELDS[4:]),
                    *WITH_DEFAULTS.values(),
                )
                for number, values in enumerate(described)
            ],
        )
        by_statement = stored(0)
        transaction.set_rollback(True)
    assert by_statement == by_orm


def test_no_rows_are_no_rows(ledger):
    insert_rows(Recipient, ("address",), [])
    assert Recipient.objects.count() == 0


def test_a_tuple_is_stored_as_the_list_it_will_be_read_as(ledger):
    incident = incident_with_rows(0)
    row = (incident.pk, TABLE, 7, False, ("name", "date_of_birth"), "", "not_judged", "", "", "")
    names = (
        "incident",
        "table_name",
        "row_number",
        "hidden",
        "exposed_kinds",
        "identifier_fingerprint",
        "judgement",
        "outcome",
        "registry_person_id",
        "reason",
    )
    insert_rows(LeakedRow, names, [row])
    assert LeakedRow.objects.get().exposed_kinds == ["name", "date_of_birth"]
    assert LeakedRow.objects.filter(exposed_kinds__0="name").exists()


ROW_FIELDS = (
    "incident",
    "table_name",
    "row_number",
    "hidden",
    "exposed_kinds",
    "identifier_fingerprint",
    "judgement",
    "outcome",
    "registry_person_id",
    "reason",
)


@pytest.mark.parametrize(("kinds", "stored_rows"), [([], 1), (None, 0)])
def test_nothing_stays_nothing_and_does_not_become_a_json_null(ledger, kinds, stored_rows):
    """As with the ORM, a field that may not be empty refuses it; an empty list is something."""
    incident = incident_with_rows(0)
    row = (incident.pk, TABLE, 7, False, kinds, "", "not_judged", "", "", "")
    with suppress(IntegrityError), transaction.atomic():
        insert_rows(LeakedRow, ROW_FIELDS, [row])
    assert LeakedRow.objects.count() == stored_rows


def test_one_bad_row_writes_none(ledger):
    incident = incident_with_rows(1)
    names: tuple[str, ...] = (
        "incident",
        "table_name",
        "row_number",
        "hidden",
        "exposed_kinds",
        "identifier_fingerprint",
    )
    names += ("judgement", "outcome", "registry_person_id", "reason")
    rest: tuple[object, ...] = (False, [], "", "not_judged", "", "", "")
    with pytest.raises(DatabaseError), transaction.atomic():
        # Row 2 stands there already.
        insert_rows(LeakedRow, names, [(incident.pk, TABLE, n, *rest) for n in (5, 4, 3, 2)])
    assert LeakedRow.objects.count() == 1


def remedies(**changes: object) -> dict[str, object]:
    return {
        "incident": F("incident_id"),
        "recipient": F("id"),
        "kind": Value("clawback"),
        "entitlement": Value("clawback"),
        "addressee": Value(""),
        "state": Value("open"),
        "owner": Value("Privacy office"),
        "authority": Value("Bitte, 100 % „nötig“; it's %s"),
        "due_at": Value(NOW, output_field=DateTimeField()),
        "created_at": Value(NOW, output_field=DateTimeField()),
        "barred_action": Value(""),
        "earliest_end": Value(""),
        "end_condition": Value(""),
        **changes,
    }


def as_dictionaries() -> list[dict[str, object]]:
    rows = Remedy.objects.order_by("recipient__address").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


@pytest.mark.parametrize("due", [NOW, None, EXPOSED.astimezone(timezone(timedelta(hours=9)))])
def test_a_selection_inserted_in_one_statement_equals_what_the_orm_writes(ledger, due):
    incident = incident_with_rows(0)
    for number in range(5):
        a_recipient(incident, f"198.51.100.{number}", obtained_data=number % 2 == 0)
    source = Recipient.objects.filter(incident=incident, obtained_data=True)
    for recipient in source:
        Remedy.objects.create(
            incident=incident,
            recipient=recipient,
            kind="clawback",
            entitlement="clawback",
            state="open",
            owner="Privacy office",
            authority="Bitte, 100 % „nötig“; it's %s",
            due_at=due,
            created_at=NOW,
        )
    by_orm = as_dictionaries()
    Remedy.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        count = insert_select(Remedy, remedies(due_at=Value(due, output_field=DateTimeField())), source)
    assert as_dictionaries() == by_orm
    assert count == len(by_orm) == 3
    assert len([query for query in queries if "INSERT" in query["sql"]]) == 1


def test_a_selection_of_nobody_inserts_nothing(ledger):
    incident = incident_with_rows(0)
    a_recipient(incident, "198.51.100.1")
    assert insert_select(Remedy, remedies(), Recipient.objects.filter(address="elsewhere")) == 0
    assert insert_select(Remedy, remedies(), Recipient.objects.filter(recipient_class__in=())) == 0
    assert not Remedy.objects.exists()


def test_a_list_longer_than_one_statement_takes_is_cut_without_losing_a_key() -> None:
    keys = list(range(25_001))
    pieces = list(in_chunks(keys))
    assert [len(piece) for piece in pieces] == [10_000, 10_000, 5_001]
    assert [key for piece in pieces for key in piece] == keys
    assert list(in_chunks([])) == []


def test_a_row_of_no_incident_is_refused_at_its_own_statement_where_keys_are_checked_at_once(ledger):
    incident = incident_with_rows(1)
    row: tuple[object, ...] = (incident.pk + 1, TABLE, 7, False, [], "", "not_judged", "", "", "")
    reached = []
    with pytest.raises(IntegrityError), transaction.atomic(), foreign_keys_checked_at_once():
        insert_rows(LeakedRow, ROW_FIELDS, [row])
        reached.append("behind the statement")
    assert LeakedRow.objects.count() == 1
    # SQLite, as Django makes its tables, says it when the transaction ends.
    assert reached == ([] if ledger.is_postgresql else ["behind the statement"])


def test_behind_the_block_a_key_may_wait_for_its_row_again(ledger):
    incident = incident_with_rows(1)
    row: tuple[object, ...] = (incident.pk + 1, TABLE, 7, False, [], "", "not_judged", "", "", "")
    with transaction.atomic():
        with foreign_keys_checked_at_once():
            insert_rows(LeakedRow, ROW_FIELDS, [(incident.pk, TABLE, 8, *row[3:])])
        insert_rows(LeakedRow, ROW_FIELDS, [row])
        LeakedRow.objects.filter(incident_id=incident.pk + 1).delete()
    assert LeakedRow.objects.count() == 2
