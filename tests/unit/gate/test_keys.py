"""API keys at the gate: unknown, wrong, expired, revoked, limited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amends.gate.keys import given_key
from tests.gate_cases import KNOWN, SmallGate, issue_key


def test_a_revocation_counts_at_the_next_answer(gate: SmallGate) -> None:
    from amends.ledger.gate_index import touch
    from amends.ledger.models import ApiKey

    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    ApiKey.objects.update(revoked_at=gate.hands.wall)
    touch()
    assert gate.ask(KNOWN[0]) == ("hold", "key_revoked")


def test_the_keys_of_a_retired_system_open_nothing(gate: SmallGate) -> None:
    from amends.ledger.gate_index import touch
    from amends.ledger.models import ActingSystem

    ActingSystem.objects.update(retired_at=gate.hands.wall)
    touch()
    assert gate.ask(KNOWN[0]) == ("hold", "key_revoked")


def test_a_key_ends_at_its_instant(gate: SmallGate) -> None:
    key = issue_key(expires_at=gate.hands.wall + timedelta(seconds=10))
    gate.hands.pass_time(9.9)
    assert gate.ask(KNOWN[0], key=key) == ("clear", "not_held")
    gate.hands.pass_time(0.1)
    assert gate.ask(KNOWN[0], key=key) == ("hold", "key_expired")


def test_a_new_key_counts_at_once_and_the_old_one_beside_it(gate: SmallGate) -> None:
    assert gate.ask(KNOWN[0], key=issue_key()) == ("clear", "not_held")
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


def test_a_key_with_one_letter_changed_is_unknown(gate: SmallGate) -> None:
    last = "A" if gate.key[-1] != "A" else "B"
    kind = gate.key.replace("_live_", "_team_")
    for wrong in (gate.key[:-1] + last, kind, "", "amends", "amends_live_000000000000_x"):
        assert gate.ask(KNOWN[0], key=wrong or " ") == ("hold", "key_unknown")


def test_a_key_may_ask_twice_its_rate_at_once_and_its_rate_after_that(gate: SmallGate) -> None:
    key = issue_key(rate=2)
    reasons = [gate.ask(KNOWN[0], key=key)[1] for _ in range(5)]
    assert reasons == ["not_held"] * 4 + ["rate_limited"]
    gate.hands.pass_time(0.5)
    assert [gate.ask(KNOWN[0], key=key)[1] for _ in range(2)] == ["not_held", "rate_limited"]
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


@pytest.mark.parametrize(
    "header",
    [b"", b"Basic x", b"Bearer ", b"Bearer a_b_c", b"Bearer amends_live_\xff_x", b"Bearer x_live_1_y"],
)
def test_what_is_no_key_is_none(header: bytes) -> None:
    assert given_key(header) is None


def test_an_underscore_in_the_secret_belongs_to_the_secret() -> None:
    given, other = given_key(b"Bearer amends_live_00aa_s_t"), given_key(b"bearer amends_live_00aa_s")
    assert given is not None
    assert other is not None
    assert (given.kind, given.key_id) == ("live", "00aa")
    assert given.secret_sha256 != other.secret_sha256


def test_no_key_shows_itself(gate: SmallGate) -> None:
    secret = gate.key.rpartition("_")[2]
    table = gate.lookups[0].keys()
    assert secret not in repr(table)
    assert all(record.secret_sha256 not in repr(table) for record in table.keys.values())
