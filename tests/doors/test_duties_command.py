"""`amends duties`, `amends duty`, `amends correct`, `amends clocks`, `amends untold`: through the real program."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.small_incident import Finished, Program, Responded, ledger_dump

NOW = ("--now", "2022-12-05T12:00Z")
WHY = ("--reason", "exercise")
CISA, MAJOR, SUPPLEMENT = (
    "us-federal/cisa",
    "us-federal/fisma_major_congress",
    "us-federal/fisma_major_supplement",
)


@pytest.fixture
def copy(responded: Responded, tmp_path: Path) -> Responded:
    """A finished response whose ledger this test may write to."""
    return responded.copied(tmp_path)


def duties(on: Responded, *words: object) -> dict[str, dict[str, Any]]:
    finished = on.program.run("duties", on.reference, *NOW, "--json", *words)
    assert finished.code == 0, finished.err
    return {line["key"]: line for line in json.loads(finished.out)["duties"]}


def do(on: Responded, *words: object) -> Finished:
    return on.program.run(*words[:2], on.reference, *words[2:], *NOW, *WHY)


def firings(on: Responded) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(on.home / "ledger.sqlite3")) as ledger:
        return ledger.execute("SELECT subject, mark, due_at FROM ledger_clockfiring").fetchall()


def test_a_duty_is_triggered_settled_withdrawn_and_dated_by_commands_that_say_what_they_did(copy: Responded):
    assert duties(copy)[MAJOR]["due_at"] is None
    triggered = do(
        copy, "duty", "trigger", "determination", "--at", "2022-12-01T15:00Z", "--source", "minute 4"
    )
    assert triggered.code == 0, triggered.err
    assert duties(copy)[MAJOR]["due_at"] == "2022-12-08T15:00:00+00:00"
    done = (
        "--what",
        "by form",
        "--proof",
        "receipt 1",
        "--done-at",
        "2022-12-02T10:00Z",
        "--by",
        "A. Officer",
    )
    settled = do(copy, "duty", "settle", "--duty", MAJOR, *done)
    assert settled.code == 0, settled.err
    assert "by a person, not by a rule" in settled.said
    assert do(copy, "duty", "withdraw", "--duty", CISA).code == 0
    assert (
        do(copy, "duty", "date", "--duty", "us-federal/individuals", "--due", "2022-12-09T12:00Z").code == 0
    )
    after = duties(copy)
    states = {key: after[key]["state"] for key in (MAJOR, CISA, "us-federal/individuals")}
    assert states == {MAJOR: "done", CISA: "withdrawn_by_person", "us-federal/individuals": "open"}
    assert after[MAJOR]["settled_while_unverified"] is True
    assert copy.program.run("journal", "verify").code == 0


def test_a_settlement_without_proof_leaves_the_ledger_as_it_was(copy: Responded):
    before = ledger_dump(copy.home)
    finished = do(
        copy, "duty", "settle", "--duty", CISA, "--what", "x", "--proof", "", "--done-at", "2022-12-02T10:00Z"
    )
    assert finished.code == 2
    assert "settlement-incomplete" in finished.err
    assert ledger_dump(copy.home) == before


def test_a_correction_says_what_it_moved_and_what_must_be_looked_at_again(copy: Responded):
    finished = copy.program.run(
        "correct", copy.reference, "reported_at", "2022-11-28T17:00Z", "--source", "log", *NOW, *WHY
    )
    assert finished.code == 0, finished.err
    assert "due times of measures moved" in finished.said
    assert "letters written" in finished.said
    assert duties(copy)[SUPPLEMENT]["due_at"] == "2022-12-28T17:00:00+00:00"


def test_a_recount_after_identification_is_journalled_and_the_second_changes_nothing(copy: Responded):
    before = duties(copy)[MAJOR]["verdict_reason"]
    after = duties(copy, "--recount")[MAJOR]["verdict_reason"]
    assert before != after
    dump = ledger_dump(copy.home)
    duties(copy, "--recount")
    assert ledger_dump(copy.home) == dump


def test_the_calendar_is_written_and_names_nobody(copy: Responded, tmp_path: Path):
    duties(copy, "--ics", tmp_path / "duties.ics")
    text = (tmp_path / "duties.ics").read_bytes().replace(b"\r\n ", b"").decode("utf-8")
    assert text.count("BEGIN:VEVENT") + text.count("BEGIN:VTODO") == 5
    assert copy.incident.people.found_in(text) == []
    assert copy.incident.people.found_in(copy.program.run("duties", copy.reference).out) == []


def test_a_delay_through_the_door_needs_a_document(copy: Responded, tmp_path: Path):
    words = ("--agency", "Police", "--requested-at", "2022-12-01T09:00Z", "--until", "2023-01-15T00:00Z")
    named = ("--duty", "us-federal/individuals", "--document", tmp_path / "request.pdf")
    assert "delay-request-missing" in do(copy, "duty", "delay", *words, *named).err
    (tmp_path / "request.pdf").write_bytes(b"please wait")
    assert do(copy, "duty", "delay", *words, *named).code == 0
    assert duties(copy)["us-federal/individuals"]["due_at"] == "2023-01-15T00:00:00+00:00"


def test_clocks_end_with_one_while_something_is_overdue_and_a_second_run_tells_nothing_again(copy: Responded):
    late = ("clocks", "--now", "2023-02-01T00:00Z")
    first = copy.program.run(*late)
    assert first.code == 1
    assert "duty:us-federal/fisma_major_supplement due" in first.out
    assert " late" in first.out
    assert "OVERDUE" in first.out
    second = copy.program.run(*late)
    assert second.code == 1
    assert "ALARM" not in second.out
    quiet = copy.program.run("clocks", "--now", "2022-11-30T15:00:30Z", "--json")
    assert json.loads(quiet.out)["fired"] == []


def test_people_who_are_not_told_are_counted_by_reference_and_raise_an_alarm(copy: Responded):
    soon = copy.program.run("untold", copy.reference, "--now", "2022-12-01T00:00Z")
    assert soon.code == 0
    late = copy.program.run("untold", copy.reference, "--now", "2022-12-20T00:00Z", "--json")
    said = json.loads(late.out)
    assert (late.code, said["alarm"], len(said["oldest"])) == (1, True, 20)
    assert said["untold"] > 100


def test_killed_and_doubled_runs_lose_no_firing_and_double_none(copy: Responded):
    """Each round starts two runs at one instant and kills one of them at a random moment."""
    chance = random.Random(20221128)
    for day in ("2023-01-01", "2023-01-09", "2023-01-29", "2023-03-01"):
        instant = ("clocks", "--now", f"{day}T00:00Z")
        doomed, other = copy.program.start(*instant), copy.program.start(*instant)
        try:
            doomed.wait(timeout=chance.uniform(0.3, 3.0))
        except subprocess.TimeoutExpired:
            os.killpg(doomed.pid, signal.SIGKILL)
            doomed.wait(timeout=180)
        assert other.wait(timeout=180) == 1
    killed = firings(copy)
    assert len(set(killed)) == len(killed)
    undisturbed = copy.program.run("clocks", "--now", "2023-03-01T00:00Z")
    assert undisturbed.code == 1
    assert sorted(firings(copy)) == sorted(killed)
    assert copy.program.run("journal", "verify").code == 0


def test_a_law_that_has_no_file_opens_no_incident(program: Program, responded: Responded, tmp_path: Path):
    words = responded.incident.arguments(tmp_path / "out")
    finished = program.run(*words, "--jurisdiction", "us-atlantis")
    assert finished.code == 2
    assert "unknown-jurisdiction" in finished.err
