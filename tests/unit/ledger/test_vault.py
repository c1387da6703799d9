"""An artefact is in the vault whole and unchanged, or it is not there."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from pathlib import Path

import pytest

from amends.ledger import vault
from amends.ledger.home import LedgerHome
from amends.ledger.vault import preserve, recover
from amends.vocabulary.errors import FaultError

CONTENT = b"leaked list " * 40_000


@pytest.fixture
def home(tmp_path) -> LedgerHome:
    made = LedgerHome(tmp_path / "home")
    made.create()
    return made


def test_what_was_preserved_comes_back_byte_for_byte(home):
    kept = preserve(CONTENT, home=home)
    assert recover(kept.sha256, home=home) == CONTENT
    assert kept.size == len(CONTENT)


def test_the_vault_holds_no_plain_byte_and_is_its_owners_alone(home):
    kept = preserve(CONTENT, home=home)
    (file,) = home.artefacts.iterdir()
    assert file.name == f"{kept.sha256}.sealed"
    assert b"leaked list" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_preserving_twice_changes_nothing(home):
    preserve(CONTENT, home=home)
    (file,) = home.artefacts.iterdir()
    before = file.read_bytes()
    assert preserve(CONTENT, home=home) == preserve(CONTENT, home=home)
    assert [item.read_bytes() for item in home.artefacts.iterdir()] == [before]


def test_a_changed_artefact_is_noticed_when_it_is_recovered(home):
    kept = preserve(CONTENT, home=home)
    (file,) = home.artefacts.iterdir()
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 2] ^= 1
    file.write_bytes(changed)
    with pytest.raises(FaultError) as refused:
        recover(kept.sha256, home=home)
    assert refused.value.code == "seal-broken"


def test_one_artefact_in_the_place_of_another_is_noticed(home):
    first, second = preserve(b"first", home=home), preserve(b"second", home=home)
    (home.artefacts / f"{first.sha256}.sealed").replace(home.artefacts / f"{second.sha256}.sealed")
    with pytest.raises(FaultError) as refused:
        recover(second.sha256, home=home)
    assert refused.value.code == "seal-broken"


def test_a_missing_artefact_is_said_to_be_missing(home):
    with pytest.raises(FaultError) as refused:
        recover("0" * 64, home=home)
    assert refused.value.code == "artefact-missing"


def _preserve_with_little_room(folder: str, answer) -> None:
    """As on a full disk, the system refuses to write beyond a limit, in the middle of the file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        preserve(CONTENT, home=LedgerHome(Path(folder)))
    except FaultError as error:
        answer.put((error.code, error.message))
    else:
        answer.put(("preserved", ""))


def _on_a_full_disk(home: LedgerHome) -> tuple[str, str]:
    processes = multiprocessing.get_context("fork")
    answer = processes.Queue()
    child = processes.Process(target=_preserve_with_little_room, args=(str(home.folder), answer))
    child.start()
    said: tuple[str, str] = answer.get(timeout=20)
    child.join(timeout=20)
    return said


def test_a_full_disk_leaves_nothing_behind_and_says_so(home):
    code, message = _on_a_full_disk(home)
    assert code == "vault-unwritable"
    assert "could not be preserved" in message
    assert list(home.artefacts.iterdir()) == []


def test_after_room_was_made_the_same_file_is_preserved(home):
    _on_a_full_disk(home)
    kept = preserve(CONTENT, home=home)
    assert recover(kept.sha256, home=home) == CONTENT


def test_a_writer_without_care_would_leave_half_a_file_on_a_full_disk(home, monkeypatch):
    """The planted fault that shows that the two tests above can fail."""

    def careless(target: Path, content: bytes) -> None:
        try:
            target.write_bytes(content)
        except OSError as error:
            raise FaultError("vault-unwritable", "could not be preserved", hint="none") from error

    monkeypatch.setattr(vault, "_write_whole", careless)
    assert _on_a_full_disk(home)[0] == "vault-unwritable"
    assert [file.stat().st_size for file in home.artefacts.iterdir()] == [100_000]


@pytest.mark.parametrize("call", ["fsync", "fdopen"])
def test_an_interrupted_writing_leaves_nothing_behind(home, monkeypatch, call):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        preserve(CONTENT, home=home)
    monkeypatch.undo()
    assert list(home.artefacts.iterdir()) == []


def test_a_vault_that_is_not_there_is_a_fault_with_a_hint(home):
    home.artefacts.rmdir()
    with pytest.raises(FaultError) as refused:
        preserve(CONTENT, home=home)
    assert refused.value.code == "vault-unwritable"
    assert refused.value.hint


def _preserve_at_once(folder: str, start, answer) -> None:
    start.wait()
    answer.put(preserve(CONTENT, home=LedgerHome(Path(folder))).sha256)


def test_the_same_file_preserved_by_several_at_once_opens_afterwards(home):
    processes = multiprocessing.get_context("fork")
    start, answer = processes.Barrier(4), processes.Queue()
    writers = [
        processes.Process(target=_preserve_at_once, args=(str(home.folder), start, answer)) for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    digests = {answer.get(timeout=20) for _ in writers}
    for writer in writers:
        writer.join(timeout=20)
    assert len(digests) == 1
    assert recover(digests.pop(), home=home) == CONTENT
    assert len(list(home.artefacts.iterdir())) == 1
