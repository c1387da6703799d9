"""`make faults`: kills `amends respond` in the middle, again and again, and counts what is lost or doubled.

One run is left in peace; its figures, recipients and letters are the truth. Then runs of the same incident are
killed (SIGKILL: no clean-up, no last word) at moments spread evenly over that run's length, each into a
ledger of its own, and run again to the end. Every one of them must end like the undisturbed run, with an
intact journal. Ends with 1 when one does not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.measuring import PROGRAM, amends, console, keep

KILLS = int(os.environ.get("KILLS", "24"))
_PEOPLE = 20_000
_ROWS = 600


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: everything that must not depend on whether it was disturbed."""

    figures: dict[str, int]
    recipients: str
    letters: tuple[str, ...]
    intact: bool

    def faults(self, truth: Ending) -> list[str]:
        """Return what differs from the undisturbed run."""
        found = [f"figure {name}" for name in truth.figures if self.figures.get(name) != truth.figures[name]]
        found += ["recipients"] if self.recipients != truth.recipients else []
        found += ["letters lost"] if set(truth.letters) - set(self.letters) else []
        found += ["letters doubled"] if set(self.letters) - set(truth.letters) else []
        found += [] if self.intact else ["journal broken"]
        return found


def main() -> int:
    """Run, kill, run again, compare."""
    out = console()
    with tempfile.TemporaryDirectory(prefix="amends-faults-") as name:
        folder = Path(name)
        arguments = _make(folder / "incident")
        began = perf_counter()
        truth = _run_to_the_end(arguments, folder / "undisturbed")
        length = perf_counter() - began
        out.print(f"undisturbed: {length:.1f} s, {len(truth.letters)} letters")
        found: Counter[str] = Counter()
        for number in range(KILLS):
            place = folder / f"killed-{number}"
            after = length * (number + 0.5) / KILLS
            killed = _run_and_kill(arguments, place, after)
            faults = _faults_of_second_run(arguments, place, truth)
            found.update(faults)
            how = "killed" if killed else "had ended"
            out.print(
                f"{how} after {after:5.2f} s, run again: {', '.join(faults) or 'like the undisturbed run'}"
            )
    out.print(f"{KILLS} kills, {sum(found.values())} differences {dict(found) or ''}")
    keep("faults", {"kills": KILLS, "seconds_undisturbed": length, "differences": dict(found)})
    return 1 if found else 0


def _make(folder: Path) -> list[str]:
    from amends.drill.making import make_incident
    from amends.drill.scenarios import Scenario

    scenario = Scenario.load("custody-list").scaled(rows=_ROWS)
    files = make_incident(scenario, people=_PEOPLE, seed=1, out=folder)
    times = scenario.times
    given = {
        "--leaked": files.leaked,
        "--registry": files.registry,
        "--map": files.mapping,
        "--url": scenario.access_log.url,
        "--exposed-from": times.exposed.isoformat(),
        "--reported-at": times.reported.isoformat(),
        "--removed-at": times.removed.isoformat(),
        "--as-of": scenario.list.as_of.isoformat(),
        "--now": times.hold.isoformat(),
    }
    logs = [word for log in files.logs for word in ("--logs", str(log))]
    return ["respond", *logs, *(str(word) for pair in given.items() for word in pair)]


def _run_and_kill(arguments: list[str], place: Path, after: float) -> bool:
    """Start a run in a session of its own and kill all of it; return False when it had ended before."""
    process = subprocess.Popen(
        [str(PROGRAM), *arguments, "--out", str(place / "out"), "--home", str(place / "home")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
        return True
    return False


def _faults_of_second_run(arguments: list[str], place: Path, truth: Ending) -> list[str]:
    try:
        return _run_to_the_end(arguments, place).faults(truth)
    except subprocess.CalledProcessError as error:
        return [f"cannot be run again (exit code {error.returncode})"]


def _run_to_the_end(arguments: list[str], place: Path) -> Ending:
    home, out = place / "home", place / "out"
    amends(*arguments, "--out", str(out), "--home", str(home))
    journal: dict[str, Any] = amends("journal", "verify", "--home", str(home))
    return Ending(
        figures=json.loads((out / "figures.json").read_text(encoding="utf-8")),
        recipients=(out / "recipients.csv").read_text(encoding="utf-8"),
        letters=tuple(sorted(file.name for file in (out / "letters").rglob("*.pdf"))),
        intact=journal["intact"],
    )


if __name__ == "__main__":
    sys.exit(main())
