"""`amends screen` as its users call it: what stops a file, in which form it is said, and how it ends (R10, R49)."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from amends.drill.canary import CANARY
from tests.small_incident import Program, Responded, ledger_dump

PEOPLE = (
    "Name,Date of Birth,Nationality\n",
    f"Ana {CANARY},1990-02-11,CUBA\n",
    f"Bo {CANARY},1991-03-12,CUBA\n",
)
FIGURES = "Month,Detained\n2022-10,25000\n2022-11,26000\n"
MESSAGE = (
    "From: desk@agency.example\n{to}\nSubject: Charter\nDate: Wed, 07 Dec 2022 16:00:00 +0000\n\n{text}\n"
)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_text("".join(PEOPLE), encoding="utf-8")
    return file


def kinds(finished) -> dict[str, list[str]]:
    """Return file → kinds of findings that stop it, out of one line of JSON each."""
    return {
        record["file"]: [one["kind"] for one in record["findings"] if one["standing"] == "stops"]
        for record in map(json.loads, finished.out.splitlines())
    }


def manifest(folder: Path, responded: Responded) -> Path:
    """Write a list of 103 people, 46 of whom are in the register, with nothing about any of them but who they are."""
    with closing(sqlite3.connect(responded.home / "ledger.sqlite3")) as ledger:
        affected = {row[0] for row in ledger.execute("SELECT registry_person_id FROM ledger_affectedperson")}
    columns = ["person_id", "family_name", "given_name", "date_of_birth", "nationality"]
    people = pq.read_table(responded.incident.files.registry, columns=columns).to_pylist()
    named = [person for person in people if person["given_name"] and person["family_name"]]
    among = [person for person in named if person["person_id"] in affected][:46]
    others = [person for person in named if person["person_id"] not in affected][:57]
    assert (len(among), len(others)) == (46, 57)
    file = folder / "manifest.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("Passenger", "Birth Date", "Nationality"))
        for person in sorted(among + others, key=lambda one: str(one["date_of_birth"])):
            name = f"{person['family_name']}, {person['given_name']}"
            rows.writerow((name, person["date_of_birth"].isoformat(), person["nationality"]))
    return file


def test_a_list_that_may_lawfully_go_is_stopped_when_some_of_it_are_affected(
    responded: Responded, tmp_path: Path
):
    on = responded.copied(tmp_path)
    file = manifest(tmp_path, on)
    lawful = on.program.run("screen", file, "--audience", "foreign-government")
    assert lawful.code == 0, lawful.said
    stopped = on.program.run(
        "screen", file, "--audience", "foreign-government", "--incident", on.reference, "--json"
    )
    assert stopped.code == 1, stopped.err
    assert kinds(stopped) == {"manifest.csv": ["incident-overlap"]}
    assert "At least 46 of 103 entries" in stopped.out
    entries = ledger_dump(on.home)["ledger_journalentry"]
    assert sum("count_affected" in str(entry) for entry in entries) == 1


def test_a_court_may_be_told_who_was_affected(responded: Responded, tmp_path: Path):
    on = responded.copied(tmp_path)
    finished = on.program.run(
        "screen", manifest(tmp_path, on), "--audience", "court", "--incident", on.reference, "--json"
    )
    assert finished.code == 0, finished.said
    standings = {one["kind"]: one["standing"] for one in json.loads(finished.out)["findings"]}
    assert standings["incident-overlap"] == "permitted"


@pytest.mark.parametrize(
    "text",
    [
        "Some of these people were affected by the disclosure.",
        "The manifest is attached. Several of them were part of the breach.",
        "Algunas de estas personas fueron afectadas por la divulgación.",
    ],
)
def test_a_sentence_that_implies_who_was_affected_is_stopped(program: Program, tmp_path: Path, text: str):
    file = tmp_path / "call.eml"
    file.write_text(MESSAGE.format(to="To: consul@state.example", text=text), encoding="utf-8")
    finished = program.run("screen", file, "--audience", "foreign-government", "--outgoing", "--json")
    assert finished.code == 1, finished.said
    assert "implied-membership" in kinds(finished)["call.eml"]


def test_a_message_that_shows_its_recipients_to_one_another_is_stopped_and_one_that_does_not_is_not(
    program: Program, tmp_path: Path
):
    open_list = ", ".join(f"p{number}@mail.example" for number in range(9))
    text = "The office is closed on Monday."
    (tmp_path / "seen.eml").write_text(MESSAGE.format(to=f"To: {open_list}", text=text), encoding="utf-8")
    blind = f"To: desk@agency.example\nBcc: {open_list}"
    (tmp_path / "blind.eml").write_text(MESSAGE.format(to=blind, text=text), encoding="utf-8")
    (tmp_path / "amends.toml").write_text(
        '[screen.mail]\nown_domains = ["agency.example"]\n', encoding="utf-8"
    )
    finished = program.run(
        "screen", tmp_path / "seen.eml", tmp_path / "blind.eml", "--outgoing", "--json", "--config",
        tmp_path / "amends.toml",
    )  # fmt: skip
    found = kinds(finished)
    assert "recipients-in-sight" in found["seen.eml"]
    assert found["blind.eml"] == []
    assert '"verdict": "clear"' in finished.out.splitlines()[1]
    assert "p3@mail.example" not in finished.said


def test_a_hidden_sheet_behind_harmless_figures_is_stopped(program: Program, tmp_path: Path):
    with xlsxwriter.Workbook(str(tmp_path / "monthly.xlsx")) as workbook:
        shown, raw = workbook.add_worksheet("Statistics"), workbook.add_worksheet("raw")
        shown.write_row(0, 0, ("Month", "Detained"))
        shown.write_row(1, 0, ("2022-10", 25000))
        for number, line in enumerate(PEOPLE):
            raw.write_row(number, 0, line.strip().split(","))
        raw.very_hidden()
    finished = program.run("screen", tmp_path / "monthly.xlsx", "--audience", "foreign-government", "--json")
    assert finished.code == 1
    assert "hidden-sheet" in kinds(finished)["monthly.xlsx"]


def test_a_folder_is_screened_to_its_last_file_by_several_at_once_in_the_order_of_names(
    program: Program, listed: Path, tmp_path: Path
):
    folder = tmp_path / "site"
    for number in range(12):
        (folder / f"y{number % 3}").mkdir(parents=True, exist_ok=True)
        (folder / f"y{number % 3}" / f"{number:02}.csv").write_text(FIGURES, encoding="utf-8")
    (folder / "y2" / "list.csv").write_bytes(listed.read_bytes())
    one, two = (program.run("screen", folder, "--json", "--jobs", jobs) for jobs in (1, 2))
    assert (one.code, two.code) == (1, 1)
    assert two.out == one.out
    paths = [json.loads(line)["path"] for line in one.out.splitlines()]
    assert paths == sorted(paths)
    assert len(paths) == 13


def test_what_was_allowed_is_shown_and_nothing_else_passes_with_it(
    program: Program, listed: Path, tmp_path: Path
):
    allow = tmp_path / "allow.toml"
    entry = '[[allow]]\nkind = "list-of-persons"\npath = "**/list.csv"\nowner = "Press desk"\n'
    entry += 'reason = "The board agreed to be named"\nexpires = {}\n'
    allow.write_text(entry.format("2999-01-31"), encoding="utf-8")
    finished = program.run("screen", listed, "--allow", allow)
    assert (finished.code, "Press desk answers for it until 2999-01-31" in finished.said) == (0, True)
    broken = tmp_path / "list.csv"
    broken.write_bytes(b'Month,Remark\n1,"x\n2,y\n3,z\n')
    assert program.run("screen", broken, "--allow", allow).code == 3
    allow.write_text(entry.format("2020-01-31"), encoding="utf-8")
    expired = program.run("screen", listed, "--allow", allow)
    assert expired.code == 2
    assert "allow-expired" in expired.err
    assert "allow.toml, line 1" in expired.err


def test_only_the_kinds_that_are_named_make_it_end_with_findings(program: Program, listed: Path):
    assert program.run("screen", listed, "--fail-on", "hidden-sheet").code == 0
    assert program.run("screen", listed, "--fail-on", "identity").code == 1
    misspelt = program.run("screen", listed, "--fail-on", "list-of-person")
    assert (misspelt.code, "kind-unknown" in misspelt.err) == (2, True)


@pytest.mark.parametrize("arguments", [("--audience", "martians"), ("--jobs", "0"), ("--config", "no.toml")])
def test_what_nobody_knows_is_a_mistake_of_the_caller(program: Program, listed: Path, arguments):
    finished = program.run("screen", listed, *arguments)
    assert finished.code == 2, finished.said


def test_an_empty_folder_is_a_mistake_and_not_a_clean_release(program: Program, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    finished = program.run("screen", tmp_path / "empty")
    assert (finished.code, "nothing-to-screen" in finished.err) == (2, True)
