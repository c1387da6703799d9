"""Takes a copy of a ledger: database, sealed files, the gate's own store. Not the keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from amends import __version__
from amends.ledger.backup.database import LedgerDatabase, SealedColumn
from amends.ledger.backup.manifest import MANIFEST, Manifest, hash_of
from amends.ledger.backup.sqlite import copy_sqlite
from amends.ledger.durable import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, keep_names, write_whole
from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import FaultError, UsageError

COPIED: Final = ("artefacts", "gate", "checkpoints", "sender.toml")
"""What of a home is copied beside the database. A list of what is meant, so that no key slips in."""
_PARTIAL: Final = ".partial"


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied: a home, its database, and which of its columns hold sealed values."""

    home: LedgerHome
    database: LedgerDatabase
    sealed: Sequence[SealedColumn]


def check_places(home: LedgerHome, to: Path, keys_to: Path | None) -> None:
    """Raise `UsageError` ``backup-place-taken`` or ``keys-beside-backup`` for places that may not be used."""
    if to.exists():
        raise UsageError(
            "backup-place-taken",
            "the folder for the copy exists already",
            hint="name a new one; a copy is never written over another",
            where=str(to),
        )
    places = [to.resolve(), home.folder.resolve()]
    if keys_to is not None:
        keys = keys_to.resolve()
        if any(keys == place or keys in place.parents or place in keys.parents for place in places):
            raise UsageError(
                "keys-beside-backup",
                "the keys would lie beside, above or in the ledger or its copy",
                hint="name a folder elsewhere, best on another disk: whoever has both can open everything",
                where=str(keys_to),
            )


def take_backup(source: Source, to: Path, *, made_at: datetime) -> Manifest:
    """Copy the ledger to a new folder, which appears under its name only when it is whole and on disk.

    Raises `FaultError` ``backup-unwritable``, leaving nothing behind, when the disk is full.
    """
    with _folder_or_nothing(to) as draft:
        database = draft / source.database.file_name
        facts = source.database.copy(database, source.sealed)
        for name in COPIED:
            _copy(source.home.folder / name, draft / name)
        files = {
            str(path.relative_to(draft)): (hash_of(path), path.stat().st_size)
            for path in sorted(draft.rglob("*"))
            if path.is_file()
        }
        manifest = Manifest(
            made_at=made_at.isoformat(),
            program=__version__,
            database=source.database.name,
            ledger_key_id=source.home.ring().key_id,
            facts=facts,
            files=files,
        )
        write_whole(draft / MANIFEST, manifest.content())
        bring_to_disk(draft)
    return manifest


@contextmanager
def _folder_or_nothing(to: Path) -> Iterator[Path]:
    draft = to.with_name(f".{to.name}{_PARTIAL}")
    try:
        # A folder of this name was left by a copying that was killed.
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=OWNER_ONLY_FOLDER)
        yield draft
        draft.rename(to)
        keep_names(to.parent)
    except OSError as error:
        raise FaultError(
            "backup-unwritable",
            f"the copy could not be written: {error.strerror}",
            hint="free space or choose another folder, then do it again; the ledger is unharmed",
            where=str(to),
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(source: Path, to: Path) -> None:
    """Copy a file or a folder; a SQLite file as it stands at one moment, without what SQLite keeps beside it."""
    if source.is_dir():
        to.mkdir(mode=OWNER_ONLY_FOLDER)
        for item in sorted(source.iterdir()):
            _copy(item, to / item.name)
    elif source.suffix == ".sqlite3":
        copy_sqlite(source, to)
    elif source.is_file() and not source.name.endswith((".sqlite3-wal", ".sqlite3-shm", _PARTIAL)):
        to.touch(mode=OWNER_ONLY_FILE)
        shutil.copyfile(source, to)


def bring_to_disk(folder: Path) -> None:
    """Flush every file and folder below a folder."""
    for path in sorted(folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    keep_names(folder)
