"""Where the ledger lies is said in one address, and a wrong address is refused before anything is done."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from django.db import connection, connections

from amends.ledger.home import LedgerHome
from amends.server.database import database_settings
from amends.vocabulary.errors import UsageError

HOME = LedgerHome(Path("/nowhere"))


def address(url: str) -> dict[str, str]:
    found = database_settings(url, HOME)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    return {name: value for name, value in found.items() if name != "ENGINE" and value}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://amends:secret@db.example:5433/ledger",
            {"NAME": "ledger", "USER": "amends", "PASSWORD": "secret", "HOST": "db.example", "PORT": "5433"},
        ),
        ("postgres://amends@localhost/ledger", {"NAME": "ledger", "USER": "amends", "HOST": "localhost"}),
        ("postgresql:///ledger", {"NAME": "ledger"}),
        (
            "postgresql://a%40b:p%2Fw%3Aw@h/my%20ledger",
            {"NAME": "my ledger", "USER": "a@b", "PASSWORD": "p/w:w", "HOST": "h"},
        ),
        ("postgresql://u@[::1]:5432/ledger", {"NAME": "ledger", "USER": "u", "HOST": "::1", "PORT": "5432"}),
        (
            "postgresql://u@h/ledger?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            {
                "NAME": "ledger",
                "USER": "u",
                "HOST": "h",
                "OPTIONS": {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"},
            },
        ),
    ],
)
def test_an_address_of_postgresql_is_taken_apart(url, expected):
    assert address(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@h/ledger",
        "sqlite:///ledger.sqlite3",
        "ledger",
        "postgresql://u:hunter2@h",
        "postgresql://u:hunter2@h/",
        "postgresql://u:hunter2@h:port/ledger",
        "postgresql://u:hunter2@h:99999/ledger",
        "postgresql://u:hunter2/3@h/ledger",
        "postgresql://u:hunter2@[::1/ledger",
        " postgresql//h/ledger",
    ],
)
def test_a_wrong_address_is_refused_and_its_password_is_quoted_nowhere(url):
    with pytest.raises(UsageError) as refused:
        database_settings(url, HOME)
    assert refused.value.code == "database-address-invalid"
    said = "".join(traceback.format_exception(refused.value, chain=True))
    told = [line for line in said.splitlines() if not line.startswith("  ")]
    assert "hunter2" not in "\n".join([*told, refused.value.hint])


def test_without_an_address_the_ledger_lies_in_its_home():
    found = database_settings("", HOME)
    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == "/nowhere/ledger.sqlite3"


def test_sqlite_waits_for_its_turn_before_it_reads_and_keeps_what_it_wrote(ledger):
    if ledger.is_postgresql:
        assert connection.vendor == "postgresql"
        return
    with connection.cursor() as cursor:
        answers = {}
        for name in ("journal_mode", "synchronous", "foreign_keys"):
            cursor.execute(f"PRAGMA {name}")
            answers[name] = cursor.fetchone()[0]
    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert connections.settings["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_beside_the_database_nothing_can_be_read_by_others(ledger):
    from amends.ledger.models import JournalHead

    assert JournalHead.objects.exists()
    loose = [path.name for path in ledger.home.folder.iterdir() if path.stat().st_mode & 0o077]
    assert loose == []


def test_postgresql_does_not_compile_a_statement_that_it_has_done_with_sooner(ledger):
    """Compiling took a second for each ten thousand holds that were asked about, and the asking a tenth of one."""
    if not ledger.is_postgresql:
        assert connection.vendor == "sqlite"
        return
    another = connection.copy()
    try:
        for opened in (connection, another):
            with opened.cursor() as cursor:
                cursor.execute("SHOW jit")
                assert cursor.fetchone()[0] == "off"
    finally:
        another.close()
