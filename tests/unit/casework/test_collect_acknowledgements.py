"""What acting systems told the gate comes into the ledger once, whole, and whatever becomes of the gate's store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from amends.casework.acting_systems.inbox import AT_ONCE, entries_held, latest_holding
from amends.casework.collect_acknowledgements import collect_acknowledgements
from amends.gate.store import GateStore
from amends.ledger import journal
from amends.ledger.models import Acknowledgement, ActingSystem, Heartbeat, SystemHolding
from amends.vocabulary.errors import FaultError
from tests.acting_systems import act, registered
from tests.ledger_cases import NOW, LedgerCase
from tests.unit.casework.hand_made import everything

DIGEST = "ab" * 32
MINUTE = timedelta(minutes=1)


def entries(*numbers: int) -> list[str]:
    return [f"{number:032x}" for number in numbers]


def part(report: str, part_of: tuple[int, int], *numbers: int, sequence: int = 1) -> dict[str, Any]:
    return {
        "report": report,
        "sequence": sequence,
        "part": part_of[0],
        "parts": part_of[1],
        "entries": entries(*numbers),
    }


def test_where_no_gate_has_ever_run_there_is_nothing_to_collect(ledger: LedgerCase):
    before = everything()
    assert collect_acknowledgements(act=act()).counts == {}
    assert everything() == before


def test_each_report_becomes_one_row_of_its_kind_with_the_instant_of_the_gate(ledger: LedgerCase):
    system = registered(ledger.home)
    system.says("acknowledgement", {"sequence": 1, "digest": DIGEST}, later=MINUTE)
    system.says("heartbeat", {"sequence": 1, "holding_digest": "", "holding_count": 7})
    system.says("holding", part("r1", (1, 1), 5, 6))
    collected = collect_acknowledgements(act=act())
    assert collected.counts == {"acknowledgement": 1, "heartbeat": 1, "systemholding": 1}
    said = Acknowledgement.objects.get()
    assert (said.system.name, said.sequence, said.digest, said.at) == ("removals", 1, DIGEST, NOW + MINUTE)
    assert Heartbeat.objects.get().holding_count == 7
    assert SystemHolding.objects.get().count == 2
    assert list(journal.entries())[-1].detail["messages"] == 3


def test_a_second_run_changes_nothing_and_goes_on_where_the_first_ended(ledger: LedgerCase):
    system = registered(ledger.home)
    system.says("acknowledgement", {"sequence": 1, "digest": DIGEST})
    collect_acknowledgements(act=act())
    before = everything()
    assert collect_acknowledgements(act=act()).counts == {}
    assert everything() == before
    system.says("acknowledgement", {"sequence": 2, "digest": DIGEST})
    assert collect_acknowledgements(act=act()).counts == {"acknowledgement": 1}
    assert Acknowledgement.objects.count() == 2


def test_a_run_that_died_before_its_mark_repeats_no_row(ledger: LedgerCase):
    """The rows and the mark are one transaction; and even without the mark a message is one row."""
    from amends.ledger.models import InboxMark

    system = registered(ledger.home)
    system.says("acknowledgement", {"sequence": 1, "digest": DIGEST})
    collect_acknowledgements(act=act())
    InboxMark.objects.all().delete()
    assert collect_acknowledgements(act=act()).counts == {}
    assert Acknowledgement.objects.count() == 1


def test_a_new_store_of_the_gate_is_collected_from_its_beginning(ledger: LedgerCase):
    """Its numbers begin again; nothing that is said there may be taken for collected."""
    system = registered(ledger.home)
    for sequence in (1, 2, 3):
        system.says("acknowledgement", {"sequence": sequence, "digest": DIGEST})
    collect_acknowledgements(act=act())
    for file in (ledger.home.folder / "gate").glob("answers.sqlite3*"):
        file.unlink()
    system.says("acknowledgement", {"sequence": 4, "digest": DIGEST}, later=MINUTE)
    assert collect_acknowledgements(act=act()).counts == {"acknowledgement": 1}
    assert {said.sequence for said in Acknowledgement.objects.all()} == {1, 2, 3, 4}


def test_more_than_fits_one_transaction_is_said_to_be_waiting(ledger: LedgerCase):
    system = registered(ledger.home)
    store = GateStore(ledger.home)
    for number in range(AT_ONCE + 1):
        store.put_inbox(
            system=system.name,
            api_key="0" * 12,
            kind="heartbeat",
            body={"sequence": 1, "holding_count": number},
            at=NOW + MINUTE * number,
        )
    assert collect_acknowledgements(act=act()).more
    assert not collect_acknowledgements(act=act()).more
    assert Heartbeat.objects.count() == AT_ONCE + 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("acknowledgement", {"sequence": 1, "digest": "short"}),
        ("acknowledgement", {"sequence": "1", "digest": DIGEST}),
        ("acknowledgement", {"sequence": True, "digest": DIGEST}),
        ("heartbeat", {"sequence": -1}),
        ("holding", part("r1", (1, 1)) | {"entries": ["A012345678"]}),
        ("holding", part("r1", (1, 1)) | {"parts": None}),
        ("gossip", {"sequence": 1}),
    ],
)
def test_what_cannot_be_read_is_counted_and_stops_nothing(
    ledger: LedgerCase, kind: str, body: dict[str, Any]
):
    system = registered(ledger.home)
    system.says(kind, body)
    system.says("acknowledgement", {"sequence": 1, "digest": DIGEST})
    assert collect_acknowledgements(act=act()).counts == {"unreadable": 1, "acknowledgement": 1}


def test_what_a_system_says_that_nobody_registered_is_counted(ledger: LedgerCase):
    registered(ledger.home)
    GateStore(ledger.home).put_inbox(
        system="stranger", api_key="0" * 12, kind="heartbeat", body={"sequence": 1}, at=NOW
    )
    assert collect_acknowledgements(act=act()).counts == {"unknown_system": 1}


def test_a_report_counts_once_all_its_parts_have_come(ledger: LedgerCase):
    system = registered(ledger.home)
    key = ActingSystem.objects.get().pk
    system.says("holding", part("r1", (1, 1), 1, 2))
    system.says("holding", part("r2", (2, 2), 4), later=MINUTE)
    collect_acknowledgements(act=act())
    first = latest_holding(key)
    assert first is not None
    assert (first.report, entries_held(key, first)) == ("r1", frozenset(entries(1, 2)))
    system.says("holding", part("r2", (1, 2), 3), later=MINUTE * 2)
    collect_acknowledgements(act=act())
    second = latest_holding(key)
    assert second is not None
    assert (second.report, entries_held(key, second)) == ("r2", frozenset(entries(3, 4)))
    assert bytes(SystemHolding.objects.get(report="r1").entries) == b""


def test_a_damaged_store_is_a_fault_and_nothing_is_taken_for_collected(ledger: LedgerCase):
    system = registered(ledger.home)
    system.says("acknowledgement", {"sequence": 1, "digest": DIGEST})
    store = ledger.home.folder / "gate" / "answers.sqlite3"
    for file in store.parent.glob("answers.sqlite3-*"):
        file.unlink()
    store.write_bytes(b"not a database" * 100)
    before = everything()
    with pytest.raises(FaultError) as refused:
        collect_acknowledgements(act=act())
    assert refused.value.code == "gate-store-unreadable"
    assert everything() == before
