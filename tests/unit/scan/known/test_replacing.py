"""Whoever is killed while building, or runs out of room, leaves the old index or the new one, and nothing else."""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from amends.scan.known import building, sorting, writing
from amends.scan.known.building import update
from amends.scan.known.index import KnownIndex
from amends.scan.known.keys import Fingerprinter
from amends.vocabulary.errors import AmendsError, FaultError, UsageError
from amends.vocabulary.identifier import normalised_identifier
from tests.samples.known_registry import KEY, NOW, Person, batch_of, index_of, reading_of

MAKE = Fingerprinter(KEY)
ONE: Person = ("A012345678", "García López", "Juan Zzcanary", "1980-01-02")
OTHER: Person = ("987-654-321", "Haddad", "Layla Zzcanary", "1990-03-04")


def knows_identifier(index: KnownIndex, *texts: str) -> list[bool]:
    words = MAKE.identifier_words([normalised_identifier(text) for text in texts])
    return [bool(known) for known in index.contains(MAKE.identifiers(words))]


def in_a_child(work: Callable[[], object]) -> int:
    """Run ``work`` in a child and return its status."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


DURABLE = ("fsync", "replace", "unlink", "rmdir", "mkdir")


def kill_at(moment: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Have the process kill itself at its ``moment``-th durable step; return how many there were so far."""
    taken = [0]

    def step() -> None:
        taken[0] += 1
        if taken[0] == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def durable(call: Callable) -> Callable:
        def counted(*given: object, **named: object) -> object:
            step()
            answer = call(*given, **named)
            step()
            return answer

        return counted

    for name in DURABLE:
        monkeypatch.setattr(os, name, durable(getattr(os, name)))
    monkeypatch.setattr(sorting, "_write_run", durable(sorting._write_run))
    monkeypatch.setattr(writing.IndexDraft, "_write", durable(writing.IndexDraft._write))
    return lambda: taken[0]


def states_after_kills(
    path: Path, monkeypatch: pytest.MonkeyPatch, swap: Callable[[Path, Path], None] = writing.swap
) -> list[str]:
    """Kill an update at every durable step, and say after each what the index is: old, new or broken."""
    index_of(path, [ONE])
    old = path.read_bytes()
    found: list[str] = []
    for moment in range(1, 200):
        path.write_bytes(old)

        def work(moment: int = moment) -> None:
            monkeypatch.setattr(building, "swap", swap)
            kill_at(moment, monkeypatch)
            update(path, reading_of(batch_of([OTHER])), MAKE, NOW)

        killed = os.WIFSIGNALED(in_a_child(work))
        try:
            index = KnownIndex(path)
            index.verify()
            one, other = knows_identifier(index, ONE[0], OTHER[0])
            found.append(("new" if other else "old") if one else "broken")
        except AmendsError:
            found.append("broken")
        if not killed:
            return found
    raise AssertionError("the work never ended")


def test_killed_at_any_step_the_old_index_stands_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "i.known"
    states = states_after_kills(path, monkeypatch)
    assert len(states) > 15
    assert set(states) == {"old", "new"}
    assert states == sorted(states, reverse=True), "once new, it stays new"
    index_of(path, [ONE, OTHER])
    assert [left.name for left in tmp_path.iterdir() if "building" in left.name] == [], "drafts are removed"


def test_the_kills_would_notice_an_index_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_place(draft: Path, target: Path) -> None:
        content = draft.read_bytes()
        with target.open("r+b") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            os.fsync(file.fileno())
            file.write(content[len(content) // 2 :])

    assert "broken" in states_after_kills(tmp_path / "i.known", monkeypatch, in_place)


def test_a_full_disk_leaves_the_old_index_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "i.known"
    index_of(path, [ONE])
    before = path.read_bytes()

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
        try:
            index_of(path, [ONE, OTHER])
        except FaultError as full:
            os._exit(77 if full.code == "no-space" else 4)

    assert os.waitstatus_to_exitcode(in_a_child(work)) == 77
    assert path.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir() if "building" in left.name] == []


def test_too_little_room_is_said_before_anything_is_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 0}))
    with pytest.raises(FaultError) as full:
        index_of(tmp_path / "i.known", [ONE])
    assert full.value.code == "no-space"
    assert errno.ENOSPC in writing._NO_SPACE


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written there"):
        index_of(tmp_path / "nowhere" / "i.known", [ONE])
