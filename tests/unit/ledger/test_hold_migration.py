"""People who were held before there was a gate are found by the gate, and counted as it counts them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amends.ledger.home import LedgerHome
from amends.ledger.sealing import Sealer
from tests.ledger_cases import EXPOSED, NOW, REMOVED, REPORTED, TABLE
from tests.old_ledger import ledger_as_of

BEFORE = "0002_append_only_journal"
NUMBERS = ("200000001", "200000002", "200000002", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def old_home(request, tmp_path) -> Iterator[LedgerHome]:
    """A ledger of the first version: one incident, four rows held, one of them without a number."""
    with ledger_as_of(BEFORE, request, tmp_path) as home:
        _fill(home)
        yield home


def _fill(home: LedgerHome) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    apps = MigrationExecutor(connection).loader.project_state([("ledger", BEFORE)]).apps
    incident = apps.get_model("ledger", "Incident").objects.create(
        reference="2031-03-03-0123456789",
        title="List of people",
        exposed_from=EXPOSED,
        reported_at=REPORTED,
        removed_at=REMOVED,
        playbook="custody",
        playbook_version="1",
        opened_at=NOW,
        population_held_at=NOW,
    )
    fingerprint = Sealer(home).fingerprint
    for place, number in enumerate(NUMBERS, start=2):
        row = apps.get_model("ledger", "LeakedRow").objects.create(
            incident=incident,
            table_name=TABLE,
            row_number=place,
            hidden=False,
            exposed_kinds=["name"],
            identifier_fingerprint=fingerprint(number) if number else "",
        )
        apps.get_model("ledger", "Remedy").objects.create(
            incident=incident,
            kind="hold",
            entitlement="hold_removal",
            row=row,
            state="in_force",
            owner="o",
            authority="a",
            created_at=NOW,
            barred_action="removal",
        )


def test_every_old_hold_is_found_by_its_number_and_its_placing_is_on_record(old_home: LedgerHome):
    from django.core.management import call_command

    from amends.gate.fingerprints import Fingerprints
    from amends.ledger.models import GateState, HeldIdentifier, HoldEvent, HoldTerm, Remedy

    call_command("migrate", verbosity=0, interactive=False)
    (text,) = Fingerprints(old_home).of("A200-000-002")
    holds = set(HeldIdentifier.objects.filter(fingerprint=text).values_list("hold_id", flat=True))
    rows = Remedy.objects.filter(pk__in=holds).values_list("row__row_number", flat=True)
    assert sorted(rows) == [3, 4]
    state = GateState.objects.get()
    assert state.held_identifiers == HeldIdentifier.objects.count() - 1 == 3
    assert state.fingerprint_key_id == Fingerprints(old_home).key_id
    assert HoldEvent.objects.filter(event="placed", at=NOW).count() == len(NUMBERS)
    assert HoldTerm.objects.count() == len(NUMBERS)


def test_a_ledger_without_holds_gets_neither_rows_nor_a_generation(request, tmp_path):
    from django.core.management import call_command

    from amends.ledger.models import GateState, HeldIdentifier

    request.param = "sqlite"
    with ledger_as_of(BEFORE, request, tmp_path):
        call_command("migrate", verbosity=0, interactive=False)
        assert HeldIdentifier.objects.count() == 1
        assert GateState.objects.get().generation == 0
