"""A new ledger has the tables that the migrations decide, at once; every other ledger gets there by migrations."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amends.ledger.home import LedgerHome
from amends.ledger.schema import tables
from amends.ledger.schema.tables import bring_up_to_date, statements
from scripts import generate_schema
from tests.ledger_cases import working_on
from tests.old_ledger import ledger_as_of

FORBIDDEN = "nobody asked for a plan of migrations"


@pytest.fixture
def new_home(tmp_path: Path) -> LedgerHome:
    home = LedgerHome(tmp_path / "home")
    home.create()
    return home


@pytest.fixture(params=["sqlite", "postgresql"])
def old_home(request, tmp_path) -> Iterator[LedgerHome]:
    """A ledger that an earlier version made."""
    with ledger_as_of("0011_hold_terms", request, tmp_path) as home:
        yield home


def objects(database: Path) -> set[tuple[str, str, str]]:
    """Kind, name and SQL of everything in a database."""
    with closing(sqlite3.connect(database)) as connection:
        return set(connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master"))


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Table → its rows, without the times at which migrations were applied and without sequences never drawn from."""
    with closing(sqlite3.connect(database)) as connection:
        found = {}
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = [column for _, column, *_ in connection.execute(f"PRAGMA table_info('{name}')")]
            shown = ", ".join(f'"{column}"' for column in columns if column != "applied")
            found[name] = sorted(connection.execute(f'SELECT {shown} FROM "{name}"'), key=repr)
    found["sqlite_sequence"] = [row for row in found["sqlite_sequence"] if row[1]]
    return found


def test_a_new_ledger_is_the_one_that_the_migrations_make(new_home, tmp_path):
    from django.core.management import call_command

    migrated = LedgerHome(tmp_path / "migrated")
    migrated.create()
    with working_on(migrated, ""):
        call_command("migrate", verbosity=0, interactive=False)
    with working_on(new_home, ""):
        bring_up_to_date()

    assert len(rows(migrated.database)["ledger_gatestate"]) == 1
    assert objects(new_home.database) == objects(migrated.database)
    assert rows(new_home.database) == rows(migrated.database)


def test_a_new_ledger_lacks_nothing_that_django_would_still_do(new_home):
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with working_on(new_home, ""):
        bring_up_to_date()
        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
        before = rows(new_home.database)
        call_command("migrate", verbosity=0, interactive=False)
    assert rows(new_home.database) == before


def test_the_times_of_a_ledgers_beginning_are_its_own(new_home):
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    with working_on(new_home, ""):
        bring_up_to_date()
        times = {record.applied for record in MigrationRecorder(connection).applied_migrations().values()}
    assert all(timedelta(0) <= datetime.now(UTC) - at < timedelta(minutes=10) for at in times)


def test_neither_a_new_nor_a_present_ledger_makes_a_plan_of_migrations(new_home, monkeypatch):
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor", _refuse)
    monkeypatch.setattr("django.core.management.call_command", _refuse)
    with working_on(new_home, ""):
        bring_up_to_date()
        bring_up_to_date()


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError(FORBIDDEN)


def test_a_present_ledger_on_postgresql_makes_no_plan_of_migrations_either(ledger, monkeypatch):
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor", _refuse)
    bring_up_to_date()


def test_a_database_that_holds_anything_goes_the_way_of_migrations(new_home, monkeypatch):
    with closing(sqlite3.connect(new_home.database)) as connection:
        connection.execute("CREATE TABLE of_somebody_else (x)")
        connection.execute("INSERT INTO of_somebody_else VALUES (7)")
        connection.commit()
    monkeypatch.setattr("django.core.management.call_command", _refuse)
    with working_on(new_home, ""), pytest.raises(AssertionError, match=FORBIDDEN):
        bring_up_to_date()
    assert {name for _, name, _ in objects(new_home.database)} == {"of_somebody_else"}


def test_an_older_ledger_gets_what_it_lacks(old_home):
    from django.db import connection

    assert "ledger_formerfingerprint" not in connection.introspection.table_names()
    bring_up_to_date()
    assert "ledger_formerfingerprint" in connection.introspection.table_names()


def test_the_migrations_that_are_shipped_are_those_that_django_finds():
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    assert tables._shipped() == set(loader.disk_migrations or ())
    assert ("ledger", "0001_initial") in tables._shipped()


def test_a_beginning_that_fails_half_way_leaves_nothing(new_home, monkeypatch):
    from django.db import DatabaseError

    whole = list(statements((Path(tables.__file__).parent / "sqlite.sql").read_text(encoding="utf-8")))
    monkeypatch.setattr(tables, "statements", lambda _: [*whole[:-1], "INSERT INTO nowhere VALUES (1);"])
    with working_on(new_home, ""):
        with pytest.raises(DatabaseError):
            bring_up_to_date()
        assert objects(new_home.database) == set()
        monkeypatch.undo()
        bring_up_to_date()
    assert len(objects(new_home.database)) > len(whole) / 2


def test_processes_that_begin_the_same_ledger_at_once_find_one_ledger(new_home, ledger_template):
    from django.db import connections

    together = threading.Barrier(4)

    def begin(_: int) -> None:
        try:
            together.wait()
            bring_up_to_date()
        finally:
            connections["default"].close()

    with working_on(new_home, ""), ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(4)))
    assert rows(new_home.database) == rows(ledger_template.database)


def test_a_script_is_cut_at_the_ends_of_statements_and_not_inside_a_trigger():
    trigger = "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN SELECT RAISE(ABORT, 'no; not this');\nEND;\n"
    assert list(statements(f"-- why\nCREATE TABLE a (x);\n{trigger}")) == [
        "-- why\nCREATE TABLE a (x);\n",
        trigger,
    ]


def test_what_differs_between_two_new_ledgers_is_never_shipped(
    new_home, ledger_template, tmp_path, monkeypatch
):
    """A key, a random number or a time in a row would be the same in every ledger of the world."""
    other = tmp_path / "other.sqlite3"
    shutil.copyfile(ledger_template.database, other)
    monkeypatch.setattr(generate_schema, "migrated_twice", lambda _: (ledger_template.database, other))
    generate_schema.schema()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("UPDATE ledger_gatestate SET fingerprint_key_id = 'abcdef'")
        connection.commit()
    with pytest.raises(RuntimeError, match="differ in more than the times"):
        generate_schema.schema()


def test_a_file_that_is_not_what_the_migrations_make_is_found(ledger_template, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate_schema, "migrated_twice", lambda _: (ledger_template.database,) * 2)
    assert generate_schema.main(["--check"]) == 0
    stale = tmp_path / "sqlite.sql"
    stale.write_text(generate_schema.FILE.read_text(encoding="utf-8").replace("NOT NULL", "NULL", 1))
    monkeypatch.setattr(generate_schema, "FILE", stale)
    assert generate_schema.main(["--check"]) == 1
    assert "make schema" in capsys.readouterr().out
