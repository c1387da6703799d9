"""`make faults`: an action queue of 10,000 removals runs against the gate while holds are placed on most of its people.

A removal goes ahead only on the gate's ``clear`` about that person, asked for just before. Counted are removals of
people whose hold was committed before the question was sent: there must be none. Those that were cleared before the
commit are listed: they are what `find_harmed` has to find. The twin asks once for the whole queue and acts on it later,
as a nightly file does; it must be caught. Ends with 1 otherwise.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from amends.gate_client import GateClient
from amends.ledger.home import LedgerHome
from benchmarks.gate_process import running
from benchmarks.measuring import ROOT, console, keep

REMOVALS = int(os.environ.get("REMOVALS", "10000"))
SEED = int(os.environ.get("SEED", "1"))
_HELD_SHARE = 0.6252
_WORKERS = 4
_PLACED_AFTER = 0.3
"""Share of the queue that is through when the placing begins."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One removal that went ahead."""

    number: int
    asked_at: float
    """When its question was sent, or when its line was read from the stale file."""
    acted_at: float


class Queue:
    """People in the order in which they are to be removed, worked through by several workers."""

    def __init__(self, url: str, key: str, numbers: list[int]) -> None:
        self._url, self._key = url, key
        self._numbers = iter(numbers)
        self._lock = threading.Lock()
        self.through = 0
        self.removed: list[Removal] = []
        self.held = 0

    def work(self) -> None:
        """Ask about one after another, and remove whom the gate clears."""
        client = GateClient(self._url, self._key, clock=lambda: datetime.now(UTC), timeout=10)
        while (number := self._next()) is not None:
            asked = time.time()
            clear = client.check(identifier(number), "removal").answer == "clear"
            self._settle(number, asked, clear)
        client.close()

    def work_from_file(self, clear: set[int], wait: threading.Event) -> None:
        """The planted fault: act on what was asked for the whole queue at once, hours before."""
        while (number := self._next()) is not None:
            if self.through >= len(clear) * _PLACED_AFTER:
                wait.wait()
            self._settle(number, time.time(), number in clear)

    def _next(self) -> int | None:
        with self._lock:
            return next(self._numbers, None)

    def _settle(self, number: int, asked: float, clear: bool) -> None:
        with self._lock:
            self.through += 1
            if clear:
                self.removed.append(Removal(number, asked, time.time()))
            else:
                self.held += 1


def identifier(number: int) -> str:
    """Return the identification number of one invented person."""
    return f"A{900_000_000 + number:09d}"


def main() -> int:
    """Run the queue, place the holds, count; then the twin."""
    if sys.argv[1:2] == ["place"]:
        return _place(Path(sys.argv[2]), int(sys.argv[3]))
    out = console()
    chance = random.Random(SEED)  # noqa: S311 -- seeded on purpose
    numbers = list(range(REMOVALS))
    chance.shuffle(numbers)
    held = set(range(int(REMOVALS * _HELD_SHARE)))
    results = {}
    for planted in (False, True):
        with tempfile.TemporaryDirectory(prefix="amends-queue-") as folder:
            results[planted] = _run(Path(folder) / "home", numbers, held, planted=planted)
        queue, committed = results[planted]
        barred = [removal for removal in queue.removed if removal.number in held]
        after = [removal for removal in barred if removal.asked_at > committed]
        name = "asked once for the whole queue (planted)" if planted else "asked before each removal"
        out.print(
            f"{name}: {len(queue.removed):,} of {REMOVALS:,} removed; of {len(held):,} held {len(barred):,} before the"
            f" hold was committed or while it was, and {len(after):,} after it"
        )
    queue, committed = results[False]
    before = sorted(r.number for r in queue.removed if r.number in held and r.asked_at <= committed)
    after = [r for r in queue.removed if r.number in held and r.asked_at > committed]
    caught = [r for r in results[True][0].removed if r.number in held and r.asked_at > committed_of(results)]
    unheld = sum(r.number not in held for r in queue.removed)
    # A gate that held everybody would pass the count above and be worth nothing, and so would a queue that was
    # through before the holds were committed.
    dead = unheld < (REMOVALS - len(held)) * 0.9 or not queue.held
    kept = keep(
        "queue",
        {
            "removals": REMOVALS,
            "removed_before": [identifier(number) for number in before],
            "removed_after": len(after),
            "unheld_removed": unheld,
            "planted_removed_after": len(caught),
        },
    )
    out.print(
        f"{len(after)} barred removals after the hold; those before it, {len(before):,}, stand in {kept.name}"
    )
    return 1 if after or dead or not caught else 0


def committed_of(results: dict[bool, tuple[Queue, float]]) -> float:
    """Return when the holds of the twin's run were committed."""
    return results[True][1]


def _run(home: Path, numbers: list[int], held: set[int], *, planted: bool) -> tuple[Queue, float]:
    key = _prepared(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    with running(LedgerHome(home), port, key):
        queue = Queue(url, key, numbers)
        placed = threading.Event()
        clear: set[int] = set()
        if planted:
            client = GateClient(url, key, clock=lambda: datetime.now(UTC), timeout=30)
            answers = client.check_list([identifier(number) for number in numbers], "removal")
            clear = {n for n, answer in zip(numbers, answers, strict=True) if answer.answer == "clear"}
        with ThreadPoolExecutor(_WORKERS) as pool:
            work = [
                pool.submit(queue.work_from_file, clear, placed) if planted else pool.submit(queue.work)
                for _ in range(_WORKERS)
            ]
            while queue.through < REMOVALS * _PLACED_AFTER * 0.5:
                time.sleep(0.01)
            committed = _in_a_process(home, len(held))
            placed.set()
            for done in work:
                done.result()
    return queue, committed


def _prepared(home: Path) -> str:
    """Make a ledger whose gate knows everybody in the queue and holds nobody; return a key."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.queue", "place", str(home), "0"],
        cwd=ROOT,
        env={**os.environ, "AMENDS_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout.splitlines()[-1]


def _in_a_process(home: Path, rows: int) -> float:
    """Hold the first ``rows`` people; return when that was committed, by this machine's clock."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.queue", "place", str(home), str(rows)],
        cwd=ROOT,
        env={**os.environ, "AMENDS_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return float(done.stdout.splitlines()[-1])


def _place(home: Path, rows: int) -> int:
    from amends.cli.session import open_ledger

    open_ledger(home, create=True)
    from amends.casework.acts import Act
    from amends.casework.learn_registry import learn_registry
    from amends.casework.protect_population import protect_population
    from amends.link.mapping import Mapping
    from amends.link.registry import Registry
    from benchmarks import holds as placing
    from tests.gate_cases import issue_key

    act = Act("bench", "queue", datetime.now(UTC))
    mapping, listing = placing.population(home, [identifier(number) for number in range(rows or 1)])
    if not rows:
        file = home / "registry.csv"
        lines = [f"P{n},{identifier(n)},Zzcanary,Sample,1990-01-01\n" for n in range(REMOVALS)]
        file.write_text("person_id,a_number,family_name,given_name,date_of_birth\n" + "".join(lines), "utf-8")
        columns = Mapping.load(home / "mapping.toml")
        learn_registry(registry=Registry.open(file, columns), mapping=columns, act=act)
        placing.opened(home)
        print(issue_key())
        return 0
    incident = placing.opened(home)
    protect_population(incident=incident, listing=listing, mapping=mapping, act=act)
    print(json.dumps(time.time()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
