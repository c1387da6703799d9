"""Duties that stood in a ledger before they had a history keep their clock and get a name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.ledger_cases import EXPOSED, NOW, REMOVED, REPORTED
from tests.old_ledger import ledger_as_of

BEFORE = ("ledger", "0004_gate_begins_closed")


@pytest.fixture(params=["sqlite", "postgresql"])
def old_ledger(request, tmp_path) -> Iterator[None]:
    """A ledger with the tables as they were, and nothing in them."""
    with ledger_as_of(BEFORE[1], request, tmp_path):
        yield


def test_an_old_duty_is_found_by_its_name_and_brought_up_to_date(old_ledger):
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    apps = MigrationExecutor(connection).loader.project_state([BEFORE]).apps
    incident = apps.get_model("ledger", "Incident").objects.create(
        reference="2031-03-03-0123456789",
        title="List of people",
        exposed_from=EXPOSED,
        reported_at=REPORTED,
        removed_at=REMOVED,
        playbook="custody",
        playbook_version="1",
        opened_at=NOW,
    )
    due = REPORTED + timedelta(days=30)
    apps.get_model("ledger", "Duty").objects.create(
        incident=incident,
        rule="us-federal/fisma_major_supplement@2026-11",
        rule_version="2026-11",
        told="Congress",
        citation="44 USC 3554",
        verification="unverified",
        trigger="discovery",
        due_at=due,
        due_reason="30 days from discovery",
    )
    call_command("migrate", verbosity=0, interactive=False)
    from amends.casework.recount_duties import recount_duties
    from amends.ledger.models import Duty, Incident
    from tests.ledger_cases import an_act

    duty = Duty.objects.get()
    assert (duty.key, duty.state, duty.due_at, duty.due_by_rule) == (
        "us-federal/fisma_major_supplement",
        "open",
        due,
        due,
    )
    (change,) = recount_duties(incident=Incident.objects.get(), act=an_act()).changes
    # Counted by New York's clock, which goes forward in these thirty days: the earlier of the two readings.
    assert change.after["due_at"] == (due - timedelta(hours=1)).isoformat()
