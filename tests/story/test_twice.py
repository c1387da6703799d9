"""A response is done once, however often it is run, and however often it is killed half-way."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.killing import some_of
from tests.small_incident import Program, Responded, SmallIncident, files_by_hash, ledger_dump

_PATIENCE_SECONDS = 60
_LOOK_EVERY_SECONDS = 0.002
LATER = "2022-12-15T09:30Z"


def what_differs(one: Responded, other: Responded) -> list[str]:
    """Return how two ends of one response differ: result files, figures, number of rows, journal."""
    found = []
    ours, theirs = files_by_hash(one.out), files_by_hash(other.out)
    found += [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]
    counts, expected = ledger_dump(one.home), ledger_dump(other.home)
    found += [name for name in sorted(expected) if len(counts.get(name, [])) != len(expected[name])]
    return found


def test_a_second_run_changes_nothing_at_all(responded: Responded, tmp_path: Path):
    copy = responded.copied(tmp_path)
    before = (ledger_dump(copy.home), files_by_hash(copy.out))
    finished = copy.program.run(*copy.incident.arguments(copy.out))
    assert finished.code == 0, finished.err
    assert "which stands already" in finished.said
    assert (ledger_dump(copy.home), files_by_hash(copy.out)) == before


def test_a_second_run_two_weeks_later_changes_nothing_at_all(responded: Responded, tmp_path: Path):
    copy = responded.copied(tmp_path)
    before = (ledger_dump(copy.home), files_by_hash(copy.out))
    finished = copy.program.run(*copy.incident.arguments(copy.out, now=LATER))
    assert finished.code == 0, finished.err
    assert (ledger_dump(copy.home), files_by_hash(copy.out)) == before


def test_result_files_that_were_lost_are_written_again_byte_for_byte(responded: Responded, tmp_path: Path):
    copy = responded.copied(tmp_path)
    finished = copy.program.run(*copy.incident.arguments(tmp_path / "again", now=LATER))
    assert finished.code == 0, finished.err
    lost, again = files_by_hash(copy.out), files_by_hash(tmp_path / "again")
    assert again == lost


def test_a_letter_that_was_tampered_with_in_the_folder_is_written_again(responded: Responded, tmp_path: Path):
    copy = responded.copied(tmp_path)
    letter = sorted((copy.out / "letters").glob("*.pdf"))[3]
    letter.write_bytes(b"%PDF-1.7 something else")
    finished = copy.program.run(*copy.incident.arguments(copy.out))
    assert finished.code == 0, finished.err
    # Only the list of what was set grew by a line.
    assert what_differs(copy, responded) == ["letters/letters.jsonl"]


def entries_in(home: Path) -> int:
    """Return how many journal entries are committed; 0 while there is no journal."""
    database = home / "ledger.sqlite3"
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=0.05)) as ledger:
            return int(ledger.execute("SELECT COUNT(*) FROM ledger_journalentry").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a run and the processes that it started for itself, as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def killed_when(program: Program, arguments: list[str], reached) -> None:
    """Start a run, and kill it as soon as ``reached`` says so, or let it end before that."""
    process = program.start(*arguments)
    ends = time.monotonic() + _PATIENCE_SECONDS
    try:
        while process.poll() is None and not reached():
            assert time.monotonic() < ends, "the run neither ended nor reached the point"
            time.sleep(_LOOK_EVERY_SECONDS)
    finally:
        kill(process)
    assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"


def finished_after_kill(small: SmallIncident, folder: Path, reached) -> Responded:
    """Run, kill, run again to the end."""
    program = Program(folder / "home", small.people)
    arguments = small.arguments(folder / "out")
    killed_when(program, arguments, lambda: reached(folder))
    finished = program.run(*arguments)
    assert finished.code == 0, finished.err
    return Responded(folder / "home", folder / "out", small, finished)


@pytest.mark.parametrize("entries", some_of(range(1, 7), at_most=3))
def test_a_run_killed_after_a_committed_step_ends_as_if_nothing_had_happened(
    responded: Responded, tmp_path: Path, entries
):
    end = finished_after_kill(
        responded.incident, tmp_path, lambda folder: entries_in(folder / "home") >= entries
    )
    assert what_differs(end, responded) == []


def test_a_run_killed_among_its_letters_ends_as_if_nothing_had_happened(responded: Responded, tmp_path: Path):
    def some_letters_lie_there(folder: Path) -> bool:
        return sum(1 for _ in (folder / "out" / "letters").glob("*.pdf")) >= 30

    end = finished_after_kill(responded.incident, tmp_path, some_letters_lie_there)
    assert what_differs(end, responded) == []


def test_the_comparison_sees_a_doubled_measure_a_lost_letter_and_a_changed_figure(
    responded: Responded, tmp_path: Path
):
    """The twin: an end that is not the same is not taken for the same."""
    copy = responded.copied(tmp_path)
    with closing(sqlite3.connect(copy.home / "ledger.sqlite3")) as ledger:
        ledger.execute(
            "INSERT INTO ledger_artefact (incident_id, kind, name, sha256, size, sealed, preserved_at)"
            " SELECT incident_id, kind, name, 'another', size, sealed, preserved_at FROM ledger_artefact LIMIT 1"
        )
        ledger.commit()
    (copy.out / "letters" / "letters.jsonl").unlink()
    figures = json.loads((copy.out / "figures.json").read_text(encoding="utf-8"))
    (copy.out / "figures.json").write_text(json.dumps({**figures, "rows": 1}), encoding="utf-8")
    assert what_differs(copy, responded) == ["figures.json", "letters/letters.jsonl", "ledger_artefact"]
