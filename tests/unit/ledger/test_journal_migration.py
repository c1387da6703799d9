"""A ledger from before the tree keeps every digest when its tables are brought up to date, and stays append-only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from amends.ledger import journal
from amends.ledger.chain import verify
from amends.ledger.home import LedgerHome
from amends.ledger.journal import JournalFields
from amends.ledger.journal_check import check_journal
from tests.ledger_cases import NOW, working_on
from tests.unit.ledger.chains import a_chain

BEFORE = [("ledger", "0002_append_only_journal")]
DETAILS: tuple[dict[str, Any], ...] = (
    {"count": 1, "zz": 'é\n"', "a": [1, None, True], "longer": {"b": 1, "aa": 2}},
    {"weight": 1.5, "big": 2**60},
    {},
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old_ledger(request, tmp_path: Path) -> Iterator[list[str]]:
    """A ledger with the tables of old and three entries in them; the digests are what the test gets."""
    home = LedgerHome(tmp_path / "home")
    home.create()
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    with working_on(home, url):
        MigrationExecutor(connection).migrate(BEFORE)
        yield _written_of_old()


def _written_of_old() -> list[str]:
    from dataclasses import replace

    before, digests = "0" * 64, []
    with connection.cursor() as cursor:
        for entry, detail in zip(a_chain(3), DETAILS, strict=True):
            draft = replace(entry, detail=detail, previous=before)
            before = draft.computed_digest()
            values = {**asdict(draft), "digest": before, "detail": json.dumps(detail), "at": entry.at}
            if connection.vendor == "sqlite":
                values["at"] = entry.at[:19].replace("T", " ")
            marks = ", ".join("%s" for _ in values)
            cursor.execute(
                f"INSERT INTO ledger_journalentry ({', '.join(values)}) VALUES ({marks})",
                list(values.values()),
            )
            digests.append(before)
        cursor.execute("UPDATE ledger_journalhead SET sequence = 3, digest = %s", [before])
    return digests


def bring_up_to_date() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_every_digest_stands_and_fits(old_ledger):
    bring_up_to_date()
    assert [entry.digest for entry in journal.entries()] == old_ledger
    assert [entry.detail for entry in journal.entries()] == list(DETAILS)
    assert verify(journal.entries(), expected_head=journal.head(), head_is_end=True) == ()
    assert check_journal() == (3, ())


def test_the_journal_goes_on_and_is_as_append_only_as_before(old_ledger):
    bring_up_to_date()
    with transaction.atomic():
        journal.append(JournalFields("close_incident", "operator", "done", "", {"n": 1}), at=NOW)
    assert check_journal() == (4, ())
    for statement in (
        "UPDATE ledger_journalentry SET reason = 'another'",
        "DELETE FROM ledger_journalentry WHERE sequence = 2",
    ):
        with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
            cursor.execute(statement)
    assert check_journal() == (4, ())


def test_an_entry_that_was_changed_before_is_still_found_afterwards(old_ledger):
    table = "ledger_journalentry"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER journal_entry_unchanged")
        else:
            cursor.execute("DROP TRIGGER journal_entry_not_updated")
        cursor.execute(f"UPDATE {table} SET detail = '{{\"count\": 2}}' WHERE sequence = 1")
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER journal_entry_unchanged")
    bring_up_to_date()
    assert [(item.kind, item.sequence) for item in check_journal()[1]] == [("changed", 1)]
