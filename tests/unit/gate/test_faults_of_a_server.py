"""A PostgreSQL server that hides rows, takes no hold, or is not there means hold."""

from __future__ import annotations

import secrets

import psycopg
import pytest
from psycopg import sql

from tests.gate_cases import HELD, KNOWN, held_population, issue_key, small_gate


@pytest.fixture
def reader(ledger, tmp_path):
    """A PostgreSQL ledger, and the address of a role that may only read it."""
    if not ledger.is_postgresql:
        pytest.skip("row-level security is PostgreSQL's")
    held_population(tmp_path)
    role, password = f"reader_{secrets.token_hex(4)}", secrets.token_hex(8)
    with psycopg.connect(ledger.url, autocommit=True) as owner:
        owner.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        )
        owner.execute(
            sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(role))
        )
        before, _, after = ledger.url.partition("@")
        yield owner, f"{before.partition('//')[0]}//{role}:{password}@{after}"
        owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.mark.parametrize(
    "table", ["ledger_heldidentifier", "ledger_remedy", "ledger_knownidentifier", "ledger_apikey"]
)
def test_row_level_security_that_hides_rows_means_hold(ledger, reader, table: str) -> None:
    owner, url = reader
    gate = small_gate(ledger, key=issue_key(), url=url)
    assert gate.ask(HELD[0]) == ("hold", "held")
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    owner.execute(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(sql.Identifier(table)))
    # Keys are read anew only when something has changed.
    again = small_gate(ledger, key=gate.key, url=url) if table == "ledger_apikey" else gate
    assert {again.ask(who)[0] for who in (*HELD, KNOWN[0])} == {"hold"}
    again.close()


def test_a_server_that_takes_no_hold_gives_no_clear(ledger, reader) -> None:
    owner, url = reader
    gate = small_gate(ledger, key=issue_key(), url=url)
    assert gate.ask(KNOWN[0]) == ("clear", "not_held")
    database = owner.info.dbname
    owner.execute(
        sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(sql.Identifier(database))
    )
    gate.check.attempt()
    assert gate.ask(KNOWN[0]) == ("hold", "database_unavailable")
    gate.close()


def test_a_server_that_is_not_there_means_hold(ledger, reader) -> None:
    _, url = reader
    gate = small_gate(
        ledger, key=issue_key(), url=url.replace("127.0.0.1", "127.0.0.9").rpartition(":")[0] + ":1/x"
    )
    assert gate.ask(KNOWN[0]) == ("hold", "database_unavailable")
    gate.close()
