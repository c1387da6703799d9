"""`make bench`: the drill at two sizes of registry, against what it is meant to take on two cores.

Times are the drill's own: from opening the leaked file to the last hold committed, and the whole of it without
letters, the making of the incident and of the second one included. Letters are measured apart.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.measuring import amends, console, keep, machine


@dataclass(frozen=True, slots=True)
class Aim:
    """One size of registry and what the drill may take at most."""

    people: int
    seconds_file_to_held: float
    seconds_total: float
    peak_memory_bytes: float | None = None


AIMS = (Aim(100_000, 3, 20), Aim(1_000_000, 10, 60, 1.5e9))
_SCORES = (
    "rows",
    "linked_right",
    "linked_wrong",
    "linked_missed",
    "f1",
    "recipients_found",
    "recipients_true",
)


def main() -> None:
    """Measure, print, keep."""
    out = console()
    out.print(", ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        measured = {
            aim.people: _drill(Path(folder) / str(aim.people), aim.people, "--no-letters") for aim in AIMS
        }
        letters = _drill(Path(folder) / "letters", AIMS[0].people, "--letters")
    out.print(_times(measured))
    out.print(_scores(measured))
    rate = letters["letters_per_second"]
    told = letters["letters"]
    out.print(
        f"letters to persons and representatives: {told:,}; all that was written at {rate:,.0f} a second"
    )
    kept = keep("drill", {"without_letters": measured, "with_letters": letters})
    out.print(f"kept in {kept.relative_to(Path.cwd()) if kept.is_relative_to(Path.cwd()) else kept}")


def _drill(folder: Path, people: int, letters: str) -> dict[str, Any]:
    result: dict[str, Any] = amends(
        "drill", "--out", str(folder), "--people", str(people), letters, "--no-rehearse"
    )
    return result


def _times(measured: dict[int, dict[str, Any]]) -> Table:
    table = Table("people", "measure", "measured", "aim", "")
    for aim in AIMS:
        result = measured[aim.people]
        rows = [
            ("leak file to all held, s", result["seconds_file_to_held"], aim.seconds_file_to_held),
            ("whole drill without letters, s", result["seconds_total"], aim.seconds_total),
            ("  of it making the incident, s", result["seconds_making"], None),
            (
                "peak memory, MB",
                result["peak_memory_bytes"] / 1e6,
                aim.peak_memory_bytes and aim.peak_memory_bytes / 1e6,
            ),
        ]
        for name, value, most in rows:
            verdict = "" if most is None else "within" if value <= most else "OVER"
            table.add_row(
                f"{aim.people:,}", name, f"{value:,.2f}", "" if most is None else f"{most:,.0f}", verdict
            )
    return table


def _scores(measured: dict[int, dict[str, Any]]) -> Table:
    table = Table("people", *_SCORES)
    for people, result in measured.items():
        table.add_row(f"{people:,}", *(f"{result[name]:,}" for name in _SCORES))
    return table


if __name__ == "__main__":
    main()
