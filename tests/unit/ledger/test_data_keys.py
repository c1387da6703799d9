"""Data keys: one current in each scope, wrapped to its place, destroyed for good."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from amends.ledger.data_keys import DataKeys
from amends.ledger.home import LedgerHome
from amends.ledger.keyring import KeyState, Purpose
from amends.ledger.scope_keys import SHARED, DataKind, Scope, scope_keys_of
from amends.vocabulary.errors import FaultError, RefusalError

ONE = Scope("2031-03-03-aa", DataKind.PERSON_DETAILS)
OTHER = Scope("2031-03-03-aa", DataKind.IDENTIFIERS)


@pytest.fixture
def home(tmp_path: Path) -> LedgerHome:
    made = LedgerHome(tmp_path / "home")
    made.create()
    return made


def file_of(home: LedgerHome, scope: Scope) -> Path:
    return home.data_keys / f"{scope}.json"


def test_a_scope_gets_one_key_the_first_time_and_keeps_it(home):
    first, _ = DataKeys(home).sealing(ONE)
    again, _ = DataKeys(home).sealing(ONE)
    other, _ = DataKeys(home).sealing(OTHER)
    assert first == again != other


def test_the_files_are_their_owners_alone_and_hold_no_plain_key(home):
    keys = DataKeys(home)
    keys.sealing(ONE)
    found = keys.of(ONE)
    assert found is not None
    plain = found.unwrapped(found.keys[0], home.ring())
    content = file_of(home, ONE).read_bytes()
    assert plain not in content
    assert plain.hex().encode() not in content
    assert file_of(home, ONE).stat().st_mode & 0o077 == 0
    assert scope_keys_of(content) == found


def test_a_data_key_does_not_open_in_the_place_of_another_scopes(home):
    keys = DataKeys(home)
    identity, _ = keys.sealing(ONE)
    moved = json.loads(file_of(home, ONE).read_bytes())
    moved["scope"] = str(OTHER)
    file_of(home, ONE).unlink()
    file_of(home, OTHER).write_text(json.dumps(moved))
    with pytest.raises(FaultError) as refused:
        DataKeys(home).opening(identity)
    assert refused.value.code == "data-key-damaged"


def test_a_key_that_nobody_knows_is_none_and_one_that_was_destroyed_says_so(home):
    keys = DataKeys(home)
    identity, _ = keys.sealing(ONE)
    assert keys.opening(b"12345678") is None
    keys.destroy(ONE, close=True)
    for knower in (keys, DataKeys(home)):
        with pytest.raises(FaultError) as refused:
            knower.opening(identity)
        assert refused.value.code == "erased"
        with pytest.raises(RefusalError) as closed:
            knower.sealing(ONE)
        assert closed.value.code == "scope-erased"


def test_no_byte_of_a_destroyed_key_stays_in_the_folder(home):
    keys = DataKeys(home)
    keys.sealing(ONE)
    before = json.loads(file_of(home, ONE).read_bytes())["keys"][0]["wrapped"].encode()
    keys.destroy(ONE, close=True)
    left = [file for file in home.data_keys.iterdir() if before in file.read_bytes()]
    assert left == []


def test_a_renewed_scope_seals_with_the_new_key_and_opens_with_both_until_the_old_is_destroyed(home):
    keys = DataKeys(home)
    old, _ = keys.sealing(ONE)
    keys.begin_renewal(ONE)
    assert keys.begin_renewal(ONE) == keys.of(ONE)
    assert keys.sealing(ONE)[0] == old
    keys.promote(ONE)
    new, _ = keys.sealing(ONE)
    assert new != old
    assert keys.opening(old) is not None
    keys.destroy(ONE, frozenset({old.hex()}), close=False)
    assert keys.sealing(ONE)[0] == new
    with pytest.raises(FaultError):
        keys.opening(old)


def test_rewrapping_changes_the_wrapping_and_not_the_key(home):
    keys = DataKeys(home)
    keys.sealing(ONE)
    keys.sealing(SHARED)
    before = {k.scope: k.unwrapped(k.keys[0], home.ring()) for k in keys.all()}
    home.change_ring(
        lambda ring: ring.with_incoming(Purpose.KEY_ENCRYPTION).with_promoted(Purpose.KEY_ENCRYPTION)
    )
    assert keys.rewrap() == 2
    assert keys.rewrap() == 0
    ring = home.change_ring(lambda ring: ring.without_former(Purpose.KEY_ENCRYPTION))
    assert {k.scope: k.unwrapped(k.keys[0], ring) for k in DataKeys(home).all()} == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b'{"format": 2}', b'{"format": 1, "scope": "x"}']
)
def test_a_file_that_holds_something_else_is_refused_as_damaged(home, content):
    DataKeys(home).sealing(ONE)
    file_of(home, ONE).write_bytes(content)
    with pytest.raises(FaultError) as refused:
        DataKeys(home).sealing(ONE)
    assert refused.value.code == "data-key-damaged"
    assert file_of(home, ONE).read_bytes() == content


@pytest.mark.parametrize("name", ["", "../key", "a/b", "a.b", "-", "x" * 81])
def test_a_scope_is_never_a_path(name):
    with pytest.raises(ValueError, match="reference"):
        Scope(name, DataKind.IDENTIFIERS)


def _first_seal(folder: str, start, answers) -> None:
    keys = DataKeys(LedgerHome(Path(folder)))
    start.wait()
    answers.put(keys.sealing(ONE)[0])


def test_of_several_that_seal_first_at_once_one_makes_the_key_and_all_use_it(home):
    processes = multiprocessing.get_context("fork")
    start, answers = processes.Barrier(4), processes.Queue()
    racers = [
        processes.Process(target=_first_seal, args=(str(home.folder), start, answers)) for _ in range(4)
    ]
    for racer in racers:
        racer.start()
    found = {answers.get(timeout=30) for _ in racers}
    for racer in racers:
        racer.join(timeout=30)
    assert len(found) == 1
    keys = DataKeys(home).of(ONE)
    assert keys is not None
    assert [key.state for key in keys.keys] == [KeyState.CURRENT]
