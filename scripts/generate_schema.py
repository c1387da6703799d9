"""Writes src/amends/ledger/schema/sqlite.sql: what the migrations make of an empty SQLite database.

The migrations are run twice, each time for a new ledger with keys of its own. What differs between the two is
random, keyed or read from a clock, and must be made anew for each ledger: only the times of the migrations may
differ, and they are left to the database. Anything else is an error here, so that it can never be shipped.

``--check`` writes nothing, and ends with 1 when the file is not what would be written.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parents[1] / "src" / "amends" / "ledger" / "schema" / "sqlite.sql"
_HEADING: Final = """\
-- Generated from the migrations by `make schema`; `make check` fails when it is out of date.
-- Loaded into a database that has no table at all, in one transaction (amends.ledger.schema.tables).
"""
# Microseconds are Django's, milliseconds are SQLite's; nobody compares them.
_NOW: Final = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
_MADE_ANEW: Final = {("django_migrations", "applied"): _NOW}
# SQLite writes this one itself.
_OWN_TABLES: Final = "sqlite_%"


def migrated_twice(folder: Path) -> tuple[Path, Path]:
    """Return the databases of two new ledgers that were made by running every migration."""
    homes = (folder / "one", folder / "other")
    children = [_migrating(home) for home in homes]
    codes = [child.wait() for child in children]
    if any(codes):
        raise RuntimeError("the migrations do not run on an empty SQLite database")
    return homes[0] / "ledger.sqlite3", homes[1] / "ledger.sqlite3"


def _migrating(home: Path) -> subprocess.Popen[bytes]:
    from amends.ledger.home import LedgerHome

    environment = {k: v for k, v in os.environ.items() if k not in ("AMENDS_DATABASE_URL", "AMENDS_KEY_FILE")}
    environment |= {"AMENDS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "amends.server.settings"}
    LedgerHome(home).create()
    return subprocess.Popen([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment)


def script_of(database: Path) -> str:
    """Return the statements that make tables, rows, indexes and triggers of a database, in a fixed order."""
    with closing(sqlite3.connect(database)) as connection:
        objects = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE ? ORDER BY name",
            (_OWN_TABLES,),
        ).fetchall()
        tables = [(name, sql) for kind, name, sql in objects if kind == "table"]
        # Rows before triggers, which may forbid them.
        parts = [
            *(_ended(sql) for _, sql in tables),
            *(statement for name, _ in tables for statement in _rows(connection, name)),
            *(_ended(sql) for kind, _, sql in objects if kind == "index"),
            *(_ended(sql) for kind, _, sql in objects if kind == "trigger"),
        ]
    return _HEADING + "\n".join(parts) + "\n"


def _ended(sql: str) -> str:
    return f"{sql};"


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [name for _, name, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
    values = ", ".join(_as_sql(table, name) for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(f'SELECT {values} FROM "{table}" ORDER BY {names}').fetchall()
    if rows:
        yield (
            f'INSERT INTO "{table}" ({names}) VALUES\n'
            + ",\n".join(f"({', '.join(row)})" for row in rows)
            + ";"
        )


def _as_sql(table: str, column: str) -> str:
    """Return an expression whose value is the SQL text of the column's value."""
    made_anew = _MADE_ANEW.get((table, column))
    return f'quote("{column}")' if made_anew is None else "'" + made_anew.replace("'", "''") + "'"


def schema() -> str:
    """Return what the file must say. Raises `RuntimeError` where two ledgers do not begin alike."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = (script_of(database) for database in migrated_twice(Path(folder)))
    if one != other:
        raise RuntimeError(
            "two new ledgers differ in more than the times of their migrations: "
            + "; ".join(_unlike(one.splitlines(), other.splitlines()))
        )
    return one


def _unlike(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted(set(one) ^ set(other))[:4]


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` compare it."""
    wanted = schema()
    if "--check" not in arguments:
        FILE.write_text(wanted, encoding="utf-8")
        print(f"{FILE.name}: written")
        return 0
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == wanted:
        print(f"{FILE.name}: as the migrations make it")
        return 0
    print(f"{FILE.name} is out of date: run `make schema`")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
