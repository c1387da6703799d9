"""PostgreSQL's programs are found, and told the address without its password showing."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.ledger.backup import postgresql
from amends.ledger.backup.postgresql import find_program, server_at
from amends.vocabulary.errors import UsageError


def test_a_missing_program_of_postgresql_is_named(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(postgresql, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError) as refused:
        find_program("pg_dump")
    assert refused.value.code == "postgresql-programs-missing"
    assert "pg_dump" in refused.value.message


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "postgresql://h:port/n", "x"])
def test_an_address_of_something_else_is_no_server(url):
    assert server_at(url) is None


def test_a_server_does_not_show_its_password():
    server = server_at("postgresql://user:s%20cret@host:5433/name?sslmode=require")
    assert server is not None
    assert "s cret" not in repr(server)
    assert (server.environment["PGPASSWORD"], server.environment["PGSSLMODE"]) == ("s cret", "require")
