"""`amends journal`: an outsider checks the record, in the ledger or in a file, and is told which entry is wrong."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.small_incident import Program, Responded, ledger_dump


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def outsider(tmp_path: Path, responded: Responded) -> Program:
    """Somebody who has the exported file and no ledger."""
    return Program(tmp_path / "no-ledger", responded.incident.people)


@pytest.fixture
def journal(responded: Responded, tmp_path: Path) -> Path:
    copy = tmp_path / "journal.jsonl"
    copy.write_bytes((responded.out / "journal.jsonl").read_bytes())
    return copy


def test_an_untouched_ledger_is_intact(responded: Responded):
    before = ledger_dump(responded.home)
    finished = responded.program.run("journal", "verify", "--json")
    said = json.loads(finished.out)
    assert (finished.code, said["intact"], said["breaks"]) == (0, True, [])
    assert said["entries"] == len(before["ledger_journalentry"]) >= 8
    assert ledger_dump(responded.home) == before


def test_an_untouched_file_is_intact_and_checking_it_makes_no_ledger(outsider: Program, journal: Path):
    finished = outsider.run("journal", "verify", journal)
    assert finished.code == 0
    assert "the chain is intact" in finished.out
    assert not outsider.home.exists()


def test_an_export_is_what_the_response_wrote(responded: Responded, tmp_path: Path):
    finished = responded.program.run("journal", "export", tmp_path / "export.jsonl")
    assert finished.code == 0
    assert (tmp_path / "export.jsonl").read_bytes() == (responded.out / "journal.jsonl").read_bytes()


def test_every_entry_says_who_why_and_when_and_names_nobody_affected(responded: Responded):
    entries = [json.loads(line) for line in lines_of(responded.out / "journal.jsonl")[:-1]]
    verbs = [entry["verb"] for entry in entries]
    assert verbs[:5] == [
        "open_incident",
        "protect_population",
        "assess_exposure",
        "identify_affected",
        "plan_remedies",
    ]
    assert verbs[-1] == "publish_figures"
    assert all(entry["actor"] == "tester" and entry["reason"] and entry["at"] for entry in entries)


def test_a_changed_entry_is_named(outsider: Program, journal: Path):
    text = journal.read_text(encoding="utf-8")
    journal.write_text(text.replace('"reason": "hold everyone first"', '"reason": "hold nobody"'))
    finished = outsider.run("journal", "verify", journal)
    assert finished.code == 1
    assert "changed: entry 2 was changed after it was written" in finished.out


def test_a_removed_entry_is_named(outsider: Program, journal: Path):
    lines = lines_of(journal)
    journal.write_text("\n".join(lines[:3] + lines[4:]) + "\n")
    finished = outsider.run("journal", "verify", journal)
    assert finished.code == 1
    assert "entry 4 has been removed" in finished.out


def test_two_entries_that_changed_places_are_named(outsider: Program, journal: Path):
    lines = lines_of(journal)
    lines[1], lines[2] = lines[2], lines[1]
    journal.write_text("\n".join(lines) + "\n")
    finished = outsider.run("journal", "verify", journal)
    assert finished.code == 1
    assert "reordered" in finished.out


def test_a_cut_end_is_named(outsider: Program, journal: Path):
    lines = lines_of(journal)
    journal.write_text("\n".join(lines[:-3] + lines[-1:]) + "\n")
    finished = outsider.run("journal", "verify", journal)
    assert finished.code == 1
    assert f"missing from entry {len(lines) - 2} on" in finished.out


def test_a_head_written_down_earlier_shows_a_journal_that_was_rewritten(
    outsider: Program, responded: Responded, journal: Path
):
    head = json.loads(lines_of(journal)[-1])["head"]
    good = outsider.run("journal", "verify", journal, "--head", f"{head['sequence']}:{head['digest']}")
    other = outsider.run("journal", "verify", journal, "--head", f"{head['sequence']}:{'0' * 64}")
    assert (good.code, other.code) == (0, 1)
    assert "not the one that stood there" in other.out


def test_a_ledger_whose_entry_was_changed_behind_its_back_says_which(responded: Responded, tmp_path: Path):
    copy = responded.copied(tmp_path)
    with closing(sqlite3.connect(copy.home / "ledger.sqlite3")) as ledger:
        triggers = ledger.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_journalentry'"
        ).fetchall()
        with pytest.raises(sqlite3.DatabaseError):
            ledger.execute("UPDATE ledger_journalentry SET actor = 'nobody' WHERE sequence = 3")
        for (name,) in triggers:
            ledger.execute(f'DROP TRIGGER "{name}"')
        ledger.execute("UPDATE ledger_journalentry SET actor = 'nobody' WHERE sequence = 3")
        ledger.commit()
    finished = copy.program.run("journal", "verify")
    assert finished.code == 1
    assert "entry 3 was changed" in finished.out


def test_a_file_that_is_no_journal_is_refused_by_line(outsider: Program, tmp_path: Path):
    (tmp_path / "other.jsonl").write_text('{"head": {}}\nnot json\n')
    finished = outsider.run("journal", "verify", tmp_path / "other.jsonl")
    assert finished.code == 2
    assert "journal-unreadable" in finished.err
    assert "line 1" in finished.err


def test_a_head_that_is_none_is_refused(outsider: Program, journal: Path):
    finished = outsider.run("journal", "verify", journal, "--head", "yesterday")
    assert finished.code == 2
    assert "head-invalid" in finished.err


def test_without_a_ledger_there_is_nothing_to_verify_and_none_is_made(outsider: Program):
    finished = outsider.run("journal", "verify")
    assert finished.code == 2
    assert "ledger-missing" in finished.err
    assert not outsider.home.exists()
