"""Empty ledgers for measurements, on SQLite and on a PostgreSQL of their own that is as durable as a real one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from amends.ledger.home import LedgerHome
from tests.postgresql import Cluster, server_programs

DATABASES: Final = ("sqlite", "postgresql")


class DurableCluster(Cluster):
    """A throw-away server with the durability that production has: a commit is on disk when it returns."""

    def _server_options(self) -> str:
        durable = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        return " ".join(
            (super()._server_options(), *(f"-c {name}={value}" for name, value in durable.items()))
        )


@contextmanager
def empty_ledger(database: str) -> Iterator[LedgerHome]:
    """Point this process at a new ledger; Django is set up the first time."""
    with tempfile.TemporaryDirectory(prefix="amends-ledger-") as name:
        home = LedgerHome(Path(name) / "home")
        home.create()
        cluster = DurableCluster(server_programs()) if database == "postgresql" else None
        try:
            if cluster:
                cluster.start()
            with _set_up(home, cluster.url if cluster else ""):
                yield home
        finally:
            if cluster:
                cluster.stop()


@contextmanager
def _set_up(home: LedgerHome, url: str) -> Iterator[None]:
    os.environ["AMENDS_HOME"] = str(home.folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "amends.server.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tests.ledger_cases import working_on

    with working_on(home, url):
        call_command("migrate", verbosity=0, interactive=False)
        yield
