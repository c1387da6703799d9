"""A small synthetic incident, made once in a test run, and the real program run on it.

Conftests import the fixtures from here. What is made once (the incident, a drill, a finished response) is
shared by all workers of the run and never written to again: tests copy it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from amends.drill.canary import CANARY
from amends.drill.making import IncidentFiles
from amends.drill.scenarios import Scenario

ROWS = 120
PEOPLE = 1500
NOW = "2022-11-30T15:00Z"
"""Instant of the work in every run: two runs at one instant must give the same bytes."""
_SECONDS = 180
_PROGRAM = Path(sys.executable).with_name("amends")


@cache
def small_scenario() -> Scenario:
    """The default scenario, scaled to so few rows that a whole response takes seconds."""
    return Scenario.load().scaled(rows=ROWS)


@dataclass(frozen=True)
class Finished:
    """One run of the program: its exit code and everything it said."""

    code: int
    out: str = field(repr=False)
    err: str = field(repr=False)

    @property
    def said(self) -> str:
        """Everything that was written to the terminal, with line breaks taken as blanks."""
        return " ".join((self.out + self.err).split())


@dataclass(frozen=True)
class Program:
    """`amends` in a process of its own, with a ledger of its own. Whatever it says is searched for people."""

    home: Path
    people: People
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object, **more: str) -> Finished:
        """Run one command to its end. Fails the test where a person's data reach the terminal."""
        done = subprocess.run(
            [str(_PROGRAM), *map(str, arguments)],
            env=self.variables(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        finished = Finished(done.returncode, done.stdout, done.stderr)
        assert self.people.found_in(done.stdout + done.stderr) == []
        return finished

    def start(self, *arguments: object, **more: str) -> subprocess.Popen[bytes]:
        """Begin a command and return its process, which the test ends."""
        return subprocess.Popen(
            [str(_PROGRAM), *map(str, arguments)],
            env=self.variables(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @contextmanager
    def going_on(self, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
        """Begin a command that goes on until it is stopped; whatever the test does, nothing of it is left behind."""
        process = self.start(*arguments)
        try:
            yield process
        finally:
            # The process alone may be gone, and what it started for itself still be there.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def variables(self, **more: str) -> dict[str, str]:
        """Return the environment of a run: nothing of the developer's own settings."""
        return {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(self.home.parent),
            "LANG": "C.UTF-8",
            "COLUMNS": "200",
            "AMENDS_HOME": str(self.home),
            "AMENDS_ACTOR": "tester",
            **self.environment,
            **more,
        }


@dataclass(frozen=True)
class People:
    """Strings that name somebody in the registry: numbers, names in full, addresses, birthdays."""

    strings: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, registry: Path) -> People:
        """Read them out of the registry; every spelling of a name that a careless message would use."""
        found: set[str] = {CANARY}
        for person in pq.read_table(registry).to_pylist():
            given, family = person["given_name"], person["family_name"]
            names = (f"{given} {family}", f"{family} {given}", f"{family}, {given}") if given else ()
            digits = "".join(c for c in person["a_number"] if c.isdigit())
            found |= {*names, digits, person["person_id"], person["date_of_birth"].isoformat()}
            found |= {name for name in person["other_names"].split("|") if len(name) > 4}
            found |= {person["representative_name"]}
        return cls(frozenset(text.casefold() for text in found if len(text) > 4))

    def found_in(self, text: str) -> list[str]:
        """Return what of them occurs in the text, in any letter case."""
        folded = text.casefold()
        return sorted(string for string in self.strings if string in folded)


@dataclass(frozen=True)
class SmallIncident:
    """The incident's files, and what one has to say to `respond` about them."""

    files: IncidentFiles
    people: People
    sender: Path

    def arguments(self, out: Path, **changed: object) -> list[str]:
        """Return the words after ``respond``; a keyword changes one option, None leaves it out."""
        times = small_scenario().times
        options: dict[str, object] = {
            "leaked": self.files.leaked,
            "logs": list(self.files.logs),
            "url": small_scenario().access_log.url,
            "registry": self.files.registry,
            "map": self.files.mapping,
            "exposed_from": times.exposed.isoformat(),
            "reported_at": times.reported.isoformat(),
            "removed_at": times.removed.isoformat(),
            "as_of": "2022-11-19",
            "playbook": "custody",
            "own_network": small_scenario().access_log.own_network,
            "monitor_agent": small_scenario().access_log.monitor_agent,
            "sender": self.sender,
            "now": NOW,
            "out": out,
            **changed,
        }
        words: list[str] = ["respond"]
        for name, value in options.items():
            if value is None:
                continue
            values = value if isinstance(value, list) else [value]
            words += ["--" + name.replace("_", "-"), *map(str, values)]
        return words


@dataclass(frozen=True)
class Responded:
    """A finished response: the ledger's home and the result folder. Copy it before writing to it."""

    home: Path
    out: Path
    incident: SmallIncident
    finished: Finished

    @property
    def reference(self) -> str:
        """Reference of the incident."""
        with closing(sqlite3.connect(self.home / "ledger.sqlite3")) as ledger:
            return str(ledger.execute("SELECT reference FROM ledger_incident").fetchone()[0])

    def copied(self, folder: Path) -> Responded:
        """Return a copy that the test may do with as it likes."""
        # The database is copied by itself: another worker may be reading it, and its WAL files come and go.
        shutil.copytree(self.home, folder / "home", ignore=shutil.ignore_patterns("ledger.sqlite3*"))
        copy = folder / "home" / "ledger.sqlite3"
        copy.touch(mode=0o600)
        with closing(sqlite3.connect(self.home / copy.name)) as whole, closing(sqlite3.connect(copy)) as own:
            whole.backup(own)
        shutil.copytree(self.out, folder / "out")
        return Responded(folder / "home", folder / "out", self.incident, self.finished)

    @property
    def program(self) -> Program:
        """The program, pointed at this ledger."""
        return Program(self.home, self.incident.people)


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """Yield a folder shared by all workers of this run, and whether it is still to be filled."""
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder, done = shared / name, shared / f"{name}.done"
        yield folder, not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `amends drill` wrote, with the register, for the small scenario."""
    with made_once(tmp_path_factory, "drilled") as (folder, to_do):
        if to_do:
            program = Program(folder.parent / "no-home", People(frozenset({CANARY.casefold()})))
            size = ("--rows", ROWS, "--people", PEOPLE)
            finished = program.run("drill", "--out", folder, *size, "--with-register", "--no-rehearse")
            assert finished.code == 0, finished.err
            (folder.parent / "drilled.out").write_text(finished.out, encoding="utf-8")
            (folder.parent / "drilled.err").write_text(finished.err, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small_incident(drilled: Path) -> SmallIncident:
    """The files of the small incident, as the drill made them."""
    files = IncidentFiles.within(drilled / "incident")
    return SmallIncident(files, People.of(files.registry), drilled / "sender.toml")


@pytest.fixture(scope="session")
def responded(tmp_path_factory: pytest.TempPathFactory, small_incident: SmallIncident) -> Responded:
    """What `amends respond` with letters made of the small incident."""
    with made_once(tmp_path_factory, "responded") as (folder, to_do):
        home, out, said = folder / "home", folder / "out", folder / "said"
        if to_do:
            folder.mkdir()
            finished = Program(home, small_incident.people).run(*small_incident.arguments(out))
            assert finished.code == 0, finished.err
            said.write_text(finished.out + finished.err, encoding="utf-8")
    return Responded(home, out, small_incident, Finished(0, said.read_text(encoding="utf-8"), ""))


@pytest.fixture
def program(tmp_path: Path, small_incident: SmallIncident) -> Program:
    """The program with a ledger that does not exist yet."""
    return Program(tmp_path / "home", small_incident.people)


def ledger_dump(home: Path) -> dict[str, list[Any]]:
    """Return everything that a ledger holds: all tables by name, and the sealed files by their hash."""
    found: dict[str, list[Any]] = {}
    with closing(sqlite3.connect(home / "ledger.sqlite3")) as ledger:
        names = ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in names:
            found[name] = sorted(ledger.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
    found["files"] = sorted((path.name, sha256_of(path)) for path in (home / "artefacts").iterdir())
    found["key"] = [sha256_of(home / "ledger.key")]
    return found


def files_by_hash(folder: Path) -> dict[str, str]:
    """Return every file below a folder with the hash of what it holds."""
    return {
        str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
