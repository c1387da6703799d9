"""`amends coverage`, `plan`, `status`, `explain`: what is owed and why, with the real program."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.small_incident import ROWS, Finished, Program, Responded, SmallIncident, ledger_dump, sha256_of

OTHERS = ("hipaa", "gdpr", "us-federal", "employer")


@pytest.fixture
def copy(responded: Responded, tmp_path: Path) -> Responded:
    """A finished response that the test may work on."""
    return responded.copied(tmp_path)


def read(finished: Finished) -> dict[str, Any]:
    assert finished.code == 0, finished.err
    return dict(json.loads(finished.out))


def status(on: Responded, *words: str) -> Finished:
    files = on.incident.files
    arguments = ("--registry", files.registry, "--map", files.mapping, "--json", *words)
    return on.program.run("status", on.reference, *arguments)


def test_the_coverage_report_counts_everyone_and_leaves_nobody_out(copy: Responded):
    report = read(copy.program.run("coverage", copy.reference, "--json"))
    assert (report["complete"], report["persons"], report["in_none"]) == (True, ROWS, 0)
    assert sum(line["persons"] for line in report["combinations"]) == ROWS
    assert report["cohorts"]["everyone"] == ROWS
    assert all(line["called_for"] == line["on_record"] for line in report["entitlements"])
    assert report["audience"] == "operators"


def test_for_publication_no_count_of_a_few_people_is_shown(copy: Responded):
    report = read(copy.program.run("coverage", copy.reference, "--for-publication", "--json"))
    counts = [*report["cohorts"].values(), *(line["persons"] for line in report["combinations"])]
    assert None in counts
    assert all(count is None or count == 0 or count >= 5 for count in counts)


def test_a_plan_that_leaves_somebody_out_has_an_exit_code_of_its_own(copy: Responded):
    with closing(sqlite3.connect(copy.home / "ledger.sqlite3")) as ledger:
        ledger.execute("PRAGMA foreign_keys = OFF")
        ledger.execute(
            "UPDATE ledger_remedy SET row_id = NULL WHERE id = (SELECT MIN(id) FROM ledger_remedy WHERE kind = 'hold')"
        )
        ledger.commit()
    finished = copy.program.run("coverage", copy.reference)
    assert finished.code == 1
    assert "without hold: 1" in finished.said


@pytest.mark.parametrize("book", ["", "gdpr"])
def test_a_dry_run_leaves_the_ledger_byte_for_byte_as_it_was(copy: Responded, book):
    before = (sha256_of(copy.home / "ledger.sqlite3"), ledger_dump(copy.home))
    words = ("--playbook", book) if book else ()
    preview = read(copy.program.run("plan", copy.reference, "--dry-run", *words, "--json"))
    assert (sha256_of(copy.home / "ledger.sqlite3"), ledger_dump(copy.home)) == before
    assert preview["dry_run"]
    assert (preview["changes"] == 0) == (not book)
    assert preview["coverage"]["complete"]


def test_an_incident_keeps_the_playbook_that_it_was_opened_with(copy: Responded):
    before = ledger_dump(copy.home)
    finished = copy.program.run("plan", copy.reference, "--playbook", "gdpr")
    assert finished.code == 2
    assert "playbook-differs" in finished.said
    assert ledger_dump(copy.home) == before


def test_planning_a_second_time_changes_nothing_and_says_so(copy: Responded):
    before = ledger_dump(copy.home)
    assert read(copy.program.run("plan", copy.reference, "--json"))["already"]
    assert ledger_dump(copy.home) == before
    assert "nothing changed" in copy.program.run("plan", copy.reference).said


def test_statuses_are_read_again_and_the_chain_holds(copy: Responded):
    updated = read(status(copy))
    assert not updated["already"]
    assert updated["persons"] > 0
    # Read at the clock's instant, years after the scenario: whoever was to be released or removed has been.
    assert sum(updated["transitions"].values()) <= updated["changed"]
    assert copy.program.run("journal", "verify").code == 0
    again = copy.program.run("coverage", copy.reference, "--json")
    assert read(again)["complete"]


def test_an_instant_before_the_last_reading_is_refused(copy: Responded):
    before = ledger_dump(copy.home)
    finished = status(copy, "--as-of-now", "2022-11-29T00:00Z")
    assert finished.code == 2
    assert "status-time-invalid" in finished.said
    assert ledger_dump(copy.home) == before


def test_what_was_owed_at_an_instant_is_told_without_naming_anybody(copy: Responded):
    found = read(copy.program.run("remedies", copy.reference, "--kind", "review", "--limit", "1", "--json"))
    reference = found["remedies"][0]["reference"]
    told = read(copy.program.run("explain", copy.reference, reference, "--at", "2022-12-03T12:00Z", "--json"))
    assert found["remedies"][0]["entitlement"] in {line["entitlement"] for line in told["owed"]}
    assert "hold_removal" in {line["entitlement"] for line in told["owed"]}
    assert told["playbook"].startswith("custody ")
    earlier = read(
        copy.program.run("explain", copy.reference, reference, "--at", "2022-11-01T12:00Z", "--json")
    )
    assert (earlier["owed"], earlier["playbook"]) == ([], "")
    assert (
        "remedies"
        in copy.program.run("explain", copy.reference, "N-999999", "--at", "2022-12-03T12:00Z").said
    )


@pytest.mark.parametrize("book", OTHERS)
def test_every_other_playbook_runs_a_whole_incident_with_letters(
    small_incident: SmallIncident, tmp_path: Path, book: str
):
    program = Program(tmp_path / "home", small_incident.people)
    answer = read(program.run(*small_incident.arguments(tmp_path / "out", playbook=book), "--json"))
    figures = answer["figures"]
    assert figures["persons"] == figures["persons_owed_a_notice"] == ROWS
    assert figures["holds_placed"] == figures["rows"] == ROWS
    letters = list((tmp_path / "out" / "letters").glob("*.pdf"))
    assert len(letters) == answer["letters"]["to_persons"] + answer["letters"]["to_representatives"] > ROWS
    report = read(program.run("coverage", answer["incident"], "--json"))
    assert (report["complete"], report["playbook"]) == (True, f"{book} 1")
