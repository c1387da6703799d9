"""`make faults`: kills the writer in the middle of placing, planning and lifting, and looks for half a verb.

A small ledger is prepared up to each verb and copied for each kill. A process of its own runs the verb and is killed
(SIGKILL) at a random moment, drawn with a seed, between its start and the end that an undisturbed run takes; how long
that is gets learned anew from each run, since a machine's speed changes and a kill after the end says nothing.
What counts afterwards: every change has its journal entry and every entry its change, the chain is whole, and the verb,
run again, ends as the undisturbed one did. The twin commits the journal entry in a transaction of its own, and must be
found out. Ends with 1 otherwise.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from amends.ledger.home import LedgerHome
from benchmarks.kill_checks import compared
from benchmarks.measuring import console, keep

KILLS = int(os.environ.get("VERB_KILLS", "200"))
KILLS_POSTGRESQL = int(os.environ.get("VERB_KILLS_POSTGRESQL", "30"))
KILLS_TWIN = int(os.environ.get("VERB_KILLS_TWIN", "40"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = ("place", "plan", "lift")
_LATEST = 1.05
_FASTER = 0.8


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger to work on."""

    home: Path
    url: str = ""


@dataclass(slots=True)
class Prepared:
    """A ledger prepared up to one step, how long the step takes, and how it ends undisturbed."""

    template: Ledger
    seconds: float
    ending: dict[str, int]

    def moment(self, chance: random.Random) -> float:
        """Return how many seconds after its beginning the next run is killed."""
        return self.seconds * chance.uniform(0.0, _LATEST)

    def had_ended(self) -> None:
        """Take note that a run had ended before the kill came."""
        self.seconds *= _FASTER

    def took(self, seconds: float) -> None:
        """Take note of how long an undisturbed run took just now."""
        self.seconds = (self.seconds + seconds) / 2


class Sqlite:
    """Ledgers on SQLite, copied as files."""

    name = "sqlite"

    def copy(self, template: Ledger, home: Path) -> Ledger:
        """Copy a ledger that nobody works on."""
        shutil.copytree(template.home, home)
        return Ledger(home)

    def drop(self, ledger: Ledger) -> None:
        """Remove a copy."""
        shutil.rmtree(ledger.home, ignore_errors=True)


class Postgresql:
    """Ledgers on one throw-away PostgreSQL server, copied as templates."""

    name = "postgresql"

    def __init__(self, server: str) -> None:
        self._server, self._count = server, 0

    def empty(self, home: Path) -> Ledger:
        """Return a ledger whose database has no tables yet."""
        return Ledger(home, self._database("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0"))

    def copy(self, template: Ledger, home: Path) -> Ledger:
        """Copy a ledger that nobody works on."""
        shutil.copytree(template.home, home)
        source = urlsplit(template.url).path.strip("/")
        return Ledger(home, self._database("CREATE DATABASE {} TEMPLATE {}", source))

    def drop(self, ledger: Ledger) -> None:
        """Remove a copy."""
        shutil.rmtree(ledger.home, ignore_errors=True)
        name = urlsplit(ledger.url).path.strip("/")
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _database(self, statement: str, *names: str) -> str:
        self._count += 1
        name = f"kills_{self._count}"
        parts = map(sql.Identifier, (name, *names))
        self._run(sql.SQL(statement).format(*parts))
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)


def main() -> int:
    """Kill, look, run again; then the same with the planted bug."""
    out = console()
    chance = random.Random(SEED)  # noqa: S311 -- seeded on purpose
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="amends-kills-") as name:
        folder = Path(name)
        _set_up(folder)
        sqlite = Sqlite()
        prepared = {step: _prepare(sqlite, folder / "sqlite", step) for step in STEPS}
        found += _campaign(sqlite, prepared, folder, KILLS, chance, out.print)
        caught = _twin(sqlite, prepared["lift"], folder, chance)
        out.print(f"planted bug (journal outside the transaction): found in {caught} of {KILLS_TWIN} kills")
        with _server() as server:
            postgresql = Postgresql(server)
            prepared = {step: _prepare(postgresql, folder / "postgresql", step) for step in STEPS}
            found += _campaign(postgresql, prepared, folder, KILLS_POSTGRESQL, chance, out.print)
    out.print(f"{KILLS + KILLS_POSTGRESQL} kills, {sum(found.values())} half-done verbs {dict(found) or ''}")
    keep(
        "kills", {"kills": KILLS, "kills_postgresql": KILLS_POSTGRESQL, "faults": dict(found), "twin": caught}
    )
    return 1 if found or not caught else 0


def _set_up(folder: Path) -> None:
    """Import once what every forked process needs."""
    import django

    LedgerHome(folder / "home").create()
    os.environ.update(AMENDS_HOME=str(folder / "home"), DJANGO_SETTINGS_MODULE="amends.server.settings")
    django.setup()
    from benchmarks import kill_steps

    assert kill_steps.ROWS


@contextmanager
def _server() -> Iterator[str]:
    from tests.postgresql import Cluster, server_programs

    cluster = Cluster(server_programs())
    try:
        cluster.start()
        yield cluster.url
    finally:
        cluster.stop()


def _prepare(database: Sqlite | Postgresql, folder: Path, step: str) -> Prepared:
    """Bring a ledger to just before ``step``, and let the step run undisturbed on a copy."""
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / f"before-{step}"
    template = database.empty(home) if isinstance(database, Postgresql) else Ledger(home)
    _work(template, "prepare", step)
    copy = database.copy(template, folder / f"whole-{step}")
    seconds = _work(copy, "run", step)
    ending = _look(copy)
    database.drop(copy)
    assert ending.pop("faults") == 0, f"an undisturbed {step} is not whole"
    return Prepared(template, seconds, ending)


def _campaign(
    database: Sqlite | Postgresql,
    prepared: dict[str, Prepared],
    folder: Path,
    kills: int,
    chance: random.Random,
    say: Callable[[str], None],
) -> Counter[str]:
    """Kill so many times, spread over the steps; return what was found, by kind."""
    found: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for number in range(kills):
        step = STEPS[number % len(STEPS)]
        ready = prepared[step]
        copy = database.copy(ready.template, folder / f"{database.name}-{number}")
        killed = _run_and_kill(copy, "run", step, ready.moment(chance))
        after = _look(copy)
        found["half-done"] += after.pop("faults")
        done = "whole" if after == ready.ending else "nothing"
        outcomes[f"{done} after the kill" if killed else "had ended"] += 1
        seconds = _work(copy, "run", step)
        if not killed:
            ready.had_ended()
        elif done == "nothing":
            ready.took(seconds)
        again = _look(copy)
        found["not completed by a second run"] += again.pop("faults") or again != ready.ending
        database.drop(copy)
    say(f"{database.name}: {kills} kills ({dict(outcomes)})")
    return +found


def _twin(database: Sqlite, ready: Prepared, folder: Path, chance: random.Random) -> int:
    """Return how many kills of the writer with the planted bug left a change without entry, or an entry without one."""
    caught = 0
    for number in range(KILLS_TWIN):
        copy = database.copy(ready.template, folder / f"twin-{number}")
        if not _run_and_kill(copy, "run-planted", "lift", ready.moment(chance)):
            ready.had_ended()
        caught += bool(_look(copy)["faults"])
        database.drop(copy)
    return caught


def _work(ledger: Ledger, what: str, step: str) -> float:
    """Do it in a process of its own, undisturbed; return how long the verb itself took."""
    with _begun(ledger, what, step) as (process, began):
        _, status = os.waitpid(process, 0)
        if status:
            raise RuntimeError(f"{what} {step} failed; the text above says why")
        return perf_counter() - began


def _run_and_kill(ledger: Ledger, what: str, step: str, after: float) -> bool:
    """Start the verb, and kill it so many seconds after it began; return False when it had ended before."""
    with _begun(ledger, what, step) as (process, began):
        while (left := began + after - perf_counter()) > 0:
            if os.waitpid(process, os.WNOHANG)[0]:
                return False
            time.sleep(min(left, 0.002))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return True


@contextmanager
def _begun(ledger: Ledger, what: str, step: str) -> Iterator[tuple[int, float]]:
    """Fork a process that does it; yield its id and the moment at which it was ready to begin.

    Forked, because importing Django is not what is to be disturbed; nothing is connected to in this process.
    """
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        _child(ledger, what, step, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as ready:
        ready.read(1)
        yield process, perf_counter()


def _child(ledger: Ledger, what: str, step: str, ready: int) -> NoReturn:
    status = 1
    try:
        from benchmarks import kill_steps

        os.environ.update(AMENDS_HOME=str(ledger.home), AMENDS_DATABASE_URL=ledger.url)
        home = LedgerHome(ledger.home)
        if what == "prepare":
            kill_steps.prepare(home, ledger.url, step)
        else:
            planted = what == "run-planted"
            kill_steps.run(home, ledger.url, step, say=lambda: os.close(ready), planted=planted)
        status = 0
    except BaseException:
        traceback.print_exc()
    os._exit(status)


def _look(ledger: Ledger) -> dict[str, int]:
    """Return what the ledger holds in numbers, with ``faults``: how often change and entry do not fit."""
    if ledger.url:
        with psycopg.connect(ledger.url) as connection:
            return _numbers(lambda text: connection.execute(text).fetchall())
    with closing(sqlite3.connect(ledger.home / "ledger.sqlite3")) as store:
        return _numbers(lambda text: store.execute(text).fetchall())


def _numbers(ask: Callable[[str], list[tuple[object, ...]]]) -> dict[str, int]:
    """Compare holds, events, terms, requests and notices with what the entries say of them."""
    return compared(ask)


if __name__ == "__main__":
    sys.exit(main())
