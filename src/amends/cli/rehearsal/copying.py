"""Copies the ledger of a drill, so that what is rehearsed leaves the drill's own ledger as it was."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from amends.vocabulary.errors import UsageError

_DATABASE = "ledger.sqlite3"


def copied_ledger(drill: Path) -> Path:
    """Copy the ledger of the drill in ``drill`` to ``drill/rehearsal/ledger`` and return that place.

    What an earlier rehearsal left there is cleared away first. Keys and sealed files go with the database, which is
    copied through SQLite's own backup, so that it is of one moment. Raises `UsageError` ``drill-missing`` where the
    folder holds no drill.
    """
    source, target = drill / "ledger", drill / "rehearsal" / "ledger"
    if not (source / _DATABASE).is_file() or not (drill / "incident" / "truth").is_dir():
        raise UsageError(
            "drill-missing",
            "there is no drill with a ledger of its own in this folder",
            hint="run `amends drill --out FOLDER` first, and give the same folder",
            where=str(drill),
        )
    shutil.rmtree(drill / "rehearsal", ignore_errors=True)
    target.parent.mkdir(mode=0o700)
    # The gate's store belongs to the ledger that it answered for.
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{_DATABASE}*", "gate"))
    copy = target / _DATABASE
    copy.touch(mode=0o600)
    # Read only: a connection that could write would leave files of its own beside the drill's database.
    with (
        closing(sqlite3.connect(f"{(source / _DATABASE).absolute().as_uri()}?mode=ro", uri=True)) as whole,
        closing(sqlite3.connect(copy)) as own,
    ):
        whole.backup(own)
    return target
