"""The watched folder: only what is clear, or released by two people, is published; nothing is lost."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from amends.cli.watching.intake import Intake
from amends.scan.judging import Judged, failing_closed
from amends.vocabulary.errors import FaultError
from tests.unit.cli.watching.conftest import CLEAR, LIST, by_the_mark


def test_a_clear_file_is_published_and_leaves_the_inbox(door):
    door.put("figures.csv", CLEAR)
    assert door.results() == ["published"]
    assert door.published() == {"figures.csv": CLEAR}
    assert list(door.inbox.iterdir()) == []
    assert door.under_way() == []


def test_a_list_of_people_is_held_with_a_reason_that_names_nobody(door):
    door.put("zzcanary.csv", LIST)
    assert door.results() == ["held"]
    assert door.published() == {}
    assert door.held() == {"zzcanary.csv": LIST}
    (reason,) = door.quarantine.glob("*/amends-reason.json")
    said = reason.read_text(encoding="utf-8")
    assert "zzcanary" not in said.casefold()
    assert json.loads(said)["sha256"] == hashlib.sha256(LIST).hexdigest() == reason.parent.name
    assert json.loads(said)["reasons"] == ["It lists at least 1 people.", "list of persons: 1 place."]


def test_an_outcome_names_the_hash_and_never_the_file(door):
    door.put("zzcanary.csv", LIST)
    assert "zzcanary" not in repr(door.round()).casefold()


def test_a_released_file_is_published_and_another_with_one_more_byte_is_not(door):
    door.put("list.csv", LIST)
    door.put("more.csv", LIST + b"\n")
    door.released.files.add(hashlib.sha256(LIST).hexdigest())
    assert sorted(door.results()) == ["held", "released"]
    assert door.published() == {"list.csv": LIST}


def test_what_lies_in_quarantine_is_published_once_it_is_released(door):
    door.put("list.csv", LIST)
    door.round()
    assert door.results() == []
    door.released.files.add(hashlib.sha256(LIST).hexdigest())
    assert door.results() == ["released"]
    assert door.published() == {"list.csv": LIST}
    assert door.held() == {}
    assert door.under_way() == []


def test_a_file_in_quarantine_that_was_exchanged_is_not_published_on_the_others_release(door):
    door.put("list.csv", LIST)
    door.round()
    (held,) = door.quarantine.glob("*/list.csv")
    held.write_bytes(LIST + b"Zzcanary,1991-01-01\n")
    door.released.files.add(hashlib.sha256(LIST).hexdigest())
    assert door.results() == ["held"]
    assert door.published() == {}


def test_a_writer_who_still_has_the_file_open_cannot_change_what_is_published(make_door):
    writers: list[BinaryIO] = []

    def judging_while_somebody_writes(path: Path) -> Judged:
        for writer in writers:
            writer.write(LIST)
            writer.flush()
        return by_the_mark(path)

    door = make_door(judge=judging_while_somebody_writes)
    writers.append(door.put("figures.csv", CLEAR).open("ab"))
    # As if the file system could not tell that it is open: the file is taken all the same.
    entry = door.doorway().intake.take(door.inbox / "figures.csv")
    assert door.results() == ["waiting"]
    assert door.published() == {"figures.csv": CLEAR}
    assert entry.folder.exists(), "what was written later is not lost"
    writers.pop().close()
    assert door.results() == ["held"]
    assert door.held() == {"figures.csv": CLEAR + LIST}
    assert door.published() == {"figures.csv": CLEAR}


def test_a_file_that_is_open_for_writing_waits(door):
    with door.put("figures.csv", CLEAR).open("ab"):
        assert door.results() == ["waiting"]
    assert door.results() == ["published"]


def test_a_file_that_grows_waits_until_it_has_been_left_alone(make_door):
    door = make_door(settle=5.0)
    file = door.put("figures.csv", CLEAR[:3])
    assert door.results() == ["waiting"]
    door.time = 4.0
    file.write_bytes(CLEAR)
    assert door.results() == ["waiting"]
    door.time = 8.9
    assert door.results() == ["waiting"]
    door.time = 9.0
    assert door.results() == ["published"]


@pytest.mark.parametrize("name", [".figures.csv", "figures.csv.part", "figures.csv.filepart"])
def test_a_name_that_says_unfinished_waits(door, name):
    door.put(name, CLEAR)
    assert door.results() == ["waiting"]
    assert door.published() == {}


def test_links_pipes_sockets_and_folders_stay_where_they_are(door):
    (door.folder / "secret.csv").write_bytes(CLEAR)
    (door.inbox / "symbolic.csv").symlink_to(door.folder / "secret.csv")
    (door.inbox / "hard.csv").hardlink_to(door.folder / "secret.csv")
    os.mkfifo(door.inbox / "pipe.csv")
    (door.inbox / "folder").mkdir()
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(door.inbox / "socket"))
        assert door.results() == ["refused"] * 5
    assert door.published() == {}
    assert len(list(door.inbox.iterdir())) == 5


def test_a_link_put_in_place_of_a_file_while_it_is_taken_is_not_followed(door, monkeypatch):
    file = door.put("figures.csv", CLEAR)
    (door.folder / "secret.csv").write_bytes(b"secret\n")
    take = Intake.take

    def exchanged(intake, path):
        file.unlink()
        file.symlink_to(door.folder / "secret.csv")
        return take(intake, path)

    monkeypatch.setattr(Intake, "take", exchanged)
    assert door.results() == ["refused"]
    assert door.published() == {}


@pytest.mark.parametrize(
    "name", ["a\tb.csv", "a\u202egnp.csv", "-rf.csv", "a\u200bb.csv", "x" * 230 + ".csv", " a.csv"]
)
def test_a_name_that_could_mislead_is_held_under_another(door, name):
    door.put(name, CLEAR)
    assert door.results() == ["held"]
    assert door.published() == {}
    assert door.held() == {"unnamed.csv": CLEAR}


def test_a_name_that_is_no_text_is_held_under_another(door):
    Path(os.fsdecode(os.fsencode(door.inbox) + b"/\xff.csv")).write_bytes(CLEAR)
    assert door.results() == ["held"]
    assert door.held() == {"unnamed.csv": CLEAR}


def test_a_file_named_like_the_reason_does_not_replace_it(door):
    door.put("Amends-Reason.json", LIST)
    assert door.results() == ["held"]
    assert door.held() == {"unnamed.json": LIST}


def test_what_was_published_is_never_overwritten(door):
    for content in (b"1\n", b"2\n", b"3\n"):
        door.put("figures.csv", content)
        assert door.results() == ["published"]
    assert door.published() == {"figures.csv": b"1\n", "figures-2.csv": b"2\n", "figures-3.csv": b"3\n"}


def test_the_same_file_again_is_published_once(door):
    for _ in range(2):
        door.put("figures.csv", CLEAR)
        assert door.results() == ["published"]
    assert door.published() == {"figures.csv": CLEAR}


def test_a_link_in_the_outbox_is_not_written_through(door):
    (door.folder / "elsewhere.csv").write_bytes(b"old\n")
    (door.outbox / "figures.csv").symlink_to(door.folder / "elsewhere.csv")
    door.put("figures.csv", CLEAR)
    assert door.results() == ["published"]
    assert (door.folder / "elsewhere.csv").read_bytes() == b"old\n"
    assert (door.outbox / "figures-2.csv").read_bytes() == CLEAR


def test_one_content_under_two_names_is_held_twice(door):
    door.put("a.csv", LIST)
    door.put("b.csv", LIST)
    assert door.results() == ["held", "held"]
    assert door.held() == {"a.csv": LIST, "b.csv": LIST}


def test_a_screening_that_breaks_holds_the_file(make_door):
    def broken(path: Path) -> Judged:
        raise RuntimeError("Zzcanary")

    door = make_door(judge=failing_closed(broken))
    door.put("figures.csv", CLEAR)
    (outcome,) = door.round()
    assert (outcome.result, outcome.verdict) == ("held", "incomplete")
    assert "Zzcanary" not in outcome.why


def test_a_ledger_that_is_away_publishes_nothing_and_loses_nothing(door, monkeypatch):
    def away(_):
        raise FaultError("ledger-unavailable", "the ledger is away", hint="wait")

    door.put("list.csv", LIST)
    monkeypatch.setattr(door.released, "holds", away)
    assert door.results() == ["failed"]
    assert door.published() == {}
    monkeypatch.undo()
    assert door.results() == ["held"]
    assert door.held() == {"list.csv": LIST}


def test_bytes_that_change_after_the_screening_are_not_published(make_door):
    def judging_and_changing(path: Path) -> Judged:
        judged = by_the_mark(path)
        path.write_bytes(LIST)
        return judged

    door = make_door(judge=judging_and_changing)
    door.put("figures.csv", CLEAR)
    (outcome,) = door.round()
    assert outcome.result == "failed"
    assert door.published() == {}


def test_a_full_disk_leaves_the_file_for_the_next_round(door, monkeypatch):
    door.put("figures.csv", CLEAR)
    with monkeypatch.context() as full:
        full.setattr("os.fsync", _no_space)
        assert door.results() == ["failed"]
    assert door.published() == {}
    assert door.results()[-1] == "published"
    assert door.published() == {"figures.csv": CLEAR}


def test_published_files_may_be_read_by_others_and_held_ones_by_nobody_else(door):
    door.put("figures.csv", CLEAR)
    door.put("list.csv", LIST)
    door.round()
    (held,) = door.quarantine.glob("*/list.csv")
    modes = [path.stat().st_mode & 0o777 for path in (door.outbox / "figures.csv", held, held.parent)]
    assert modes == [0o644, 0o600, 0o700]


def test_from_another_file_system_a_file_is_copied_flushed_and_then_removed(door, monkeypatch):
    moved = Path.replace

    def across(self: Path, target: Path) -> Path:
        if self.parent == door.inbox:
            raise OSError(18, "Invalid cross-device link")
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", across)
    door.put("figures.csv", CLEAR)
    door.put("list.csv", LIST)
    assert door.results() == ["published", "held"]
    assert list(door.inbox.iterdir()) == []
    assert (door.published(), door.held()) == ({"figures.csv": CLEAR}, {"list.csv": LIST})
    assert door.under_way() == []


def test_a_file_system_without_links_publishes_too(door, monkeypatch):
    def no_links(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    for content in (b"1\n", b"2\n"):
        door.put("figures.csv", content)
        assert door.results() == ["published"]
    assert door.published() == {"figures.csv": b"1\n", "figures-2.csv": b"2\n"}


def test_the_worst_file_of_a_round_is_the_exit_code(door):
    from amends.cli.commands.watch import exit_of

    door.put("figures.csv", CLEAR)
    door.put("list.csv", LIST)
    published, held = sorted(door.round(), key=lambda outcome: outcome.verdict)
    assert (exit_of(published), exit_of(held)) == (0, 1)
    assert exit_of(replace(held, verdict="incomplete")) == 3


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")
