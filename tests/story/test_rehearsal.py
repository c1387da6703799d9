"""The fifty-two days after the leak, played once on synthetic people: each requirement is shown, or the test says which
is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.small_incident import Program, SmallIncident, files_by_hash, ledger_dump

OWED = {
    *("R02", "R03", "R05", "R06", "R08"),
    *("R18", "R19, R20", "R21", "R22", "R23", "R24", "R25", "R26", "R27", "R28"),
    *("R41", "R53", "R54", "R55"),
}


def test_every_requirement_of_the_fifty_two_days_is_shown_and_the_drill_stays_as_it_was(
    drilled: Path, small_incident: SmallIncident, tmp_path: Path
):
    folder = tmp_path / "drill"
    shutil.copytree(drilled, folder)
    before, files = ledger_dump(folder / "ledger"), files_by_hash(folder)
    finished = Program(tmp_path / "no-home", small_incident.people).run("rehearse", folder, "--json")
    content = json.loads(finished.out)
    rows = content["requirements"]
    assert [f"{row['requirement']}: {row['shown']}" for row in rows if not row["ok"]] == []
    assert finished.code == 0
    assert {row["requirement"] for row in rows} == OWED
    assert content["shown"] == content["rows"] == len(rows)
    assert all(row["shown"] and row["did"] for row in rows)
    assert ledger_dump(folder / "ledger") == before
    after = files_by_hash(folder)
    assert {name: digest for name, digest in after.items() if not name.startswith("rehearsal/")} == files
    table = (folder / "rehearsal" / "requirements.md").read_text(encoding="utf-8")
    assert small_incident.people.found_in(table) == []
    assert json.loads((folder / "rehearsal" / "requirements.json").read_text(encoding="utf-8")) == content


def test_a_row_that_does_not_hold_is_said_and_not_left_out(
    drilled: Path, small_incident: SmallIncident, tmp_path: Path
):
    """The twin: with another truth, and another log than was preserved, the table must not say yes."""
    folder = tmp_path / "drill"
    shutil.copytree(drilled, folder)
    for name in ("truth/harmed.csv", "access.log"):
        changed = folder / "incident" / name
        changed.write_bytes(b"\n".join(changed.read_bytes().splitlines()[:-1]) + b"\n")
    finished = Program(tmp_path / "no-home", small_incident.people).run("rehearse", folder, "--json")
    rows = json.loads(finished.out)["requirements"]
    assert {row["requirement"] for row in rows if not row["ok"]} == {"R18", "R05"}
    assert finished.code == 1
    assert {row["requirement"] for row in rows} == OWED
