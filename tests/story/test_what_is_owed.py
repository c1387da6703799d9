"""Failures that happened in the world and do not happen here: what is owed, and to whom, afterwards."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from tests.small_incident import NOW, Responded

HELD = datetime.fromisoformat(NOW)
EXPOSED = datetime(2022, 11, 28, 14, 45, tzinfo=UTC)


def numbers_of(on: Responded) -> list[str]:
    """Return the numbers of linked people whom the registry knows as not removed, in the order of the file."""
    known = {
        person["person_id"]: person["a_number"]
        for person in pq.read_table(on.incident.files.registry).to_pylist()
    }
    with closing(sqlite3.connect(on.home / "ledger.sqlite3")) as ledger:
        people = ledger.execute(
            "SELECT registry_person_id FROM ledger_affectedperson"
            " WHERE registry_person_id <> '' AND removal_phase = 'none' ORDER BY first_row"
        ).fetchall()
    return [known[person] for (person,) in people]


def removals(on: Responded, folder: Path, *flights: tuple[str, datetime]) -> dict[str, object]:
    """Import flights that left, and return what the program said."""
    file, mapping = folder / "flights.csv", folder / "actions.toml"
    file.write_text(
        "\n".join(["no,at", *(f"{n},{at.isoformat()}" for n, at in flights)]) + "\n", encoding="utf-8"
    )
    mapping.write_text('[actions]\nidentifier = "no"\nfixed_kind = "removal"\nat = "at"\n', encoding="utf-8")
    words = ("actions", "import", file, "--map", mapping, "--system", "flights", "--json")
    finished = on.program.run(*words)
    assert finished.code in (0, 1), finished.said
    return dict(json.loads(finished.out))


def harmed(on: Responded, *words: str) -> dict[str, object]:
    return dict(json.loads(on.program.run("harmed", on.reference, "--json", *words).out))


def test_people_deported_between_leak_and_notice_are_listed_and_those_after_the_hold_are_broken_promises(
    responded: Responded, tmp_path: Path
):
    """A queue of removals runs across the hold. Before it nobody was protected: they are listed, with what they are
    owed. After it each is a broken promise, with a case that keeps the incident open."""
    copy = responded.copied(tmp_path)
    before = harmed(copy)["by_phase"]
    assert isinstance(before, dict)
    early, late, too_early = numbers_of(copy)[:8], numbers_of(copy)[8:20], numbers_of(copy)[20:22]
    said = removals(
        copy,
        tmp_path,
        *((number, EXPOSED + timedelta(hours=30)) for number in early),
        *((number, HELD + timedelta(minutes=n)) for n, number in enumerate(late)),
        *((number, EXPOSED - timedelta(days=1)) for number in too_early),
    )
    found = said["found"]
    assert isinstance(found, dict)
    assert found["new"][copy.reference]["hold_removal"] == len(late)
    after = harmed(copy)["by_phase"]
    assert isinstance(after, dict)
    assert after["before_hold"] - before["before_hold"] == len(early)
    assert after["after_hold"] - before["after_hold"] == len(late)
    with closing(sqlite3.connect(copy.home / "ledger.sqlite3")) as ledger:
        (cases,) = ledger.execute("SELECT COUNT(*) FROM ledger_breach WHERE state = 'found'").fetchone()
    assert cases >= len(late)


def test_whoever_was_removed_and_fits_no_bracket_is_named_as_such(responded: Responded, tmp_path: Path):
    """The registry does not know of the removal, so that no playbook planned a return: the list says it."""
    copy = responded.copied(tmp_path)
    number = numbers_of(copy)[0]
    without = harmed(copy)["without_help_to_return"]
    removals(copy, tmp_path, (number, EXPOSED + timedelta(hours=20)))
    listed = harmed(copy, "--with-references", "--reason", "who is brought back")
    assert isinstance(listed["without_help_to_return"], int)
    assert isinstance(without, int)
    assert listed["without_help_to_return"] == without + 1


def test_released_under_review_and_other_make_all_as_published(responded: Responded):
    figures = json.loads((responded.out / "figures.json").read_text(encoding="utf-8"))
    parts = ("custody_reviews_released", "custody_reviews_under_review", "custody_reviews_other")
    assert figures["custody_reviews"] == sum(figures[part] for part in parts) > 0


def test_everyone_can_show_what_must_be_assumed_where_the_logs_have_holes(responded: Responded):
    """Who read it is not known: every person is owed the certificate, and whoever may be written to has it."""
    figures = json.loads((responded.out / "figures.json").read_text(encoding="utf-8"))
    assert figures["certificates"] == figures["persons"]
    written = list((responded.out / "certificates").glob("*.pdf"))
    assert len(written) > figures["persons"] // 2


def test_a_court_that_nobody_mapped_is_not_forgotten(responded: Responded):
    with closing(sqlite3.connect(responded.home / "ledger.sqlite3")) as ledger:
        states = ledger.execute(
            "SELECT DISTINCT state FROM ledger_remedy WHERE addressee = 'tribunal'"
        ).fetchall()
    assert states == [("owed",)]
    assert "the registry names no court" in responded.finished.said
