"""Everything that can happen to a ledger or a machine means hold; and where the check that says so is off, it shows."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from amends.gate.guard import Guard, Seen
from amends.gate.reading import Counted, Reading
from tests.gate_cases import HELD, KNOWN, SmallGate, held_population, issue_key, small_gate
from tests.ledger_cases import NOW


def emptied(gate: SmallGate) -> None:
    from amends.ledger.models import HeldIdentifier

    HeldIdentifier.objects.all().delete()


def emptied_but_for_the_canary(gate: SmallGate) -> None:
    from amends.ledger.models import HeldIdentifier

    HeldIdentifier.objects.filter(hold_id__gt=0).delete()


def canary_gone(gate: SmallGate) -> None:
    from amends.ledger.models import HeldIdentifier

    HeldIdentifier.objects.filter(hold_id=0).delete()


def state_gone(gate: SmallGate) -> None:
    from amends.ledger.models import GateState

    GateState.objects.all().delete()


def generation_fallen(gate: SmallGate) -> None:
    from amends.ledger.models import GateState, HeldIdentifier

    HeldIdentifier.objects.filter(hold_id__gt=0).delete()
    GateState.objects.update(generation=1, held_identifiers=0)


def journal_fallen(gate: SmallGate) -> None:
    from amends.ledger.models import JournalHead

    JournalHead.objects.update(sequence=0)


def another_key(gate: SmallGate) -> None:
    from amends.ledger.models import GateState

    GateState.objects.update(fingerprint_key_id="00000000")


def clock_forward(gate: SmallGate) -> None:
    gate.hands.seconds -= 3600
    gate.hands.pass_time(3600)


def table_gone(gate: SmallGate) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_knownidentifier RENAME TO away")


FAULTS: dict[Callable[[SmallGate], None], str] = {
    emptied: "canary_missing",
    emptied_but_for_the_canary: "state_mismatch",
    canary_gone: "canary_missing",
    state_gone: "state_mismatch",
    generation_fallen: "database_older_than_seen",
    journal_fallen: "database_older_than_seen",
    another_key: "key_mismatch",
    clock_forward: "clock_jumped",
    table_gone: "database_unavailable",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_nobody_is_clear_after(gate: SmallGate, fault: Callable[[SmallGate], None]) -> None:
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    fault(gate)
    answers = gate.ask_all([*HELD, *KNOWN])
    assert {(answer["answer"], answer["reason"]) for answer in answers} == {("hold", FAULTS[fault])}


@pytest.mark.parametrize("fault", [emptied, emptied_but_for_the_canary, generation_fallen])
def test_without_its_guard_the_gate_would_clear_the_held(
    gate: SmallGate, fault: Callable[[SmallGate], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: were the checks gone, the tests above would see it."""
    assert gate.ask(HELD[0]) == ("hold", "held")
    monkeypatch.setattr(Guard, "why_closed", lambda *_, **__: None)
    fault(gate)
    assert gate.ask(HELD[0]) == ("clear", "not_held")


def test_a_row_deleted_by_hand_is_missed_by_the_sentinels_and_by_the_count(gate: SmallGate) -> None:
    from amends.ledger.models import HeldIdentifier

    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    watched = gate.desk.guard.sentinels()[0]
    HeldIdentifier.objects.filter(fingerprint=watched).delete()
    assert gate.ask(KNOWN[0]) == ("hold", "state_mismatch")
    gate.desk.guard.watch((), held=0, key_id="")
    gate.hands.pass_time(60)
    gate.check.attempt()
    assert gate.ask(KNOWN[0]) == ("hold", "state_mismatch")


def test_a_sentinel_counts_also_after_the_ledger_has_changed(gate: SmallGate) -> None:
    from amends.ledger.models import HeldIdentifier

    watched = gate.desk.guard.sentinels()[0]
    HeldIdentifier.objects.filter(fingerprint=watched).delete()
    work_goes_on()
    assert gate.ask(KNOWN[0]) == ("hold", "state_mismatch")


def test_an_identifier_that_the_ledger_says_it_removed_is_no_missing_sentinel(gate: SmallGate) -> None:
    from amends.ledger.gate_index import touch
    from amends.ledger.models import HeldIdentifier

    HeldIdentifier.objects.filter(fingerprint=gate.desk.guard.sentinels()[0]).delete()
    touch(held=-1)
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    gate.check.attempt()
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


def test_what_the_self_check_found_counts_only_for_a_while(gate: SmallGate) -> None:
    gate.hands.pass_time(30)
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    gate.hands.pass_time(10)
    assert gate.ask(KNOWN[0]) == ("hold", "state_mismatch")
    gate.check.attempt()
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


def test_a_ledger_that_changes_while_it_is_counted_is_counted_all_the_same(
    gate: SmallGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amends.ledger.models import HeldIdentifier

    lookup = gate.lookups[1]
    counted = lookup.counts

    def counted_in_passing() -> Counted:
        work_goes_on()
        found = counted()
        work_goes_on()
        return found

    monkeypatch.setattr(type(lookup), "counts", lambda _: counted_in_passing())
    gate.desk.guard.watch((), held=0, key_id="")
    HeldIdentifier.objects.order_by("-fingerprint")[0].delete()
    gate.hands.pass_time(10)
    gate.check.attempt()
    assert gate.ask(KNOWN[0]) == ("hold", "state_mismatch")


def test_a_hold_whose_record_is_gone_is_not_readable_and_others_stay_clear(gate: SmallGate) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if gate.case.is_postgresql:
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DELETE FROM ledger_remedy")
    assert gate.ask(HELD[0]) == ("hold", "hold_not_readable")
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


def test_until_its_first_look_at_itself_a_gate_clears_nobody(gate: SmallGate) -> None:
    fresh = small_gate(gate.case, key=gate.key, checked=False)
    assert fresh.ask(KNOWN[0]) == ("hold", "starting")
    fresh.check.attempt()
    assert fresh.ask(KNOWN[0]) == ("clear", "not_held")
    fresh.close()


def test_an_older_ledger_stays_refused_after_a_restart_until_somebody_accepts_it(gate: SmallGate) -> None:
    from amends.gate.accepting import accept

    gate.ask(KNOWN[0])
    journal_fallen(gate)
    again = gate.reopen()
    assert again.ask(KNOWN[0]) == ("hold", "database_older_than_seen")
    accept(gate.case.home, "older", actor="operator", reason="restored after fire", now=gate.hands.wall)
    again.check.attempt()
    assert again.ask(KNOWN[0]) == ("clear", "not_held")
    again.close()


def work_goes_on() -> None:
    """Another journal entry and another generation: what any casework does to the ledger's counters."""
    from django.db import transaction

    from amends.ledger.gate_index import touch
    from amends.ledger.journal import JournalFields, append

    with transaction.atomic():
        # No two pieces of work are alike: otherwise their entries, and with them the journals, would be the same.
        append(JournalFields("test", "operator", secrets.token_hex(4), "", {}), at=NOW)
        touch()


def back_to(entries: int, generation: int) -> None:
    """What restoring a backup does to the ledger: journal and state are again what they were."""
    from django.db import connection

    from amends.ledger.models import GateState, JournalEntry, JournalHead

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            for (name,) in cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_journalentry'"
            ).fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute("DELETE FROM ledger_journalentry WHERE sequence > %s", [entries])
    last = JournalEntry.objects.get(sequence=entries)
    JournalHead.objects.update(sequence=entries, digest=last.digest)
    GateState.objects.update(generation=generation)


def restored_and_worked_on(gate: SmallGate, *, asked_between: bool) -> None:
    """Go back to a backup, then let the counters pass those of the ledger that was lost."""
    from amends.ledger.models import GateState, JournalHead

    generation, entries = GateState.objects.get().generation, JournalHead.objects.get().sequence
    work_goes_on()
    work_goes_on()
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    back_to(entries, generation)
    if asked_between:
        assert gate.ask(KNOWN[0]) == ("hold", "database_older_than_seen")
    gate.hands.pass_time(5)
    for _ in range(5):
        work_goes_on()
    gate.check.attempt()


@pytest.mark.parametrize("asked_between", [True, False])
def test_a_restored_ledger_whose_counters_catch_up_stays_refused_until_somebody_accepts_it(
    gate: SmallGate, asked_between: bool
) -> None:
    from amends.gate.accepting import accept

    restored_and_worked_on(gate, asked_between=asked_between)
    assert gate.ask(KNOWN[0]) == ("hold", "database_older_than_seen")
    again = gate.reopen()
    assert again.ask(KNOWN[0]) == ("hold", "database_older_than_seen")
    again.close()
    # Accepted while no gate runs: the next one knows.
    accept(gate.case.home, "older", actor="operator", reason="restored after fire", now=gate.hands.wall)
    last = again.reopen()
    assert last.ask(KNOWN[0]) == ("clear", "not_held")
    work_goes_on()
    last.check.attempt()
    assert last.ask(KNOWN[0]) == ("clear", "not_held")
    assert last.desk.store.mark("older") == "0"
    last.close()


def test_without_the_journals_digest_a_ledger_that_caught_up_would_be_believed(
    gate: SmallGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: by its counters alone, such a ledger is the one that was seen."""

    def by_counters(guard: Guard, reading: Reading, floor: Seen) -> bool:
        assert reading.state is not None
        return reading.state.generation < floor.generation or (reading.sequence or 0) < floor.sequence

    monkeypatch.setattr(Guard, "_is_older", by_counters)
    restored_and_worked_on(gate, asked_between=True)
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


def test_the_self_check_keeps_what_it_saw_although_nobody_asks(gate: SmallGate) -> None:
    from amends.ledger.models import JournalHead

    work_goes_on()
    gate.check.attempt()
    head = JournalHead.objects.get()
    store = gate.desk.store
    assert (store.mark("sequence"), store.mark("head")) == (str(head.sequence), head.digest)
    journal_fallen(gate)
    gate.check.attempt()
    assert store.mark("older") == "1"
    JournalHead.objects.update(sequence=head.sequence)
    assert gate.ask(KNOWN[0]) == ("hold", "database_older_than_seen")


def test_an_acceptance_counts_although_a_look_up_was_under_way_that_saw_the_older_ledger(
    gate: SmallGate,
) -> None:
    guard = gate.desk.guard
    floor = guard.floor()
    journal_fallen(gate)
    reading = gate.lookups[0].look_up((), entry=floor.sequence)
    guard.forget()
    key_ids = gate.desk.fingerprints.now().key_ids
    assert guard.why_closed(reading, key_ids=key_ids, floor=floor) == "database_older_than_seen"
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


def test_a_clock_set_back_behind_the_last_answer_is_refused_at_the_start_until_somebody_accepts_it(
    gate: SmallGate,
) -> None:
    from amends.gate.accepting import accept

    gate.ask(KNOWN[0])
    gate.hands.pass_time(-3600)
    again = gate.reopen()
    assert again.ask(KNOWN[0]) == ("hold", "clock_jumped")
    accept(gate.case.home, "clock", actor="operator", reason="battery changed", now=gate.hands.wall)
    again.check.attempt()
    assert again.ask(KNOWN[0]) == ("clear", "not_held")
    again.close()


def test_a_clock_that_comes_back_opens_the_gate_again(gate: SmallGate) -> None:
    gate.hands.seconds -= 100
    assert gate.ask(KNOWN[0]) == ("hold", "clock_jumped")
    gate.hands.seconds += 100
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")


def test_what_cannot_be_recorded_is_not_clear_and_is_recorded_later(
    gate: SmallGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = gate.desk.store
    with closing(sqlite3.connect(store.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        (clear, held) = gate.ask_all([KNOWN[0], HELD[0]])
        assert (clear["answer"], clear["reason"], clear["recorded"]) == ("hold", "answer_not_recorded", False)
        assert (held["answer"], held["reason"], held["recorded"]) == ("hold", "held", False)
        other.execute("ROLLBACK")
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    with closing(sqlite3.connect(store.file)) as reader:
        rows = dict(reader.execute("SELECT id, late FROM answers").fetchall())
    assert (rows[int(clear["answer_id"])], rows[int(held["answer_id"])]) == (1, 1)
    assert sorted(rows.values()) == [0, 1, 1]


@pytest.fixture
def file_gate(ledger_template, tmp_path):
    """A gate over an SQLite ledger whose file the test moves about."""
    from amends.ledger.home import LedgerHome
    from tests.ledger_cases import LedgerCase, working_on

    home = LedgerHome(tmp_path / "home")
    shutil.copytree(ledger_template.folder, home.folder)
    with working_on(home, ""):
        held_population(tmp_path)
        made = small_gate(LedgerCase(home, ""), key=issue_key())
        yield made
        made.close()


def test_a_database_file_that_another_one_has_replaced_is_not_answered_from(file_gate: SmallGate) -> None:
    from amends.ledger.models import GateState

    database = file_gate.case.home.database
    with closing(sqlite3.connect(database)) as file:
        backup = database.with_name("backup.sqlite3")
        with closing(sqlite3.connect(backup)) as copy:
            file.backup(copy)
    GateState.objects.update(generation=1000)
    assert file_gate.ask(KNOWN[0]) == ("clear", "not_held")
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink()
    backup.replace(database)
    assert file_gate.ask(KNOWN[0]) == ("hold", "database_older_than_seen")


def test_a_database_file_that_is_gone_or_read_only_is_a_hold(file_gate: SmallGate) -> None:
    database = file_gate.case.home.database
    database.chmod(0o400)
    file_gate.check.attempt()
    assert file_gate.ask(KNOWN[0]) == ("hold", "database_unavailable")
    database.chmod(0o600)
    file_gate.check.attempt()
    assert file_gate.ask(KNOWN[0]) == ("clear", "not_held")
    database.rename(database.with_name("away"))
    assert file_gate.ask(KNOWN[0]) == ("hold", "database_unavailable")
