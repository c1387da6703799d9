"""Drift and silence are seen, counted, raised once, and cleared when they are mended; nobody is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from amends.casework.collect_acknowledgements import collect_acknowledgements
from amends.casework.publish_hold_lists import publish_hold_lists
from amends.casework.reconcile_holds import ReconciledHolds, reconcile_holds
from amends.casework.retire_system import retire_system
from amends.gate_client.lists import HeldList, acknowledgement, heartbeat, holding_reports
from amends.ledger import journal
from amends.ledger.models import Alarm, Incident, Remedy
from tests.acting_systems import SILENCE, System, act, lift, registered
from tests.ledger_cases import LedgerCase, protected_incident
from tests.unit.casework.hand_made import everything

ROWS = 5
MINUTE = timedelta(minutes=1)
TOO_LATE = SILENCE + MINUTE


@pytest.fixture
def incident(ledger: LedgerCase, tmp_path: Path) -> Incident:
    return protected_incident(tmp_path, ROWS)


@pytest.fixture
def system(ledger: LedgerCase, incident: Incident) -> System:
    """A system with a list that it has not fetched."""
    found = registered(ledger.home)
    publish_hold_lists(act=act())
    return found


def reports(system: System, held: HeldList, *, later: timedelta = MINUTE, name: str = "r1") -> None:
    """Let the system acknowledge, send a heartbeat and say what it holds."""
    system.says("acknowledgement", acknowledgement(held), later=later)
    system.says("heartbeat", heartbeat(held), later=later)
    for body in holding_reports(held, report=name):
        system.says("holding", body, later=later)


def reconciled(*, later: timedelta = MINUTE) -> ReconciledHolds:
    collect_acknowledgements(act=act(later=later))
    return reconcile_holds(act=act(later=later))


def kinds(*, later: timedelta = MINUTE) -> set[str]:
    found = reconciled(later=later)
    return {finding.kind for one in found.systems for finding in one.findings}


def standing() -> set[str]:
    return set(Alarm.objects.filter(cleared_at__isnull=True).values_list("kind", flat=True))


def test_a_system_that_holds_and_acknowledges_the_list_is_in_step(system: System):
    reports(system, system.full(1))
    found = reconciled()
    assert found.in_step
    assert (found.systems[0].published, found.systems[0].acknowledged) == (1, 1)
    assert not Alarm.objects.exists()


def test_a_system_has_its_time_to_answer_and_then_is_silent_and_has_never_acknowledged(system: System):
    assert kinds(later=SILENCE) == set()
    assert kinds(later=TOO_LATE) == {"system-silent", "list-never-acknowledged"} == standing()


def test_a_system_that_fell_silent_is_seen_and_heard_again(system: System):
    reports(system, system.full(1))
    assert kinds(later=MINUTE + SILENCE) == set()
    assert kinds(later=MINUTE + TOO_LATE) == {"system-silent"} == standing()
    system.says("heartbeat", heartbeat(system.full(1)), later=TOO_LATE + MINUTE)
    assert kinds(later=TOO_LATE + MINUTE) == set() == standing()


def test_an_entry_that_is_missing_there_is_counted_and_its_hold_is_named_but_nobody_else(system: System):
    full = system.full(1)
    lost = sorted(full.entries)[:2]
    reports(system, replace(full, entries=full.entries - set(lost)))
    found = reconciled()
    (drift,) = [finding for finding in found.systems[0].findings if finding.kind == "holds-missing-there"]
    assert drift.detail["count"] == 2
    references = {hold.reference for hold in Remedy.objects.filter(kind="hold")}
    assert len(drift.detail["holds"]) == 2 and set(drift.detail["holds"]) <= references
    said = str(found) + str(list(Alarm.objects.values())) + str(list(journal.entries()))
    assert not [text for text in (*lost, "000000002", "000000003", "Zzcanary") if text in said]
    assert {finding.kind for finding in found.systems[0].findings} == {
        "holds-missing-there",
        "heartbeat-differs",
    }


def test_a_lifted_hold_that_is_still_held_there_is_surplus(incident: Incident, system: System):
    first = system.full(1)
    lift(incident, [2])
    publish_hold_lists(act=act())
    second = system.full(2)
    reports(system, replace(second, entries=first.entries))
    found = reconciled()
    (drift,) = [finding for finding in found.systems[0].findings if finding.kind == "holds-surplus-there"]
    hold = Remedy.objects.get(kind="hold", row__row_number=2)
    assert (drift.detail["count"], drift.detail["holds"]) == (1, [hold.reference])


def test_an_entry_that_stands_for_nobody_is_surplus_without_a_reference(system: System):
    full = system.full(1)
    reports(system, replace(full, entries=full.entries | {"0" * 32}))
    (drift,) = [f for f in reconciled().systems[0].findings if f.kind == "holds-surplus-there"]
    assert (drift.detail["count"], drift.detail["holds"]) == (1, [])


def test_a_report_on_an_earlier_list_is_judged_by_that_list(incident: Incident, system: System):
    first = system.full(1)
    for row in (2, 3):
        lift(incident, [row])
        publish_hold_lists(act=act())
    lift(incident, [2], back=True)
    publish_hold_lists(act=act())
    reports(system, first)
    assert kinds() == set()
    assert "system-behind" in kinds(later=TOO_LATE)


def test_a_system_behind_is_so_many_lists_behind_once_it_has_had_its_time(incident: Incident, system: System):
    reports(system, system.full(1))
    for row in (2, 3):
        lift(incident, [row])
        publish_hold_lists(act=act(later=MINUTE))
    assert kinds(later=SILENCE) == set()
    found = reconciled(later=TOO_LATE + MINUTE)
    (drift,) = [finding for finding in found.systems[0].findings if finding.kind == "system-behind"]
    assert (drift.detail["acknowledged"], drift.detail["published"]) == (1, 3)


def test_an_acknowledgement_of_another_content_is_drift_at_once(system: System):
    system.says("acknowledgement", {"sequence": 1, "digest": "00" * 32}, later=MINUTE)
    assert kinds() == {"another-list-acknowledged"}


def test_an_acknowledgement_of_a_list_that_was_never_published_is_drift(system: System):
    system.says("acknowledgement", {"sequence": 9, "digest": "00" * 32}, later=MINUTE)
    assert "another-list-acknowledged" in kinds()


@pytest.mark.parametrize(
    "body",
    [
        {"sequence": 1, "holding_digest": "", "holding_count": ROWS - 1},
        {"sequence": 1, "holding_digest": "00" * 32, "holding_count": None},
        {"sequence": 7, "holding_digest": "", "holding_count": ROWS},
    ],
)
def test_a_heartbeat_that_says_something_else_is_drift(system: System, body: dict[str, object]):
    system.says("heartbeat", body, later=MINUTE)
    assert "heartbeat-differs" in kinds()


def test_a_system_in_step_with_an_old_list_is_not_in_step(incident: Incident, system: System):
    """The publisher died; every system agrees with it, and the ledger has moved on."""
    reports(system, system.full(1))
    lift(incident, [2])
    assert kinds() == {"list-behind-ledger"} == standing()
    publish_hold_lists(act=act())
    reports(system, system.full(2), name="r2")
    assert kinds() == set() == standing()


def test_a_change_that_touches_no_hold_leaves_the_list_in_step(ledger: LedgerCase, system: System):
    reports(system, system.full(1))
    other = registered(ledger.home, "other", actions=["transfer"])
    assert kinds() == set()
    assert other.name == "other"


def test_an_alarm_is_raised_once_however_often_it_is_seen_and_raised_anew_after_it_was_mended(system: System):
    full = system.full(1)
    broken = replace(full, entries=full.entries - {min(full.entries)})
    reports(system, broken, name="r1")
    first = reconciled()
    assert (first.raised, first.standing, first.in_step) == (2, 2, False)
    before = everything()
    again = reconciled()
    assert (again.raised, again.standing, again.in_step) == (0, 2, False)
    assert everything() == before
    reports(system, full, later=MINUTE * 2, name="r2")
    mended = reconciled(later=MINUTE * 2)
    assert (mended.cleared, mended.in_step) == (2, True)
    reports(system, broken, later=MINUTE * 3, name="r3")
    assert reconciled(later=MINUTE * 3).raised == 2
    assert Alarm.objects.count() == 4


def test_a_retired_system_is_not_asked_after(system: System):
    assert not reconciled(later=TOO_LATE).in_step
    retire_system(name="removals", act=act())
    assert reconciled(later=TOO_LATE).in_step


def test_each_system_is_judged_by_itself(ledger: LedgerCase, system: System):
    other = registered(ledger.home, "transfers")
    publish_hold_lists(act=act())
    reports(system, system.full(1))
    reports(other, replace(other.full(1), entries=frozenset()), name="r9")
    found = {one.system: {finding.kind for finding in one.findings} for one in reconciled().systems}
    assert found == {"removals": set(), "transfers": {"holds-missing-there", "heartbeat-differs"}}
