"""The same response on PostgreSQL gives the same figures as on SQLite."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg

from tests.small_incident import Program, Responded, files_by_hash


def test_the_small_incident_on_postgresql_gives_the_figures_of_sqlite(
    responded: Responded, tmp_path: Path, postgresql_url: str
):
    program = Program(tmp_path / "home", responded.incident.people, {"AMENDS_DATABASE_URL": postgresql_url})
    arguments = responded.incident.arguments(tmp_path / "out")
    finished = program.run(*arguments)
    assert finished.code == 0, finished.err

    def figures(folder: Path) -> dict[str, int]:
        content: dict[str, int] = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
        return content

    assert figures(tmp_path / "out") == figures(responded.out)
    assert len(list((tmp_path / "out" / "letters").glob("*.pdf"))) == len(
        list((responded.out / "letters").glob("*.pdf"))
    )
    assert (tmp_path / "home" / "ledger.sqlite3").stat().st_size == 0, "SQLite was written to"

    # And a second run changes nothing there either.
    before = files_by_hash(tmp_path / "out")
    again = program.run(*arguments, "--no-letters")
    assert again.code == 0, again.err
    assert files_by_hash(tmp_path / "out") == before
    verified = program.run("journal", "verify")
    assert verified.code == 0, verified.said

    with psycopg.connect(postgresql_url) as connection:
        counted = connection.execute("SELECT COUNT(*) FROM ledger_leakedrow").fetchone()
    assert counted == (120,)
