"""A file is written whole or not at all, and what is removed is overwritten first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amends.ledger.durable import locked, overwrite_and_remove, remove_drafts, write_whole
from tests.killing import killed_at


@pytest.mark.parametrize("call", ["fsync", "fdopen", "replace"])
def test_an_interrupted_writing_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch, call):
    file = tmp_path / "key"
    write_whole(file, b"old")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(file, b"new")
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"key": b"old"}


def test_killed_at_any_moment_the_file_is_the_old_one_or_the_new_one(tmp_path: Path):
    file = tmp_path / "key"
    write_whole(file, b"old")
    seen = set()
    for moment in range(1, 10):
        killed = killed_at(moment, lambda: write_whole(file, b"new"))
        seen.add(file.read_bytes())
        remove_drafts(file)
        assert [path.name for path in tmp_path.iterdir()] == ["key"]
        if not killed:
            break
        write_whole(file, b"old")
    assert seen == {b"old", b"new"}


def test_a_writing_in_place_would_leave_half_a_file(tmp_path: Path):
    """The planted fault that shows that the test above can fail."""
    file = tmp_path / "key"
    write_whole(file, b"old")

    def careless() -> None:
        with file.open("wb") as stream:
            stream.write(b"ne")
            stream.flush()
            file.replace(file)

    assert killed_at(1, careless)
    assert file.read_bytes() == b"ne"


def test_the_bytes_of_a_removed_file_are_overwritten(tmp_path: Path):
    file, second_name = tmp_path / "key", tmp_path / "other"
    write_whole(file, b"secret")
    os.link(file, second_name)
    assert overwrite_and_remove(file)
    assert not overwrite_and_remove(file)
    assert second_name.read_bytes() == bytes(6)


def test_a_lock_is_held_by_one_and_falls_with_it(tmp_path: Path):
    lock = tmp_path / ".lock"
    with locked(lock), pytest.raises(BlockingIOError), locked(lock, wait=False):
        pass
    with locked(lock, wait=False):
        assert lock.stat().st_mode & 0o077 == 0
