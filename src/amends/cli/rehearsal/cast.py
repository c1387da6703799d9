"""Who plays which part: people picked by the drill's truth, and what the registry calls them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from amends.drill.making import IncidentFiles
from amends.drill.truth_files import HARMED, PERSONS, ROWS

_PLAIN = ("minor", "deceased", "no_contact", "final_order", "in_manifest", "harmed")
"""Who has none of these is told by an ordinary letter and held by one hold."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The synthetic people of the drill. Numbers are the registry's, rows those of the leaked list."""

    files: IncidentFiles
    numbers: dict[str, str] = field(repr=False)
    """Person → identification number, of everybody in the registry."""
    listed: tuple[str, ...] = field(repr=False)
    """Persons of the leaked list whom the registry knows."""
    held_nowhere: tuple[str, ...] = field(repr=False)
    """Persons of the registry who are in neither incident."""
    harmed: frozenset[str] = field(repr=False)
    row_numbers: frozenset[int] = field(repr=False)
    row_of: dict[str, int] = field(repr=False)
    """Person → a row of the list that names them without a slip."""
    in_custody: tuple[str, ...] = field(repr=False)
    """In custody at the hold, told by ordinary letter, without a slip in their row; in no order that means anything."""

    @classmethod
    def of(cls, drill: Path) -> Cast:
        """Read the cast from the files of the drill."""
        files = IncidentFiles.within(drill / "incident")
        rows: list[dict[str, Any]] = pq.read_table(files.truth / ROWS).to_pylist()
        persons: list[dict[str, Any]] = pq.read_table(files.truth / PERSONS).to_pylist()
        registry = pq.read_table(files.registry, columns=["person_id", "a_number"])
        numbers = dict(zip(*registry.to_pydict().values(), strict=True))
        touched = {person["person_id"] for person in persons}
        row_of = {row["person_id"]: row["row"] for row in rows if row["person_id"] and not row["slips"]}
        with (files.truth / HARMED).open(newline="", encoding="utf-8") as lines:
            harmed = frozenset(line["person_id"] for line in csv.DictReader(lines))
        plain = [p for p in persons if p["listed"] and not any(p[name] for name in _PLAIN)]
        held = [p["person_id"] for p in plain if p["status_at_hold"] == "DETAINED"]
        return cls(
            files=files,
            numbers=numbers,
            listed=tuple(sorted({row["person_id"] for row in rows} - {None})),
            held_nowhere=tuple(sorted(numbers.keys() - touched)),
            harmed=harmed,
            row_numbers=frozenset(row["row"] for row in rows),
            row_of=row_of,
            in_custody=tuple(who for who in held if who in row_of),
        )
