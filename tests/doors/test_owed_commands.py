"""Reviews, actions, breaches, harm, returns and policies from the command line, with the real program."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.small_incident import Finished, Responded, ledger_dump

REASON = ("--reason", "on the office's list of today")
ANSWERS = """
[everyone]
context = ["membership_is_sensitive"]
population = "seeks_protection"
misuse = ["none_seen"]
intent = ["mistake"]
recipients = ["anyone"]
mitigation = ["under_way"]
"""
MAPPING = """
[actions]
identifier = "a_number"
fixed_kind = "removal"
at = "at"
"""


@pytest.fixture
def copy(responded: Responded, tmp_path: Path) -> Responded:
    """A finished response that the test may work on."""
    return responded.copied(tmp_path)


def said(finished: Finished, code: int = 0) -> Any:
    assert finished.code == code, finished.said
    return json.loads(finished.out)


def queue(on: Responded, *words: str) -> Any:
    return said(on.program.run("reviews", on.reference, *words, "--json"))


def select(on: Responded, statement: str) -> list[Any]:
    with closing(sqlite3.connect(on.home / "ledger.sqlite3")) as ledger:
        return ledger.execute(statement).fetchall()


def refused(on: Responded, code: str, *words: object) -> None:
    before = ledger_dump(on.home)
    finished = on.program.run(*words)
    assert (finished.code, finished.out) == (2, ""), finished.said
    assert code in finished.err
    assert ledger_dump(on.home) == before


def test_a_review_is_listed_assigned_decided_and_looked_at_twice(copy: Responded):
    first = queue(copy)
    totals = first["totals"]["custody_review"]
    assert totals["granted"] + totals["under_review"] + totals["other"] == totals["all"] > 0
    urgencies = [line["urgency"] for line in first["reviews"]]
    assert urgencies == sorted(urgencies, reverse=True)
    custody = next(line for line in first["reviews"] if line["entitlement"] == "custody_review")
    on = (copy.reference, "--review", custody["reference"], *REASON)
    run = copy.program.run
    assert said(run("review", "assign", *on, "--to", "Rivera", "--json")) == {"assigned": 1, "already": 0}
    assert queue(copy, "--mine", "rivera")["total"] == 1
    decided = said(
        run("review", "decide", *on, "--outcome", "continued_detention", "--actor", "Rivera", "--json")
    )
    assert decided["awaits_second_look"]
    assert queue(copy, "--second-look")["reviews"][0]["proposed"] == "continued_detention"
    refused(copy, "second-look-same-person", "review", "second-look", *on, "--confirm", "--actor", "rivera")
    assert said(run("review", "second-look", *on, "--confirm", "--json"))["state"] == "declined"
    shown = run("reviews", copy.reference)
    assert "under review" in shown.said
    assert shown.code == 0


def test_a_queue_that_is_overdue_is_shown_as_such(copy: Responded):
    """The incident is of 2022: every due time has passed."""
    assert queue(copy, "--overdue")["total"] == queue(copy)["total"] > 0
    assert all(line["overdue"] for line in queue(copy)["reviews"])


def some_people(on: Responded, count: int) -> list[str]:
    """Return numbers of people of the file who are linked to the registry."""
    known = {
        person["person_id"]: person["a_number"]
        for person in pq.read_table(on.incident.files.registry).to_pylist()
    }
    rows = select(
        on, "SELECT DISTINCT registry_person_id FROM ledger_leakedrow WHERE outcome = 'match' ORDER BY 1"
    )
    return [known[person] for (person,) in rows[:count]]


def an_export(on: Responded, folder: Path, at: datetime, count: int = 3) -> tuple[Path, Path]:
    file, mapping = folder / "flights.csv", folder / "actions.toml"
    lines = [f"{number},{at.isoformat()}" for number in some_people(on, count)]
    file.write_text("\n".join(["a_number,at", *lines]) + "\n", encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    return file, mapping


def rows_of(on: Responded) -> dict[str, list[Any]]:
    """Return everything that the ledger holds but SQLite's own counters, which a row that stood already moves on."""
    return {name: rows for name, rows in ledger_dump(on.home).items() if name != "sqlite_sequence"}


def test_imported_removals_under_a_hold_ring_until_somebody_takes_note(copy: Responded, tmp_path: Path):
    file, mapping = an_export(copy, tmp_path, datetime(2022, 12, 3, 12, tzinfo=UTC))
    words = ("actions", "import", file, "--map", mapping, "--system", "flights", "--json")
    first = said(copy.program.run(*words), 1)
    assert (first["reported"], first["new"], first["found"]["concerning"]) == (3, 3, 3)
    assert first["found"]["new"][copy.reference]["hold_removal"] == 3
    before = rows_of(copy)
    again = copy.program.run(*words)
    assert (said(again, 1)["new"], "ALARM" in again.err) == (0, True)
    assert rows_of(copy) == before
    lines = said(copy.program.run("breaches", copy.reference, "--json"))
    assert {line["state"] for line in lines} == {"found"}
    listed = [word for line in lines for word in ("--breach", line["reference"])]
    done = said(copy.program.run("breach", copy.reference, "acknowledge", *listed, *REASON, "--json"))
    assert done["advanced"] == len(lines)
    assert copy.program.run(*words).code == 0
    harmed = said(copy.program.run("harmed", copy.reference, "--json"), 1)
    assert harmed["by_phase"]["after_hold"] >= 3
    assert "list" not in harmed


def test_an_action_that_is_posted_gives_its_number_on_standard_input_and_not_on_the_command_line(
    copy: Responded,
):
    (number,) = some_people(copy, 1)
    words = (
        "actions",
        "check",
        "--system",
        "flights",
        "--kind",
        "removal",
        "--at",
        "2022-12-03T12:00Z",
        "--json",
    )
    program = copy.program
    done = subprocess.run(
        [str(Path(sys.executable).with_name("amends")), *words],
        env=program.variables(),
        input=number + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["found"]["new"][copy.reference]["hold_removal"] == 1
    assert number.lstrip("A0") not in done.stdout + done.stderr


def test_an_export_with_one_bad_line_is_refused_whole(copy: Responded, tmp_path: Path):
    file, mapping = an_export(copy, tmp_path, datetime(2022, 12, 3, 12, tzinfo=UTC))
    file.write_text(file.read_text(encoding="utf-8") + "A2,yesterday\n", encoding="utf-8")
    refused(copy, "action-invalid", "actions", "import", file, "--map", mapping, "--system", "flights")
    refused(copy, "actions-missing", "actions", "import", tmp_path / "no.csv", "--map", mapping)
    refused(copy, "system-missing", "actions", "import", file, "--map", mapping)


def test_who_was_harmed_is_counted_openly_and_listed_only_with_a_reason(copy: Responded):
    counted = said(copy.program.run("harmed", copy.reference, "--json"), 1)
    assert counted["people"] == sum(counted["by_phase"].values()) > 0
    refused(copy, "reason-missing", "harmed", copy.reference, "--with-references")
    listed = said(copy.program.run("harmed", copy.reference, "--with-references", *REASON, "--json"), 1)
    assert len(listed["list"]) == counted["people"]
    assert all(person["owed"] and person["return_planned"] for person in listed["list"])
    assert copy.program.run("harmed", copy.reference, "--with-references", *REASON).said.count("H-") > 0
    assert select(copy, "SELECT COUNT(*) FROM ledger_journalentry WHERE verb = 'find_harmed'") == [(2,)]


def test_somebody_who_was_removed_is_looked_for_and_may_fall_silent(copy: Responded):
    lines = said(copy.program.run("returns", "list", copy.reference, "--json"))
    reference = lines[0]["reference"]
    on = (copy.reference, "--return", reference, *REASON, "--json")
    found = copy.program.run("returns", "attempt", *on, "--method", "consulate", "--result", "found")
    assert said(found)["state"] == "traced"
    again = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    silent = ("advance", copy.reference, "fall_silent", "--remedy", reference, *REASON)
    refused(copy, "evidence-missing", *silent)
    refused(copy, "day-invalid", *silent, "--recheck-on", "soon")
    assert copy.program.run(*silent, "--recheck-on", again).code == 0
    pending = said(copy.program.run("returns", "rechecks", copy.reference, "--json"))
    assert [(line["reference"], line["on"], line["due"]) for line in pending] == [(reference, again, False)]
    assert copy.program.run("returns", "list", copy.reference).code == 0


def test_harm_is_judged_signed_and_shown(copy: Responded, tmp_path: Path):
    answers = tmp_path / "answers.toml"
    answers.write_text(ANSWERS, encoding="utf-8")
    before = ledger_dump(copy.home)
    (judged,) = said(copy.program.run("harm", copy.reference, "--answers", answers, "--json"))
    assert ledger_dump(copy.home) == before
    assert [finding["regime"] for finding in judged["findings"]["findings"]] == [
        "omb-m-17-12",
        "hipaa",
        "ca-pipeda",
        "gdpr",
    ]
    refused(copy, "reason-missing", "harm", copy.reference, "--answers", answers, "--sign")
    (signed,) = said(
        copy.program.run("harm", copy.reference, "--answers", answers, "--sign", *REASON, "--json")
    )
    assert (signed["version"], signed["signers"]) == (1, ["tester"])
    shown = copy.program.run("harm", copy.reference)
    assert "everyone: high" in shown.said
    assert "signed by tester" in shown.said
    refused(
        copy,
        "harm-too-high",
        *("not-notify", copy.reference, "--cohort", "everyone", "--regime", "gdpr", "--version", "1"),
        *("--review-on", "2030-01-01", "--second-actor", "okafor", *REASON),
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = ", "harm-answers-unreadable"),
        ("intent = 3", "harm-answers-invalid"),
        ("", "harm-answers-invalid"),
    ],
)
def test_answers_that_are_none_are_refused(copy: Responded, tmp_path: Path, text, code):
    (tmp_path / "answers.toml").write_text(text, encoding="utf-8")
    refused(copy, code, "harm", copy.reference, "--answers", tmp_path / "answers.toml")


def test_an_assessment_with_a_gap_is_incomplete(copy: Responded, tmp_path: Path):
    (tmp_path / "answers.toml").write_text('[everyone]\nintent = "mistake"\n', encoding="utf-8")
    finished = copy.program.run("harm", copy.reference, "--answers", tmp_path / "answers.toml")
    assert (finished.code, "harm-unanswered" in finished.err) == (3, True)


def test_a_policy_on_recipients_is_recorded_once(copy: Responded):
    words = ("recipient-policy", copy.reference, "withheld", *REASON, "--json")
    assert said(copy.program.run(*words))["version"] == 1
    assert said(copy.program.run(*words))["already"]
    refused(copy, "recipient-policy-unknown", "recipient-policy", copy.reference, "secret", *REASON)
