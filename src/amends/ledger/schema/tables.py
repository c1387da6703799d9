"""Brings the tables of the ledger's database up to date, in milliseconds where there is nothing to do or nothing yet.

Running every migration takes seconds, and building Django's plan of them a fifth of a second, so neither is done
for a new SQLite ledger or for one whose migrations have all been applied.
"""

from __future__ import annotations

import fcntl
import os
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

_FILE: Final = "sqlite.sql"
_COUNT_OBJECTS: Final = "SELECT COUNT(*) FROM sqlite_master"


def bring_up_to_date() -> None:
    """Make the tables of a database that has none, and apply the migrations that any other one lacks.

    Raises `django.db.DatabaseError` where the database cannot be reached or written.
    """
    with _alone_where_new():
        if _made_from_file() or _applied() == _shipped():
            return
    from django.core.management import call_command
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _alone_where_new() -> Iterator[None]:
    """Let one process at a time be the first to connect to a SQLite file that holds nothing yet.

    The first connection turns the file to WAL, and SQLite does not wait for a lock there (it says "locked" at once).
    """
    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or (file.exists() and file.stat().st_size > 0):
        yield
        return
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def statements(script: str) -> Iterator[str]:
    """Yield the statements of an SQL script, each ending at the end of a line; a trigger's body is one with it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _made_from_file() -> bool:
    """Make all tables in one transaction where SQLite holds nothing at all, and say whether that was so."""
    if connection.vendor != "sqlite" or not _is_empty():
        return False
    script = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    # The transaction is IMMEDIATE: of two processes that begin at once, the second finds the tables of the first.
    with transaction.atomic(), connection.cursor() as cursor:
        if not _is_empty():
            return False
        for statement in statements(script):
            cursor.execute(statement)
    return True


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_OBJECTS)
        return bool(cursor.fetchone() == (0,))


def _applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def _shipped() -> set[tuple[str, str]]:
    """Return app and name of every migration that is installed, as Django finds them, without importing one."""
    found = set()
    for app in apps.get_app_configs():
        specification = find_spec(f"{app.name}.migrations")
        if specification and specification.submodule_search_locations:
            modules = pkgutil.iter_modules(specification.submodule_search_locations)
            found |= {(app.label, m.name) for m in modules if not m.ispkg and m.name[0] not in "_~"}
    return found
