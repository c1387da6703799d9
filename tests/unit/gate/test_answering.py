"""What the gate says of whom: held, known, unknown, malformed; and what it keeps of it before it says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from amends.gate.answering import TEST_CLEAR, TEST_HELD
from amends.gate.receipts import receipt_key, verify_receipt
from tests.gate_cases import ACTION, HELD, KNOWN, UNKNOWN, SmallGate, issue_key


def rows_of(gate: SmallGate, table: str = "answers") -> list[sqlite3.Row]:
    with closing(sqlite3.connect(f"file:{gate.desk.store.file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()


def test_whoever_is_held_is_held_and_whoever_is_known_and_not_held_is_clear(gate: SmallGate) -> None:
    answers = gate.ask_all([*HELD, *KNOWN, UNKNOWN])
    assert [(a["answer"], a["reason"]) for a in answers] == [
        *[("hold", "held")] * 3,
        *[("clear", "not_held")] * 2,
        ("hold", "identifier_unknown"),
    ]
    assert [bool(a["hold"]) for a in answers] == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    "written", ["A000000002", "a-000-000-002", " A 000000002 ", "Ａ０００００００００２"]
)
def test_a_hyphen_or_a_blank_does_not_buy_a_clear(gate: SmallGate, written: str) -> None:
    assert gate.ask(written) == ("hold", "held")


@pytest.mark.parametrize(
    "written", ["", " ", "000000000", "A\x00123456", "9" * 65, "\ud800", 12345, None, ["A1"]]
)
def test_what_cannot_be_an_identifier_is_held(gate: SmallGate, written: object) -> None:
    assert gate.ask(written) == ("hold", "identifier_malformed")


def test_an_unknown_identifier_is_clear_only_where_somebody_turned_that_on(gate: SmallGate) -> None:
    from amends.ledger.gate_index import touch
    from amends.ledger.models import GateState

    assert gate.ask(UNKNOWN) == ("hold", "identifier_unknown")
    touch()
    GateState.objects.update(unknown_is_hold=False)
    assert gate.ask(UNKNOWN) == ("clear", "not_held")
    assert gate.ask(HELD[0]) == ("hold", "held")
    assert gate.ask("0000") == ("hold", "identifier_malformed")


def test_a_hold_bars_its_own_action_and_one_without_an_action_bars_every_one(gate: SmallGate) -> None:
    from amends.ledger.models import Remedy

    both = issue_key(actions=(ACTION, "transfer"))
    assert gate.ask(HELD[0], action="transfer", key=both) == ("clear", "not_held")
    for every in ("", "*"):
        Remedy.objects.filter(kind="hold").update(barred_action=every)
        assert gate.ask(HELD[0], action="transfer", key=both) == ("hold", "held")


def test_a_lifted_hold_holds_no_longer_and_one_placed_again_does(gate: SmallGate) -> None:
    from amends.ledger.models import Remedy

    Remedy.objects.filter(kind="hold").update(state="lifted")
    assert gate.ask(HELD[0]) == ("clear", "not_held")
    Remedy.objects.filter(kind="hold").update(state="in_force")
    assert gate.ask(HELD[0]) == ("hold", "held")


def test_a_state_that_the_gate_does_not_know_is_no_lifted_hold(gate: SmallGate) -> None:
    from amends.ledger.models import Remedy

    Remedy.objects.filter(kind="hold").update(state="suspended")
    assert gate.ask(HELD[0]) == ("hold", "hold_not_readable")


def test_an_identifier_in_the_place_of_the_action_is_neither_said_nor_recorded(gate: SmallGate) -> None:
    (answer,) = gate.ask_all([ACTION], action="a123456789")
    assert (answer["reason"], answer["action"]) == ("action_unknown", "")
    with closing(sqlite3.connect(gate.desk.store.file)) as reader:
        assert reader.execute("SELECT action FROM answers").fetchall() == [("",)]
    (answer,) = gate.ask_all([KNOWN[0]], action="transfer")
    assert (answer["reason"], answer["action"]) == ("action_not_permitted", "transfer")


def test_an_action_that_nobody_takes_and_one_that_the_key_may_not_ask_about_are_holds(
    gate: SmallGate,
) -> None:
    assert gate.ask(KNOWN[0], action="teleport") == ("hold", "action_unknown")
    assert gate.ask(KNOWN[0], action="transfer") == ("hold", "action_not_permitted")
    assert gate.ask(KNOWN[0], action='x","answer":"clear') == ("hold", "action_unknown")


def test_each_answer_stands_in_the_store_as_it_was_given_and_without_the_identifier(gate: SmallGate) -> None:
    answers = gate.ask_all([HELD[0], KNOWN[0]])
    rows = rows_of(gate)
    assert [str(row["id"]) for row in rows] == [a["answer_id"] for a in answers]
    for row, answer in zip(rows, answers, strict=True):
        assert (row["answer"], row["reason"]) == (answer["answer"], answer["reason"])
        assert (row["hold_reference"] or None, row["receipt"]) == (answer["hold"], answer["receipt"]["mac"])
        assert (row["system"], row["action"], row["late"]) == ("removals", ACTION, 0)
        assert len(row["fingerprint"]) == 32
    stored = gate.desk.store.file.read_bytes() + gate.desk.store.file.with_suffix(".sqlite3-wal").read_bytes()
    assert KNOWN[0].encode() not in stored
    assert KNOWN[0][1:].encode() not in stored


def test_a_receipt_fits_its_answer_and_no_other(gate: SmallGate) -> None:
    held, clear = gate.ask_all([HELD[0], KNOWN[0]])
    _, key = receipt_key(gate.case.home)
    assert verify_receipt(held, key)
    assert verify_receipt(clear, key)
    for change in ({"answer": "clear"}, {"reason": "not_held"}, {"expires_at": clear["expires_at"] + "Z"}):
        assert not verify_receipt({**held, **change}, key)
    moved = {**clear, "receipt": {**clear["receipt"], "fingerprint": held["receipt"]["fingerprint"]}}
    assert not verify_receipt(moved, key)
    assert not verify_receipt(clear, b"another key")


def test_a_clear_for_a_live_key_is_good_for_a_minute(gate: SmallGate) -> None:
    (clear,) = gate.ask_all([KNOWN[0]])
    at, expires = (datetime.fromisoformat(clear[name]) for name in ("at", "expires_at"))
    assert clear["authorises"] is True
    assert expires - at == timedelta(seconds=60)


def test_a_clear_for_a_team_key_authorises_nothing_and_is_over_at_once(gate: SmallGate) -> None:
    (clear,) = gate.ask_all([KNOWN[0]], key=issue_key(kind="team"))
    assert (clear["answer"], clear["authorises"]) == ("clear", False)
    assert clear["expires_at"] == clear["at"]


def test_a_test_key_knows_two_invented_identifiers_and_nobody_else(gate: SmallGate) -> None:
    key = issue_key(kind="test")
    assert gate.ask(TEST_HELD, key=key) == ("hold", "held")
    assert gate.ask(TEST_CLEAR, key=key) == ("clear", "not_held")
    for real in (HELD[0], KNOWN[0], UNKNOWN):
        assert gate.ask(real, key=key) == ("hold", "test_key")
    assert gate.ask_all([TEST_CLEAR], key=key)[0]["authorises"] is False
    assert {row["fingerprint"] for row in rows_of(gate)} == {""}
    assert gate.ask(TEST_CLEAR)[0] == "hold"


def test_a_hold_that_was_just_committed_is_in_the_next_answer(gate: SmallGate) -> None:
    from amends.ledger import current
    from amends.ledger.gate_index import index_rows
    from amends.ledger.models import LeakedRow
    from amends.vocabulary.identifier import normalised_identifier

    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    row = LeakedRow.objects.earliest("id")
    fingerprint = current.sealer().fingerprint(normalised_identifier(KNOWN[0]))
    assert index_rows([(row.pk, fingerprint)], key_id=current.sealer().fingerprint_key_id) == 1
    assert gate.ask(KNOWN[0]) == ("hold", "held")
