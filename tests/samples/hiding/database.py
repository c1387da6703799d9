"""Databases and columnar files with something beside their rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.samples.hiding.sample import PLANTED, HidingSample


def _database(path: Path, rows: int, *, comment: str = "") -> sqlite3.Connection:
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("PRAGMA secure_delete = OFF")
    database.execute(f"CREATE TABLE people (name TEXT{comment}, number INTEGER)")
    database.executemany("INSERT INTO people VALUES (?, ?)", ((f"Nobody {row}", row) for row in range(rows)))
    database.commit()
    return database


def _deleted(path: Path, plant: bool) -> None:
    with closing(_database(path, 20)) as database:
        database.execute("INSERT INTO people VALUES (?, 0)", (PLANTED,))
        database.commit()
        if plant:
            database.execute("DELETE FROM people WHERE name = ?", (PLANTED,))
        database.commit()


def _freed_pages(path: Path, plant: bool) -> None:
    with closing(_database(path, 3)) as database:
        if not plant:
            return
        database.execute("CREATE TABLE gone (name TEXT)")
        database.executemany("INSERT INTO gone VALUES (?)", ((f"{PLANTED} {'x' * 200}",) for _ in range(100)))
        database.commit()
        database.execute("DROP TABLE gone")
        database.commit()


def _schema(path: Path, plant: bool) -> None:
    with closing(_database(path, 3, comment=f" /* {PLANTED} */" if plant else "")) as database:
        database.execute("INSERT INTO people VALUES (?, 0)", (PLANTED,))
        database.commit()


def _parquet(path: Path, plant: bool) -> None:
    table = pa.table({"name": ["Nobody"], "number": [1]})
    pq.write_table(table.replace_schema_metadata({"note": PLANTED if plant else "nothing"}), path)


def _statistics(path: Path, plant: bool) -> None:
    table = pa.table({"name": ["Nobody", f"{PLANTED}"], "number": [1, 2]})
    pq.write_table(table, path, write_statistics=plant)


SAMPLES = (
    HidingSample("free-page", "sqlite", _deleted),
    HidingSample("free-page", "db", _freed_pages, where="free page"),
    HidingSample("file-metadata", "sqlite", _schema, where="schema"),
    HidingSample("file-metadata", "parquet", _parquet, where="footer"),
    HidingSample("file-metadata", "pq", _statistics, where="largest value"),
)
