"""Prove that a copy brings the ledger back: copy, restore elsewhere, compare, open every sealed value, clear away.

A copy that nobody has restored is a hope. The drill leaves one entry in the journal, and nothing else.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from django.db import connection

from amends.casework.acts import Act, journalled
from amends.casework.back_up import sealed_columns, this_database, this_server
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.backup.database import LedgerDatabase, facts_of
from amends.ledger.backup.keys_copy import KeysCopy, write_keys
from amends.ledger.backup.manifest import LedgerFacts
from amends.ledger.backup.postgresql import PostgresqlLedger, scratch_database
from amends.ledger.backup.restoring import RestoredLedger, Target, open_copy, restore_ledger
from amends.ledger.backup.sqlite import SqliteLedger
from amends.ledger.backup.taking import Source, take_backup
from amends.ledger.durable import overwrite_and_remove
from amends.ledger.home import LedgerHome
from amends.ledger.sealed_fields import SEALED_FIELDS
from amends.ledger.sealing import Sealer
from amends.vocabulary.errors import FaultError


@dataclass(frozen=True, slots=True)
class DrilledBackup:
    """What the drill found. It raises where anything differs, so that a result is a success."""

    rows: int
    """Rows in all tables of the ledger, equal before and after."""
    entries: int
    """Journal entries, whose chain holds in the restored ledger."""
    opened: int
    """Sealed values that opened in the restored ledger."""
    erased: int
    """Sealed values that were erased, and stayed so."""
    seconds: dict[str, float]
    """Seconds by step."""


def drill_backup(*, act: Act) -> DrilledBackup:
    """Run the drill. Raises `FaultError` ``drill-failed`` where the restored ledger is not the one that was copied."""
    check_may(act, "drill_backup")
    home = current.home()
    seconds: dict[str, float] = {}
    with home.maintenance(), _closed_folder(home) as folder:
        with _timed("copy", seconds):
            source = Source(home, this_database(), sealed_columns())
            manifest = take_backup(source, folder / "copy", made_at=act.now)
            write_keys(KeysCopy.of(home, current.sealer().data_keys.all()), folder / "keys-copy")
        with _scratch() as database:
            restored_home = LedgerHome(folder / "home", own_key_file=folder / "home" / "ledger.key")
            with _timed("restore", seconds):
                copy = open_copy(folder / "copy", folder / "keys-copy")
                restored = restore_ledger(copy, Target(restored_home, database))
            with _timed("compare", seconds):
                standing = database or SqliteLedger(restored_home.database)
                _check_same(standing, manifest.facts)
            with _timed("open", seconds):
                opened, erased = _open_everything(standing, restored_home)
        rows = sum(manifest.facts.counts.values())
        result = _result(restored, rows, (opened, erased), seconds)
    with journalled("drill_backup", act) as change:
        change.detail = {"rows": rows, "entries": result.entries, "opened": opened, "erased": erased}
    return result


def _result(
    restored: RestoredLedger, rows: int, values: tuple[int, int], seconds: dict[str, float]
) -> DrilledBackup:
    return DrilledBackup(rows, restored.entries, *values, seconds)


def _check_same(database: LedgerDatabase, expected: LedgerFacts) -> None:
    with database.reading() as query:
        found = facts_of(query, sealed_columns(), list(expected.counts))
    if found != expected:
        raise FaultError(
            "drill-failed",
            "the restored ledger is not the one that was copied",
            hint="do not rely on copies made here; report this with the journal's last entry",
        )


def _open_everything(database: LedgerDatabase, home: LedgerHome) -> tuple[int, int]:
    sealer, opened, erased = Sealer(home), 0, 0
    with database.reading() as query:
        for field in SEALED_FIELDS:
            for sealed, *parts in query(field.selecting()):
                if not sealed:
                    continue
                try:
                    sealer.unseal(bytes(sealed), bound_to=field.bound_by(parts))
                    opened += 1
                except FaultError as error:
                    if error.code != "erased":
                        raise
                    erased += 1
    return opened, erased


@contextmanager
def _closed_folder(home: LedgerHome) -> Iterator[Path]:
    """Yield a folder beside what the ledger keeps, open to its owner alone, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix=".drill-", dir=home.folder))
    try:
        yield folder
    finally:
        for file in (*folder.glob("keys-copy/*"), folder / "home" / "ledger.key"):
            overwrite_and_remove(file)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _scratch() -> Iterator[PostgresqlLedger | None]:
    if connection.vendor != "postgresql":
        yield None
        return
    with scratch_database(this_server(), f"amends_drill_{secrets.token_hex(6)}") as server:
        yield PostgresqlLedger(server)


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    began = perf_counter()
    yield
    seconds[step] = perf_counter() - began
