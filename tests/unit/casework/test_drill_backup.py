"""A drill proves that a copy brings the ledger back, and leaves an entry in the journal and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import psycopg
import pytest
from psycopg import sql

from amends.casework import drill_backup as drilling
from amends.casework.drill_backup import drill_backup
from amends.ledger.backup.database import facts_of
from amends.ledger.backup.postgresql import server_at
from amends.ledger.models import JournalEntry
from amends.vocabulary.errors import FaultError
from tests.unit.casework.copied_elsewhere import kept_files
from tests.unit.casework.hand_made import NOW, HandMade, act, everything, journal_verbs
from tests.unit.casework.test_actions import imported
from tests.unit.casework.test_apply_retention import apply, closed


def test_a_drill_restores_and_opens_everything_and_leaves_one_entry_and_nothing_else(people: HandMade):
    people.planned()
    before = everything()
    files = kept_files(people.ledger.home.folder)
    drilled = drill_backup(act=act("quarterly drill"))
    assert kept_files(people.ledger.home.folder) == files
    after = everything()
    assert {name for name in after if after[name] != before[name]} == {"JournalEntry", "JournalHead"}
    assert journal_verbs()[-1] == "drill_backup"
    assert drilled.rows == sum(len(rows) for rows in before.values())
    assert drilled.entries == len(before["JournalEntry"])
    # Eight rows, seven persons (one of two rows), two representatives.
    assert (drilled.opened, drilled.erased) == (8 + len(before["AffectedPerson"]) + 2, 0)
    assert set(drilled.seconds) == {"copy", "restore", "compare", "open"}
    _no_scratch_database_is_left(people)


def test_a_drill_opens_the_identifier_of_a_reported_action_too(people: HandMade):
    """It is bound to an instant, which each database hands out in a way of its own."""
    people.planned()
    before = drill_backup(act=act("before the report")).opened
    imported(("A555555555", "removal", NOW.astimezone(timezone(timedelta(hours=-5)))))
    assert drill_backup(act=act("after the report")).opened == before + 1


def _no_scratch_database_is_left(people: HandMade) -> None:
    server = server_at(people.ledger.url) if people.ledger.url else None
    if server is not None:
        with psycopg.connect(**server.arguments) as connection:
            found = connection.execute(
                sql.SQL("SELECT count(*) FROM pg_database WHERE datname LIKE 'amends_drill_%'")
            ).fetchone()
        assert found == (0,)


def test_a_drill_counts_what_was_erased_and_stays_so(people: HandMade):
    incident = closed(people)
    apply(incident)
    drilled = drill_backup(act=act("quarterly drill"))
    assert (drilled.opened, drilled.erased) == (0, 8 + incident.persons.count())


def test_a_drill_in_which_something_is_lost_fails_and_leaves_nothing_behind(people: HandMade, monkeypatch):
    """The planted fault: a restore that loses a row is noticed."""
    people.planned()
    files = kept_files(people.ledger.home.folder)

    def short(query, sealed, tables):
        facts = facts_of(query, sealed, tables)
        return replace(facts, counts={**facts.counts, "ledger_remedy": facts.counts["ledger_remedy"] - 1})

    monkeypatch.setattr(drilling, "facts_of", short)
    entries = JournalEntry.objects.count()
    with pytest.raises(FaultError) as refused:
        drill_backup(act=act("quarterly drill"))
    assert refused.value.code == "drill-failed"
    assert JournalEntry.objects.count() == entries
    assert kept_files(people.ledger.home.folder) == files
    _no_scratch_database_is_left(people)
