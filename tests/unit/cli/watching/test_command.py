"""The command `amends watch`: it waits for a file to be whole, says what happened once, and reads its settings anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amends.cli.main import app
from tests.unit.cli.watching.conftest import Door

LIST = b"Family name,Given name,Date of birth\nZzcanary,Ana,1990-01-02\nZzcanary,Bo,1991-01-02\n"
FIGURES = b"region,total\nnorth,12\nsouth,30\n"
ALLOWED = """
[[screen.allow]]
path = "list.csv"
kind = "list-of-persons"
owner = "Records office"
reason = "Published by order of the court."
expires = {expires}
"""


@pytest.fixture(autouse=True)
def _no_ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AMENDS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def watch(door: Door, *words: str) -> Result:
    places = [str(door.inbox), "--publish", str(door.outbox), "--quarantine", str(door.quarantine)]
    return CliRunner().invoke(app, ["watch", *places, "--json", *words])


def said(result: Result) -> list[str]:
    return [json.loads(line)["result"] for line in result.stdout.splitlines()]


def test_once_looks_twice_before_it_takes_a_file(door):
    door.put("figures.csv", FIGURES)
    result = watch(door, "--once", "--settle", "0.01")
    assert (result.exit_code, said(result)) == (0, ["published"])
    assert door.published() == {"figures.csv": FIGURES}


def test_what_stays_as_it_is_is_said_once(door, monkeypatch):
    (door.inbox / "link.csv").symlink_to(door.folder / "nowhere.csv")
    rounds = []

    def between(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 1:
            door.put("list.csv", LIST)
        if len(rounds) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("amends.cli.commands.watch.time.sleep", between)
    result = watch(door, "--settle", "0", "--every", "7")
    assert rounds == [7.0] * 4
    assert said(result) == ["refused", "held"]


def test_an_inbox_that_cannot_be_read_is_said_and_ends_nothing(door, monkeypatch):
    rounds = []

    def between(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 1:
            door.inbox.rename(door.folder / "away")
        elif len(rounds) == 2:
            (door.folder / "away").rename(door.inbox)
            door.put("figures.csv", FIGURES)
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr("amends.cli.commands.watch.time.sleep", between)
    result = watch(door, "--settle", "0")
    assert said(result) == ["failed", "published"]


def test_an_allowance_that_is_struck_out_while_the_watch_stands_lets_no_file_pass_any_more(door, monkeypatch):
    settings = door.folder / "amends.toml"
    settings.write_text(ALLOWED.format(expires="9999-12-31"), encoding="utf-8")
    door.put("list.csv", LIST)
    rounds = []

    def between(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        settings.write_text("[screen]\n", encoding="utf-8")
        door.put("list.csv", LIST + b"Zzcanary,Cy,1992-01-02\n")

    monkeypatch.setattr("amends.cli.commands.watch.time.sleep", between)
    result = watch(door, "--settle", "0")
    assert said(result) == ["published", "held"]


def test_settings_that_become_unreadable_hold_everything(door, monkeypatch):
    door.put("figures.csv", FIGURES)

    def between(seconds: float) -> None:
        if (door.folder / "amends.toml").exists():
            raise KeyboardInterrupt
        (door.folder / "amends.toml").write_text("[screen]\nmisspelt = 1\n", encoding="utf-8")
        door.put("more.csv", FIGURES)

    monkeypatch.setattr("amends.cli.commands.watch.time.sleep", between)
    result = watch(door, "--settle", "0")
    assert said(result) == ["published", "held"]
    assert list(door.published()) == ["figures.csv"]


@pytest.mark.parametrize("missing", ["inbox", "outbox"])
def test_a_folder_that_is_not_there_is_said(door, missing):
    (door.folder / missing).rmdir()
    result = watch(door, "--once")
    assert getattr(result.exception, "code", "") == "folder-missing"
