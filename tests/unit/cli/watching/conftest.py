"""A door with its three folders, and a judge that needs no child process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amends.cli.watching.inbox import Inbox
from amends.cli.watching.intake import Intake
from amends.cli.watching.publishing import Outbox, Quarantine
from amends.cli.watching.round_ import Doorway, Outcome
from amends.scan.judging import Judge, Judged
from amends.vocabulary.outcomes import ScreeningVerdict

LIST = b"Zzcanary,1990-01-02\n"
CLEAR = b"north,12\n"


def by_the_mark(path: Path) -> Judged:
    """Judge a file clear unless a synthetic person is in it."""
    if b"Zzcanary" in path.read_bytes():
        return Judged(ScreeningVerdict.FINDINGS, 1, {"list-of-persons": 1}, {}, None)
    return Judged(ScreeningVerdict.CLEAR, 0, {}, {}, None)


@dataclass
class Released:
    """What two people released, as far as the test says so."""

    files: set[str] = field(default_factory=set)

    def holds(self, sha256: str) -> bool:
        return sha256 in self.files

    def standing(self) -> frozenset[str]:
        return frozenset(self.files)


@dataclass
class Door:
    """A watched folder in a test."""

    folder: Path
    judge: Judge = by_the_mark
    released: Released = field(default_factory=Released)
    settle: float = 0.0
    time: float = 0.0

    def __post_init__(self) -> None:
        for name in ("inbox", "outbox", "quarantine"):
            (self.folder / name).mkdir(exist_ok=True)
        self._inbox = Inbox(self.folder / "inbox", settle=self.settle, stopwatch=lambda: self.time)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    @property
    def quarantine(self) -> Path:
        return self.folder / "quarantine"

    def put(self, name: str, content: bytes) -> Path:
        path = self.inbox / name
        path.write_bytes(content)
        return path

    def doorway(self) -> Doorway:
        intake = Intake(self.quarantine / ".intake")
        intake.make()
        return Doorway(
            inbox=self._inbox,
            intake=intake,
            outbox=Outbox(self.outbox),
            quarantine=Quarantine(self.quarantine, audience="public"),
            judge=self.judge,
            releases=self.released,
            clock=lambda: datetime(2022, 11, 28, tzinfo=UTC),
        )

    def round(self) -> list[Outcome]:
        return list(self.doorway().round())

    def results(self) -> list[str]:
        return [outcome.result.value for outcome in self.round()]

    def published(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.outbox.iterdir())}

    def held(self) -> dict[str, bytes]:
        """Return what lies in quarantine, by name, the reasons left out."""
        return {
            path.name: path.read_bytes()
            for path in sorted(self.quarantine.glob("[0-9a-f]*/*"))
            if path.name != "amends-reason.json"
        }

    def under_way(self) -> list[Path]:
        return list((self.quarantine / ".intake").iterdir())


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


@pytest.fixture
def make_door(tmp_path: Path) -> Callable[..., Door]:
    return lambda **changed: Door(tmp_path, **changed)


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flush nothing: a killed process loses no page that it has written, and a power cut is not what is tested here."""
    monkeypatch.setattr("os.fsync", lambda _: None)
