"""The journal in the database: written with its change or not at all, and never again touched."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta, timezone
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.ledger import journal
from amends.ledger.chain import GENESIS, Head, verify
from amends.ledger.journal import JournalFields
from amends.ledger.models import JournalEntry, JournalHead
from amends.vocabulary.errors import FaultError
from tests.ledger_cases import NOW

WRITERS, EACH = 4, 12


def append(reason: str = "exercise", incident: str = "", **detail: object):
    return journal.append(JournalFields("advance_remedy", "operator", reason, incident, detail), at=NOW)


def appended(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            append(count=number)


def breaks() -> set[tuple[str, int]]:
    found = verify(journal.entries(), expected_head=journal.head(), head_is_end=True)
    return {(item.kind, item.sequence) for item in found}


def against_the_triggers(ledger, *statements: str) -> None:
    """Do to the database what somebody does who owns it: the triggers go first."""
    table = "ledger_journalentry"
    with connection.cursor() as cursor:
        if ledger.is_postgresql:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        else:
            for name in ("not_updated", "not_deleted", "not_replaced"):
                cursor.execute(f"DROP TRIGGER journal_entry_{name}")
        for statement in statements:
            cursor.execute(statement)


def test_an_entry_outside_a_transaction_is_refused_and_not_written(ledger):
    with pytest.raises(FaultError) as refused:
        append()
    assert refused.value.code == "journal-outside-transaction"
    assert not JournalEntry.objects.exists()


def test_an_entry_goes_away_with_the_change_that_failed(ledger):
    appended(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append("lost")
        raise ZeroDivisionError
    appended(1)
    assert [entry.sequence for entry in journal.entries()] == [1, 2, 3]
    assert "lost" not in {entry.reason for entry in journal.entries()}
    assert breaks() == set()


def test_the_chain_begins_at_one_and_the_head_is_its_end(ledger):
    appended(3)
    chain = list(journal.entries())
    assert [entry.sequence for entry in chain] == [1, 2, 3]
    assert chain[0].previous == GENESIS
    assert journal.head() == Head(3, chain[-1].digest)


def test_the_instant_is_kept_to_the_microsecond_and_in_utc_whatever_zone_it_came_in(ledger):
    at = (NOW + timedelta(microseconds=123456)).astimezone(timezone(timedelta(hours=-7)))
    with transaction.atomic():
        written = journal.append(JournalFields("close_incident", "operator", "done", "", {}), at=at)
    (read,) = journal.entries()
    assert read == written
    assert read.at == "2031-03-03T18:00:00.123456+00:00"


def test_the_entries_of_one_incident_can_be_read_alone(ledger):
    with transaction.atomic():
        append(incident="a")
        append(incident="b")
        append(incident="a")
    assert [entry.sequence for entry in journal.entries("a")] == [1, 3]


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc0é", max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    detail=st.dictionaries(
        st.text("abc0é", max_size=4) | st.integers(0, 20), plain | st.tuples(plain), max_size=4
    )
)
def test_whatever_a_verb_records_is_read_again_with_a_digest_that_fits(ledger, detail):
    with transaction.atomic():
        written = journal.append(JournalFields("close_incident", "operator", "done", "", detail), at=NOW)
    read = journal._entry_of(JournalEntry.objects.get(pk=written.sequence))
    assert read == written
    assert read.computed_digest() == read.digest


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_journalentry SET reason = 'another' WHERE sequence = 2",
        "UPDATE ledger_journalentry SET sequence = sequence + 10",
        "DELETE FROM ledger_journalentry WHERE sequence = 3",
        "DELETE FROM ledger_journalentry",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_an_entry(ledger, statement):
    appended(3)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert breaks() == set()


def test_djangos_own_ways_are_refused_as_well(ledger):
    appended(1)
    entry = JournalEntry.objects.get()
    entry.reason = "another"
    with pytest.raises(DatabaseError, match="append-only"):
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"):
        JournalEntry.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"):
        JournalEntry.objects.update(reason="another")


def test_emptying_or_replacing_is_refused_too(ledger):
    appended(2)
    statement = (
        "TRUNCATE ledger_journalentry"
        if ledger.is_postgresql
        else "INSERT OR REPLACE INTO ledger_journalentry SELECT sequence, at, incident, verb, actor, 'another',"
        " detail, previous, digest FROM ledger_journalentry WHERE sequence = 2"
    )
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert breaks() == set()


def test_there_is_never_a_second_head(ledger):
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalHead.objects.create(id=2, sequence=0, digest=GENESIS)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["UPDATE ledger_journalentry SET reason = 'another' WHERE sequence = 3"], {("changed", 3)}),
        (["UPDATE ledger_journalentry SET actor = 'another' WHERE sequence = 1"], {("changed", 1)}),
        (["DELETE FROM ledger_journalentry WHERE sequence = 3"], {("removed", 3)}),
        (["DELETE FROM ledger_journalentry WHERE sequence = 1"], {("removed", 1)}),
        (["DELETE FROM ledger_journalentry WHERE sequence > 4"], {("cut", 5)}),
        (["DELETE FROM ledger_journalentry"], {("cut", 1)}),
        (
            [
                "UPDATE ledger_journalentry SET sequence = 99 WHERE sequence = 2",
                "UPDATE ledger_journalentry SET sequence = 2 WHERE sequence = 4",
                "UPDATE ledger_journalentry SET sequence = 4 WHERE sequence = 99",
            ],
            {("reordered", 2), ("reordered", 4)},
        ),
        (["UPDATE ledger_journalhead SET sequence = 4"], {("rewritten", 4), ("added", 5)}),
        (["UPDATE ledger_journalhead SET sequence = 9"], {("cut", 7)}),
    ],
)
def test_who_owns_the_database_and_removes_the_triggers_is_found_out(ledger, statements, expected):
    appended(6)
    against_the_triggers(ledger, *statements)
    assert breaks() == expected


def test_a_database_rewritten_whole_falls_by_the_head_written_down_before(ledger):
    appended(4)
    kept = journal.head()
    against_the_triggers(
        ledger,
        "DELETE FROM ledger_journalentry",
        f"UPDATE ledger_journalhead SET sequence = 0, digest = '{'0' * 64}'",
    )
    with transaction.atomic():
        for _ in range(4):
            append("another story")
    assert breaks() == set()
    found = verify(journal.entries(), expected_head=kept)
    assert [(item.kind, item.sequence) for item in found] == [("rewritten", 4)]


def _append_many(errors: list[BaseException]) -> None:
    try:
        for _ in range(EACH):
            with transaction.atomic():
                append(threading.current_thread().name)
    except BaseException as error:
        errors.append(error)
    finally:
        connections.close_all()


def _run_writers() -> list[BaseException]:
    errors: list[BaseException] = []
    threads = [threading.Thread(target=_append_many, args=(errors,)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


def test_writers_at_once_lose_no_entry_and_never_fork_the_chain(ledger):
    assert _run_writers() == []
    chain = list(journal.entries())
    assert [entry.sequence for entry in chain] == list(range(1, WRITERS * EACH + 1))
    assert len({entry.reason for entry in chain}) == WRITERS
    assert breaks() == set()


def test_without_the_lock_writers_at_once_get_into_each_others_way(ledger, monkeypatch):
    """The planted fault: no lock on the head, and on SQLite transactions that begin as readers."""
    monkeypatch.setattr(type(JournalHead.objects.all()), "select_for_update", lambda self, **_: self)
    if not ledger.is_postgresql:
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "transaction_mode", "DEFERRED")
    assert _run_writers() != []


PROGRAM = """
import sys
import django
django.setup()
from datetime import datetime, UTC
from django.db import transaction
from amends.ledger import journal
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
for number in range(int(sys.argv[2])):
    with transaction.atomic():
        fields = journal.JournalFields("close_incident", sys.argv[1], "exercise", "", {"count": number})
        journal.append(fields, at=datetime(2031, 3, 3, tzinfo=UTC))
"""


def test_processes_at_once_lose_no_entry_and_never_fork_the_chain(ledger):
    environment = {**ledger.environment, "DJANGO_SETTINGS_MODULE": "amends.server.settings"}
    environment.pop("PYTEST_CURRENT_TEST", None)
    connections.close_all()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, f"process {number}", str(EACH)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=os.fspath(ledger.home.folder),
        )
        for number in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    said = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    actors = [entry.actor for entry in journal.entries()]
    assert {actor: actors.count(actor) for actor in set(actors)} == {f"process {n}": EACH for n in range(3)}
    assert breaks() == set()


def test_many_entries_at_once_are_the_same_bytes_as_one_after_another(ledger):
    details: tuple[dict[Any, Any], ...] = (
        {"count": 1},
        {7: "é"},
        {"list": (1, None)},
        {"weight": 1.5, "tab": '\t"\\'},
        {},
    )
    batch = [JournalFields("advance_remedy", "operator", "tab\tand\nline \\N", "", d) for d in details]
    at = NOW + timedelta(microseconds=5)
    with transaction.atomic():
        singly = [journal.append(fields, at=at) for fields in batch]
        transaction.set_rollback(True)
    with transaction.atomic():
        head = journal.append_many(batch, at=at)
    assert list(journal.entries()) == singly
    assert head == journal.head() == Head(5, singly[-1].digest)
    assert breaks() == set()


def test_many_entries_go_on_where_the_chain_ended(ledger):
    appended(3)
    with transaction.atomic():
        journal.append_many([JournalFields("close_incident", "operator", "done", "", {})] * 4, at=NOW)
    appended(2)
    assert [entry.sequence for entry in journal.entries()] == list(range(1, 10))
    assert breaks() == set()


def test_an_empty_batch_changes_nothing(ledger):
    appended(2)
    with transaction.atomic():
        assert journal.append_many([], at=NOW) == journal.head()
    assert journal.head().sequence == 2


def test_a_batch_outside_a_transaction_is_refused(ledger):
    with pytest.raises(FaultError, match="outside a transaction"):
        journal.append_many([JournalFields("close_incident", "operator", "done", "", {})], at=NOW)


def test_a_value_that_json_does_not_know_is_refused_and_nothing_is_written(ledger):
    with pytest.raises(ValueError, match="JSON"), transaction.atomic():
        append(weight=float("nan"))
    assert not JournalEntry.objects.exists()


def test_a_detail_is_stored_as_the_text_that_is_hashed(ledger):
    with transaction.atomic():
        append(z=1, a={"é": [True, None]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail FROM ledger_journalentry")
        assert cursor.fetchone() == ('{"a":{"é":[true,null]},"z":1}',)
