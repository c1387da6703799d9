"""A watched folder that is killed at any durable step: no file is lost, none is published unscreened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends.cli.watching.intake import Entry
from amends.cli.watching.round_ import Doorway
from tests.killing import killed_at, moments_of
from tests.unit.cli.watching.conftest import CLEAR, LIST, Door

FILES = {"figures.csv": CLEAR, "list.csv": LIST, "more.csv": b"south,30\n"}


def filled(folder: Path) -> Door:
    folder.mkdir()
    door = Door(folder)
    for name, content in FILES.items():
        door.put(name, content)
    return door


def everything(door: Door) -> set[bytes]:
    return {path.read_bytes() for path in door.folder.rglob("*.csv")}


def faults_after_a_kill(door: Door) -> list[str]:
    """Return what is wrong after a kill, and after the watch has been started again."""
    faults = []
    if LIST in door.published().values():
        faults.append("a list of people is published")
    if not everything(door) >= set(FILES.values()):
        faults.append("a file is lost")
    door.round()
    if door.published() != {name: content for name, content in FILES.items() if content != LIST}:
        faults.append("not every clear file is published once")
    if door.held() != {"list.csv": LIST}:
        faults.append("the list is not held once")
    if door.under_way() or list(door.inbox.iterdir()):
        faults.append("something is left under way")
    return faults


def kills(tmp_path: Path) -> Iterator[list[str]]:
    """Kill at one moment after the other, and yield the faults after each."""
    for moment in moments_of(lambda: filled(tmp_path / "whole").round()):
        door = filled(tmp_path / f"killed-{moment}")
        killed_at(moment, door.round)
        yield faults_after_a_kill(door)


def test_killed_at_a_durable_step_no_file_is_lost_and_none_is_published_unscreened(tmp_path):
    assert [faults for faults in kills(tmp_path) if faults] == []


def test_killed_while_a_released_file_is_on_its_way_it_is_published_once(tmp_path):
    import hashlib

    def released(folder: Path) -> Door:
        door = filled(folder)
        door.round()
        door.released.files.add(hashlib.sha256(LIST).hexdigest())
        return door

    for moment in moments_of(lambda: released(tmp_path / "whole").round()):
        door = released(tmp_path / f"killed-{moment}")
        killed_at(moment, door.round)
        door.round()
        assert door.published() == FILES
        assert (door.held(), door.under_way()) == ({}, [])


@pytest.mark.parametrize("bug", ["publish first", "forget the copy"])
def test_a_planted_bug_is_found(tmp_path, monkeypatch, bug):
    monkeypatch.setenv("AMENDS_EVERY_MOMENT", "1")
    if bug == "publish first":
        decided = Doorway._decided

        def published_first(self, entry, copied):
            self.outbox.publish(entry, copied)
            (self.outbox.folder / copied.copy.name).unlink()
            return decided(self, entry, copied)

        monkeypatch.setattr(Doorway, "_decided", published_first)
    else:
        taken_on = Doorway._taken_on

        def cleaned_up_first(self, entry: Entry):
            for file in entry.copies.iterdir():
                file.unlink()
            for file in entry.taken.iterdir():
                kept = file.read_bytes()
                file.unlink()
                file.write_bytes(kept)
            return taken_on(self, entry)

        monkeypatch.setattr(Doorway, "_taken_on", cleaned_up_first)
    assert any(kills(tmp_path))
