"""A ledger as it was before a migration, on either database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from amends.ledger.home import LedgerHome
from tests.ledger_cases import working_on


@contextmanager
def ledger_as_of(migration: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[LedgerHome]:
    """Point this process at an empty ledger that ends with ``migration``; ``request.param`` names the database."""
    from django.core.management import call_command

    home = LedgerHome(folder / "home")
    home.create()
    name = f"amends_old_{secrets.token_hex(6)}"
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else ""
    url = f"{server.rpartition('/')[0]}/{name}" if server else ""
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        with working_on(home, url):
            call_command("migrate", "ledger", migration, verbosity=0, interactive=False)
            yield home
    finally:
        if server:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
