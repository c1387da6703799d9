"""The gate's store: what is recorded stays, a changed row shows, and the log does not grow for ever."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from amends.gate.answers import Row
from amends.gate.late import LateAnswers
from amends.gate.store import GateStore
from amends.gate.store_check import broken_batches
from amends.ledger.home import LedgerHome
from tests.ledger_cases import NOW

_REST = ", ".join(Row._fields[2:])


@pytest.fixture
def home(tmp_path: Path) -> LedgerHome:
    made = LedgerHome(tmp_path / "home")
    made.create()
    return made


def row(number: int, **changes: Any) -> Row:
    base = Row(
        number,
        0,
        NOW.isoformat(),
        "removals",
        "00aa",
        "live",
        "removal",
        f"{number:032x}",
        "k",
        "clear",
        "not_held",
        "",
        3,
        9,
        NOW.isoformat(),
        "ff",
    )
    return base._replace(**changes)


def recorded(store: GateStore, *batches: list[Row]) -> None:
    for rows in batches:
        store.record(rows, at=NOW.isoformat(), marks={"generation": 3})


def test_what_was_recorded_is_read_by_a_stranger_and_belongs_to_its_owner_alone(home: LedgerHome) -> None:
    store = GateStore(home)
    recorded(store, [row(n) for n in range(1, 131)], [row(131, hold_reference="H-000007")])
    with closing(sqlite3.connect(f"file:{store.file}?mode=ro", uri=True)) as reader:
        assert reader.execute("SELECT count(*), max(batch) FROM answers").fetchone() == (131, 2)
        assert reader.execute("SELECT value FROM marks WHERE name = 'generation'").fetchone() == ("3",)
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_an_answers_number_is_never_given_twice_whatever_was_lost(home: LedgerHome) -> None:
    first = GateStore(home)
    number = first.first_number
    first.close()
    assert GateStore(home).first_number > number + 10**12


def test_a_batch_is_recorded_whole_or_not_at_all(home: LedgerHome) -> None:
    store = GateStore(home)
    recorded(store, [row(1)])
    with pytest.raises(sqlite3.IntegrityError):
        recorded(store, [row(2), row(3, answer="perhaps")])
    recorded(store, [row(4)])
    with closing(sqlite3.connect(store.file)) as reader:
        assert reader.execute("SELECT id, batch FROM answers").fetchall() == [(1, 1), (4, 2)]
    assert broken_batches(store.file) == []


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE answers SET answer = 'hold' WHERE id = 2", [2]),
        ("DELETE FROM answers WHERE id = 2", [2]),
        ("UPDATE answers SET batch = 1 WHERE id = 2", [1, 2]),
        (f"INSERT INTO answers SELECT 99, 2, {_REST} FROM answers WHERE id = 2", [2]),
        ("DELETE FROM batches WHERE id = 2", [3]),
        ("UPDATE batches SET digest = 'x' WHERE id = 2", [2, 3]),
        ("SELECT 1", []),
    ],
)
def test_a_row_that_was_changed_removed_or_added_shows(
    home: LedgerHome, tampering: str, broken: list[int]
) -> None:
    store = GateStore(home)
    recorded(store, [row(1)], [row(2)], [row(3)])
    with closing(sqlite3.connect(store.file)) as other, other:
        other.execute(tampering)
    assert broken_batches(store.file) == broken


def test_the_chain_goes_on_after_a_restart(home: LedgerHome) -> None:
    store = GateStore(home)
    recorded(store, [row(1)])
    store.close()
    again = GateStore(home)
    recorded(again, [row(2)])
    assert broken_batches(again.file) == []
    assert again.last_answer_at == NOW


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 130])
def test_answers_in_one_step_are_recorded_as_those_in_several_are(tmp_path: Path, count: int) -> None:
    kept = []
    rows = [row(n, late=n % 2, instead_of=n - 1 if n % 2 else None) for n in range(count, 0, -1)]
    for name, marks in (("one-step", None), ("several", {"generation": 3})):
        home = LedgerHome(tmp_path / name)
        home.create()
        store = GateStore(home)
        for some in ([row(1000)], rows):
            store.record(some, at=NOW.isoformat(), marks=marks)
        store.close()
        assert broken_batches(store.file) == []
        with closing(sqlite3.connect(store.file)) as reader:
            tables = ("answers", "batches")
            kept.append([reader.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in tables])
    assert kept[0] == kept[1]
    assert len(kept[0][0]) == count + 1


def test_answers_in_one_step_are_recorded_all_or_none(home: LedgerHome) -> None:
    store = GateStore(home)
    store.record([row(1)], at=NOW.isoformat())
    for bad in (row(3, answer="perhaps"), row(1)):
        with pytest.raises(sqlite3.IntegrityError):
            store.record([row(2), bad], at=NOW.isoformat())
    with closing(sqlite3.connect(store.file)) as reader:
        assert reader.execute("SELECT id FROM answers").fetchall() == [(1,)]
        assert reader.execute("SELECT count(*) FROM batches").fetchone() == (1,)
    store.record([row(2)], at=NOW.isoformat())
    assert broken_batches(store.file) == []


def test_what_acting_systems_say_is_kept(home: LedgerHome) -> None:
    store = GateStore(home)
    number = store.put_inbox(system="removals", api_key="00aa", kind="heartbeat", body={"version": 7}, at=NOW)
    with closing(sqlite3.connect(store.file)) as reader:
        found = reader.execute("SELECT id, at, system, api_key, kind, body FROM inbox").fetchall()
    assert found == [
        (number, NOW.isoformat(timespec="microseconds"), "removals", "00aa", "heartbeat", '{"version":7}')
    ]


def test_the_log_is_moved_into_the_file_when_it_is_quiet_and_begins_anew(home: LedgerHome) -> None:
    store = GateStore(home)
    log = store.file.with_name("answers.sqlite3-wal")
    recorded(store, *[[row(n)] for n in range(1, 301)])
    before = store.file.stat().st_size
    store.checkpoint()
    assert store.file.stat().st_size == before
    store.checkpoint()
    assert store.file.stat().st_size > before
    long = log.stat().st_size
    recorded(store, *[[row(n)] for n in range(301, 401)])
    assert log.stat().st_size == long
    with closing(sqlite3.connect(store.file)) as reader:
        assert reader.execute("SELECT count(*) FROM answers").fetchone() == (400,)
    assert broken_batches(store.file) == []


def test_a_log_that_has_grown_long_is_moved_under_load_too(
    home: LedgerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amends.gate.store._MOST_ROWS_UNMOVED", 250)
    store = GateStore(home)
    recorded(store, *[[row(n)] for n in range(1, 301)])
    before = store.file.stat().st_size
    store.checkpoint()
    assert store.file.stat().st_size > before


def test_late_answers_are_bounded_and_what_is_lost_is_counted() -> None:
    late = LateAnswers(most=2)
    for number in (1, 2, 3):
        late.add(row(number, answer="hold"))
    assert (len(late), late.lost) == (2, 1)
    taken = late.take(5)
    assert [(r.id, r.late) for r in taken] == [(1, 1), (2, 1)]
    late.give_back(taken)
    assert [r.id for r in late.take(1)] == [1]
