"""The key: one, whole, its owner's alone, and never replaced."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import FaultError


@pytest.fixture(autouse=True)
def _key_in_the_home(monkeypatch):
    monkeypatch.delenv("AMENDS_KEY_FILE", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> LedgerHome:
    made = LedgerHome(tmp_path / "home")
    made.create()
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_in_a_new_home_belongs_to_its_owner_alone_whatever_the_umask(tmp_path):
    home = LedgerHome(tmp_path / "home")
    before = os.umask(0o000)
    try:
        home.create()
    finally:
        os.umask(before)
    assert {path.name: oct(mode(path)) for path in home.folder.iterdir()} == {
        "ledger.key": "0o600",
        "ledger.sqlite3": "0o600",
        "artefacts": "0o700",
        "keys": "0o700",
    }
    assert mode(home.folder) == 0o700


def test_a_second_initialisation_leaves_the_key_as_it_is(home):
    before = home.key_file.read_bytes()
    assert home.create() is False
    assert home.key_file.read_bytes() == before


def test_two_homes_have_two_keys(home, tmp_path):
    other = LedgerHome(tmp_path / "other")
    other.create()
    assert home.key()[1] != other.key()[1]
    assert home.web_secret() != other.web_secret()


def test_the_key_lies_where_its_environment_variable_says(tmp_path, monkeypatch):
    elsewhere = tmp_path / "secrets"
    elsewhere.mkdir()
    monkeypatch.setenv("AMENDS_KEY_FILE", str(elsewhere / "amends.key"))
    home = LedgerHome(tmp_path / "home")
    home.create()
    assert home.exists()
    assert not (home.folder / "ledger.key").exists()
    assert mode(elsewhere / "amends.key") == 0o600


@pytest.mark.parametrize("others", [0o640, 0o604, 0o660, 0o601, 0o666])
def test_a_key_that_others_can_reach_is_refused(home, others):
    home.key_file.chmod(others)
    with pytest.raises(FaultError) as refused:
        home.key()
    assert refused.value.code == "key-exposed"
    assert f"{others:04o}" in refused.value.message


@pytest.mark.parametrize("left", ["database", "artefact"])
def test_a_ledger_without_its_key_gets_no_new_one_and_nothing_is_made(tmp_path, left):
    home = LedgerHome(tmp_path / "home")
    home.folder.mkdir()
    if left == "database":
        home.database.write_bytes(b"SQLite")
    else:
        home.artefacts.mkdir()
        (home.artefacts / "0.sealed").write_bytes(b"sealed")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(FaultError) as refused:
        home.create()
    assert refused.value.code == "key-missing"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_missing_key_is_named_with_its_place(tmp_path):
    home = LedgerHome(tmp_path)
    with pytest.raises(FaultError) as refused:
        home.key()
    assert refused.value.code == "key-missing"
    assert refused.value.where == str(home.key_file)


def _without(name: str):
    return lambda content: {key: value for key, value in content.items() if key != name}


@pytest.mark.parametrize(
    "damage",
    [
        _without("key"),
        _without("key_id"),
        _without("web_secret"),
        lambda content: {**content, "key": "not base64!"},
        lambda content: {**content, "key": base64.b64encode(b"short").decode()},
        lambda content: {**content, "key_id": "ü" * 8},
        lambda content: {**content, "key_id": "abc"},
        lambda content: [content],
    ],
)
def test_a_damaged_key_is_refused_as_damaged(home, damage):
    content = json.loads(home.key_file.read_text())
    home.key_file.write_text(json.dumps(damage(content)))
    with pytest.raises(FaultError) as refused:
        home.key()
    assert refused.value.code == "key-damaged"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x80", b"{", b"null"])
def test_a_key_file_that_holds_something_else_is_refused_as_damaged(home, content):
    home.key_file.write_bytes(content)
    with pytest.raises(FaultError) as refused:
        home.key()
    assert refused.value.code == "key-damaged"


def test_no_message_about_a_key_quotes_it(home):
    content = json.loads(home.key_file.read_text())
    home.key_file.write_text(json.dumps({**content, "key": content["key"][:-4]}))
    with pytest.raises(FaultError) as refused:
        home.key()
    assert content["key"][:-4] not in f"{refused.value} {refused.value.hint} {refused.value.__cause__}"


def _initialise(folder: str, start, answers) -> None:
    home = LedgerHome(Path(folder))
    start.wait()
    made = home.create()
    answers.put((made, home.key()))


@pytest.mark.parametrize("_round", range(3))
def test_of_several_that_initialise_at_once_one_makes_the_key_and_all_use_it(tmp_path, _round):
    processes = multiprocessing.get_context("fork")
    start, answers = processes.Barrier(6), processes.Queue()
    racers = [
        processes.Process(target=_initialise, args=(str(tmp_path / "home"), start, answers)) for _ in range(6)
    ]
    for racer in racers:
        racer.start()
    found = [answers.get(timeout=20) for _ in racers]
    for racer in racers:
        racer.join(timeout=20)
    assert [racer.exitcode for racer in racers] == [0] * 6
    assert sum(made for made, _ in found) == 1
    assert len({key for _, key in found}) == 1
    assert not list((tmp_path / "home").glob(".ledger-key-*"))
