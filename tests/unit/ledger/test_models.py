"""What the tables refuse, whoever writes into them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from amends.ledger.models import AffectedPerson, Incident, JournalHead, LeakedRow, Recipient, Remedy
from tests.ledger_cases import (
    EXPOSED,
    NOW,
    REMOVED,
    REPORTED,
    a_recipient,
    identified,
    incident_with_rows,
    rows_of,
)


def refused(make) -> bool:
    with pytest.raises(IntegrityError), transaction.atomic():
        make()
    return True


def a_remedy(incident: Incident, **about: object) -> Remedy:
    values = {"kind": "hold", "entitlement": "hold_removal", "state": "in_force", "created_at": NOW}
    return Remedy.objects.create(incident=incident, **{**values, **about})


def test_the_migrations_make_the_tables_that_the_models_describe(ledger):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_has_been_applied_and_the_head_stands(ledger):
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert JournalHead.objects.get().sequence == 0


def test_a_new_table_without_a_migration_would_be_noticed(ledger, monkeypatch):
    """The planted fault: the check above fails when a model grows a field that no migration knows."""
    from django.db import models

    added = models.IntegerField(default=0)
    added.set_attributes_from_name("planted")
    options: Any = LeakedRow._meta
    monkeypatch.setattr(options, "local_fields", [*options.local_fields, added])
    options._expire_cache()
    try:
        with pytest.raises(SystemExit):
            call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    finally:
        monkeypatch.undo()
        options._expire_cache()


def test_nothing_is_removed_or_reported_before_it_was_exposed(ledger):
    incident = incident_with_rows(0)
    for name in ("removed_at", "reported_at"):
        assert refused(lambda name=name: Incident.objects.update(**{name: EXPOSED - timedelta(seconds=1)}))
    incident.refresh_from_db()
    assert (incident.reported_at, incident.removed_at) == (REPORTED, REMOVED)


def test_the_duration_is_computed_from_the_timestamps(ledger):
    assert incident_with_rows(0).exposure_duration == timedelta(hours=4, minutes=19)


def test_a_remedy_is_owed_to_somebody(ledger):
    incident = incident_with_rows(1)
    assert refused(lambda: a_remedy(incident))


def test_nobody_has_the_same_remedy_twice(ledger):
    incident = incident_with_rows(1)
    (person,) = identified(incident, [{}])
    (row,) = rows_of(incident)
    recipient = a_recipient(incident, "198.51.100.1")
    for subject in ({"row": row}, {"person": person}, {"recipient": recipient}):
        a_remedy(incident, **subject)
        assert refused(lambda subject=subject: a_remedy(incident, **subject))
    assert Remedy.objects.count() == 3


def test_two_rows_of_one_person_each_keep_their_hold(ledger):
    incident = incident_with_rows(2)
    (person,) = identified(incident, [{}])
    for row in rows_of(incident):
        a_remedy(incident, row=row, person=person)
    assert Remedy.objects.filter(person=person).count() == 2


def test_a_registry_person_stands_once_in_an_incident_and_once_in_another(ledger):
    first = incident_with_rows(2)
    second = incident_with_rows(1, reference="2031-03-04-0123456789")
    identified(first, [{"registry_person_id": "P1"}])
    identified(second, [{"registry_person_id": "P1"}])
    assert refused(
        lambda: AffectedPerson.objects.create(
            incident=first,
            registry_person_id="P1",
            first_row=9,
            table_name="x",
            sealed_details=b"",
            exposed_kinds=[],
        )
    )


def test_any_number_of_people_may_be_unknown_to_the_registry(ledger):
    incident = incident_with_rows(3)
    identified(incident, [{"registry_person_id": ""}] * 3)
    assert AffectedPerson.objects.filter(registry_person_id="").count() == 3


def test_a_row_is_recorded_once(ledger):
    incident = incident_with_rows(1)
    (row,) = rows_of(incident)
    row.pk = None
    assert refused(row.save)


def test_a_recipient_is_recorded_once(ledger):
    incident = incident_with_rows(0)
    a_recipient(incident, "198.51.100.1")
    assert refused(lambda: a_recipient(incident, "198.51.100.1"))
    assert Recipient.objects.count() == 1


def test_an_incident_with_people_cannot_be_deleted(ledger):
    from django.db.models import ProtectedError

    incident = incident_with_rows(1)
    with pytest.raises(ProtectedError):
        incident.delete()
    assert Incident.objects.exists()


def test_references_and_texts_of_records_name_nobody(ledger):
    incident = incident_with_rows(1)
    (person,) = identified(incident, [{"registry_person_id": "ZZ-77"}])
    remedy = a_remedy(incident, person=person)
    assert remedy.reference == f"H-{remedy.pk:06d}"
    for record in (person, remedy, rows_of(incident)[0], incident):
        assert "ZZ-77" not in f"{record} {record!r}"
