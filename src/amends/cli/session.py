"""Opens a ledger for this process: home, settings, tables."""

from __future__ import annotations

import os
from pathlib import Path

from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import FaultError, UsageError


def open_ledger(folder: Path, *, create: bool = False) -> bool:
    """Point Django at the ledger in ``folder`` and bring its tables up to date; return whether it is new.

    Raises `UsageError` ``ledger-missing`` where there is none and none may be made, `FaultError` for a missing
    key or a database that cannot be reached. Imports Django here, so that commands that need no
    ledger never pay for it.
    """
    home = LedgerHome(folder)
    if not home.exists() and not create:
        raise UsageError(
            "ledger-missing",
            "there is no ledger here yet",
            hint="run `amends init`, or name the ledger's folder with --home",
            where=str(folder),
        )
    try:
        new = home.create()
    except OSError as error:
        raise FaultError(
            "ledger-unwritable",
            f"the ledger's folder cannot be made: {error.strerror}",
            hint="choose another folder with --home",
            where=str(folder),
        ) from error
    os.environ["AMENDS_HOME"] = str(folder.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "amends.server.settings"
    _set_up()
    return new


def _set_up() -> None:
    import django
    from django.db import DatabaseError

    django.setup()
    from amends.ledger.schema.tables import bring_up_to_date

    try:
        bring_up_to_date()
    except DatabaseError as error:
        raise FaultError(
            "ledger-unavailable",
            "the ledger's database cannot be reached or written",
            hint="check AMENDS_DATABASE_URL, that the server runs, and that the disk is not full",
        ) from error
