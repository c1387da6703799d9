"""Makes a ledger of a copy and its keys: everything is checked before anything is written.

What was erased stays erased: the journal in the copy, a later journal where one is given, and what the copy of the keys
itself knows are read first, and keys that any of them says were destroyed are left out, with the files that
they had sealed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from amends.ledger.backup.database import LedgerDatabase, entries_of, facts_of
from amends.ledger.backup.keys_copy import KeysCopy, read_keys
from amends.ledger.backup.manifest import Manifest, check_files, damaged, load_manifest
from amends.ledger.backup.postgresql import PostgresqlLedger
from amends.ledger.backup.sqlite import SqliteLedger
from amends.ledger.backup.taking import bring_to_disk
from amends.ledger.chain import Entry, Head, verify
from amends.ledger.checkpoint_key import checkpoint_key_file
from amends.ledger.durable import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, keep_names, write_whole
from amends.ledger.home import LedgerHome
from amends.ledger.keyring import Purpose
from amends.ledger.scope_keys import DataKind
from amends.vocabulary.errors import AmendsError, FaultError, RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a ledger with its keys, checked as far as it can be without a database."""

    folder: Path
    manifest: Manifest
    keys: KeysCopy


@dataclass(frozen=True, slots=True)
class Target:
    """Where the ledger shall stand again."""

    home: LedgerHome
    database: PostgresqlLedger | None = None
    """The empty database to fill; None for SQLite in the home itself."""


@dataclass(frozen=True, slots=True)
class RestoredLedger:
    """What stands now."""

    manifest: Manifest
    buried_keys: tuple[str, ...]
    """Ids of data keys that the copy of the keys held and the journal says were destroyed: left out."""
    entries: int


def open_copy(folder: Path, keys_from: Path) -> Copy:
    """Return a copy with its keys. Raises the errors of what is missing, damaged or does not fit together."""
    manifest = load_manifest(folder)
    check_files(folder, manifest)
    return Copy(folder, manifest, read_keys(keys_from, ledger_key_id=manifest.ledger_key_id))


def restore_ledger(copy: Copy, target: Target, *, later: Sequence[Entry] = ()) -> RestoredLedger:
    """Write the ledger anew. ``later`` is a journal exported after the copy was made, for erasures since.

    Raises `UsageError` ``ledger-exists`` where one stands, `FaultError` ``backup-damaged`` for a copy that was
    changed, `RefusalError` ``keys-do-not-fit`` where sealed values would not open.
    """
    _check_empty(target)
    _check_database(copy, target)
    if target.database is None:
        journal = _checked_journal(SqliteLedger(copy.folder / SqliteLedger.file_name), copy.manifest)
        keys = _keys_to_write(copy, [*journal, *_fitting(later, copy.manifest.facts.head)])
    else:
        # A dump says nothing before it is restored: the database was empty, and is again where it does not hold.
        target.database.fill(copy.folder / target.database.file_name)
        try:
            journal = _checked_journal(target.database, copy.manifest)
            keys = _keys_to_write(copy, [*journal, *_fitting(later, copy.manifest.facts.head)])
        except AmendsError:
            target.database.clear()
            raise
    _write_home(copy, keys, target)
    before = {key.identity for scope in copy.keys.scopes for key in scope.keys}
    after = {key.identity for scope in keys.scopes for key in scope.keys}
    return RestoredLedger(copy.manifest, tuple(sorted(before - after)), len(journal))


def _check_empty(target: Target) -> None:
    folder = target.home.folder
    if target.home.key_file.exists() or (folder.exists() and any(folder.iterdir())):
        raise UsageError(
            "ledger-exists",
            "there is something here already, and a ledger is never restored over another",
            hint="name an empty or new folder with --home, and unset AMENDS_KEY_FILE where it points to a key",
            where=str(folder),
        )
    if target.database and target.database.holds_ledger():
        raise UsageError(
            "ledger-exists",
            "the database holds tables already, and a ledger is never restored over another",
            hint="point AMENDS_DATABASE_URL to an empty database",
        )


def _check_database(copy: Copy, target: Target) -> None:
    wanted = target.database.name if target.database else "sqlite"
    if copy.manifest.database != wanted:
        raise UsageError(
            "backup-of-another-database",
            f"the copy was made of a ledger in {copy.manifest.database}, and would be restored into {wanted}",
            hint="set AMENDS_DATABASE_URL to an empty PostgreSQL database, or unset it for SQLite",
        )


def _checked_journal(database: LedgerDatabase, manifest: Manifest) -> list[Entry]:
    with database.reading() as query:
        facts = facts_of(query, (), list(manifest.facts.counts))
        journal = list(entries_of(query))
    if dict(facts.counts) != dict(manifest.facts.counts) or facts.head != manifest.facts.head:
        raise damaged("manifest.json", "the database does not hold what the manifest says")
    breaks = verify(journal, expected_head=facts.head, head_is_end=True)
    if breaks:
        raise damaged("journal", breaks[0].message)
    return journal


def _fitting(later: Sequence[Entry], head: Head) -> Sequence[Entry]:
    """Return a later journal. Raises `RefusalError` ``journal-of-another-ledger`` unless it continues the copy's."""
    if later and head.sequence:
        at_head = next((entry for entry in later if entry.sequence == head.sequence), None)
        if at_head is None or at_head.digest != head.digest:
            raise RefusalError(
                "journal-of-another-ledger",
                "the journal given does not continue that of the copy",
                hint="export it with `amends journal export` from the ledger that was copied",
            )
    return later


def erased_keys(journal: Iterable[Entry]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of data keys that a journal says were erased by rule, and those replaced by a renewal."""
    erased: set[str] = set()
    replaced: set[str] = set()
    for entry in journal:
        if entry.verb == "apply_retention":
            erased.update(entry.detail.get("erased_keys", ()))
        elif entry.verb == "renew_data_keys":
            replaced.update(entry.detail.get("destroyed", ()))
    return frozenset(erased), frozenset(replaced)


def _keys_to_write(copy: Copy, journal: Iterable[Entry]) -> KeysCopy:
    erased, replaced = erased_keys(journal)
    keys = copy.keys.without(erased, replaced)
    facts = copy.manifest.facts
    gone = keys.destroyed() | erased | replaced
    lost = [identity for identity in facts.data_keys if identity not in gone and not keys.opens(identity)]
    prints = [key.key_id for key in keys.ring.of(Purpose.FINGERPRINT)]
    if lost or facts.fingerprint_key_id not in ("", *prints):
        what = f"{len(lost)} data keys are not among them" if lost else "the key of the fingerprints is not"
        raise RefusalError(
            "keys-do-not-fit",
            f"these keys are of another time than the copy: {what}",
            hint="give the copy of the keys that was made with this copy of the ledger; nothing was written to --home",
        )
    return keys


def _write_home(copy: Copy, keys: KeysCopy, target: Target) -> None:
    folder = target.home.folder
    draft = folder.with_name(f".{folder.name}.restoring")
    erased_files = {
        f"{scope.scope.name}.sealed"
        for scope in keys.scopes
        if scope.scope.kind is DataKind.LEAKED_FILE and scope.closed
    }
    try:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(copy.folder, draft, ignore=lambda _, names: [n for n in names if n in erased_files])
        draft.chmod(OWNER_ONLY_FOLDER)
        (draft / "manifest.json").unlink()
        if target.database:
            (draft / target.database.file_name).unlink()
        (draft / "artefacts").mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)
        (draft / "keys").mkdir(mode=OWNER_ONLY_FOLDER)
        # Holds placed since the copy was made are missing from it: the gate stays closed until somebody says otherwise.
        mark = draft / target.home.restored_mark.relative_to(folder)
        mark.parent.mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)
        mark.touch(mode=OWNER_ONLY_FILE)
        for scope in keys.scopes:
            write_whole(draft / "keys" / f"{scope.scope}.json", scope.content())
        inside = target.home.key_file.parent == folder
        # The ring comes last where it lies elsewhere: without it there is no ledger yet.
        if inside:
            write_whole(draft / target.home.key_file.name, keys.ring.content())
            if keys.checkpoint is not None:
                write_whole(draft / checkpoint_key_file(target.home).name, keys.checkpoint.encode())
        bring_to_disk(draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
        keep_names(folder.parent)
        if not inside:
            if keys.checkpoint is not None:
                write_whole(checkpoint_key_file(target.home), keys.checkpoint.encode())
            write_whole(target.home.key_file, keys.ring.content())
    except OSError as error:
        raise FaultError(
            "restore-unwritable",
            f"the ledger could not be written: {error.strerror}",
            hint="free space or choose another --home, then do it again",
            where=str(folder),
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
