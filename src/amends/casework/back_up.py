"""Copy the whole ledger, and journal first who did: a copy of the ledger is a bulk export (R06)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.backup.database import LedgerDatabase
from amends.ledger.backup.keys_copy import KeysCopy, write_keys
from amends.ledger.backup.manifest import Manifest
from amends.ledger.backup.postgresql import PostgresqlLedger, Server
from amends.ledger.backup.sqlite import SqliteLedger
from amends.ledger.backup.taking import Source, check_places, take_backup
from amends.ledger.sealed_fields import SEALED_FIELDS


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was copied, and where the keys went, if anywhere."""

    manifest: Manifest
    keys_file: Path | None


def back_up(*, to: Path, keys_to: Path | None, act: Act) -> BackedUp:
    """Copy the ledger to a new folder, and the keys, where asked, to another place.

    Raises `UsageError` ``backup-place-taken`` or ``keys-beside-backup``, `FaultError` ``backup-unwritable``.
    """
    check_may(act, "back_up")
    home = current.home()
    check_places(home, to, keys_to)
    with home.maintenance():
        with journalled("back_up", act) as change:
            change.detail = {"keys_copied": keys_to is not None}
        # The database first and the keys after it: a key made in between is one too many, never one too few.
        manifest = take_backup(Source(home, this_database(), sealed_columns()), to, made_at=act.now)
        keys_file = None
        if keys_to is not None:
            keys_file = write_keys(KeysCopy.of(home, current.sealer().data_keys.all()), keys_to)
    return BackedUp(manifest, keys_file)


def this_database() -> LedgerDatabase:
    """Return the database of this process as a backup sees it."""
    return PostgresqlLedger(this_server()) if connection.vendor == "postgresql" else SqliteLedger(_file())


def this_server() -> Server:
    """Return the server of this process's database."""
    settings = connection.settings_dict
    return Server(
        settings["NAME"],
        settings["USER"],
        settings["PASSWORD"],
        settings["HOST"],
        str(settings["PORT"]),
        # Django gives its own names of options beside those of the driver's address.
        {name: value for name, value in settings["OPTIONS"].items() if isinstance(value, str)},
    )


def sealed_columns() -> tuple[tuple[str, str], ...]:
    """Return table and column of everything that is sealed."""
    return tuple((field.model._meta.db_table, field.column) for field in SEALED_FIELDS)


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])
