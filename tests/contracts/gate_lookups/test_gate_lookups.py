"""What every look-up owes the gate, run against SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends.gate.fingerprints import Fingerprints
from amends.gate.opening import lookup_for
from amends.gate.reading import CANARY, Lookup, LookupFailedError
from tests.gate_cases import HELD, KNOWN, held_population, issue_key
from tests.ledger_cases import LedgerCase


@pytest.fixture
def lookup(ledger: LedgerCase, tmp_path: Path) -> Iterator[Lookup]:
    held_population(tmp_path)
    made = lookup_for(ledger.home, ledger.url, seconds=10)
    yield made
    made.close()


@pytest.fixture
def fingerprints(ledger: LedgerCase) -> dict[str, str]:
    made = Fingerprints(ledger.home)
    return {text: made.of(text)[0] for text in (*HELD, *KNOWN)}


def test_one_look_up_sees_holds_registry_state_journal_and_canary(lookup: Lookup, fingerprints) -> None:
    from amends.ledger.models import GateState, JournalHead, Remedy

    reading = lookup.look_up([*fingerprints.values(), "f" * 32])
    state = GateState.objects.get()
    assert reading.canary
    assert reading.state is not None
    assert (reading.state.generation, reading.state.held) == (state.generation, state.held_identifiers)
    assert (reading.state.known, reading.state.key_id) == (state.known_identifiers, state.fingerprint_key_id)
    assert reading.state.unknown_is_hold is True
    assert reading.sequence == JournalHead.objects.get().sequence
    assert (reading.any_held, reading.any_known) == (True, True)
    assert set(reading.held) == {fingerprints[text] for text in HELD}
    assert set(reading.known) == set(fingerprints.values())
    (hold,) = reading.held[fingerprints[HELD[0]]]
    remedy = Remedy.objects.get(pk=hold.number)
    assert (hold.state, hold.bars, hold.reference) == ("in_force", "removal", remedy.reference)


def test_the_journals_head_and_one_earlier_entry_come_with_every_look_up(lookup: Lookup) -> None:
    from amends.ledger.models import JournalEntry, JournalHead

    head = JournalHead.objects.get()
    first = JournalEntry.objects.order_by("sequence").first()
    assert first is not None
    reading = lookup.look_up([], entry=first.sequence)
    assert (reading.head, reading.entry) == (head.digest, first.digest)
    assert lookup.look_up([], entry=head.sequence + 1).entry is None


def test_the_canary_is_seen_when_nothing_is_asked(lookup: Lookup) -> None:
    reading = lookup.look_up([])
    assert reading.canary
    assert CANARY not in reading.held


def test_a_hold_that_cannot_be_read_is_said_to_be_so(lookup: Lookup, fingerprints) -> None:
    from amends.ledger.models import Remedy

    Remedy.objects.filter(kind="hold").update(kind="review")
    (hold,) = lookup.look_up([fingerprints[HELD[0]]]).held[fingerprints[HELD[0]]]
    assert hold.state is None


def test_ten_thousand_are_looked_up_in_one_statement(lookup: Lookup, fingerprints) -> None:
    asked = [f"{number:032x}" for number in range(1, 10_000)]
    reading = lookup.look_up([*asked, fingerprints[HELD[0]]])
    assert set(reading.held) == {fingerprints[HELD[0]]}


def test_what_was_committed_a_moment_ago_is_seen(lookup: Lookup) -> None:
    from amends.ledger.gate_index import touch

    before = lookup.look_up([]).state
    touch()
    after = lookup.look_up([]).state
    assert before is not None
    assert after is not None
    assert after.generation == before.generation + 1


def test_counts_and_drawn_sentinels_leave_the_canary_out(lookup: Lookup, fingerprints) -> None:
    held, known, state = lookup.counts()
    assert (held, known) == (len(HELD), len(HELD) + len(KNOWN))
    assert state == lookup.look_up([]).state
    drawn = lookup.draw(["0" * 32, "f" * 32])
    assert drawn == [min(fingerprints[text] for text in HELD)]


def test_keys_come_with_what_both_the_key_and_its_system_may_do(lookup: Lookup) -> None:
    key = issue_key(actions=("removal", "deportation"), rate=7)
    (record,) = lookup.keys().keys.values()
    assert record.key_id == key.split("_")[2]
    assert (record.system, record.kind, record.requests_per_second) == ("removals", "live", 7)
    assert (record.actions, record.revoked, record.expires_at) == (frozenset({"removal"}), False, None)
    assert lookup.keys().actions == {"removal", "transfer"}


def test_it_writes_nothing(ledger: LedgerCase, lookup: Lookup) -> None:
    from amends.gate.postgresql_lookup import PostgresqlLookup
    from amends.gate.sqlite_lookup import SqliteLookup

    lookup.look_up([])
    with pytest.raises(LookupFailedError):
        if isinstance(lookup, SqliteLookup):
            lookup._all("DELETE FROM ledger_heldidentifier")
        elif isinstance(lookup, PostgresqlLookup):
            lookup._run(lambda: lookup._connection.execute("DELETE FROM ledger_heldidentifier"), 1)
    assert lookup.counts()[0] == len(HELD)


def test_a_healthy_database_has_no_fault(lookup: Lookup) -> None:
    assert lookup.fault() is None


def test_after_a_failure_it_tries_anew(ledger: LedgerCase, lookup: Lookup) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_journalhead RENAME TO away")
    with pytest.raises(LookupFailedError) as failed:
        lookup.look_up([])
    assert failed.value.reason == "database_unavailable"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE away RENAME TO ledger_journalhead")
    assert lookup.look_up([]).canary
