"""`amends hold check` and `amends gate accept-older`: exit codes, and where an identifier never stands."""

from __future__ import annotations

import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amends.cli.main import app
from amends.drill.canary import CANARY
from amends.gate.store import GateStore
from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import UsageError


@pytest.fixture
def nobody() -> str:
    """Address at which no gate listens."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_no_gate_is_a_hold_and_exit_code_one(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_GATE_KEY", "amends_live_00_x")
    done = CliRunner().invoke(app, ["hold", "check", "removal", "--url", nobody], input=f"{CANARY}1234\n")
    assert done.exit_code == 1
    assert done.output.startswith("hold (gate_unreachable)")
    assert CANARY not in done.output


def test_many_are_read_from_a_file_and_answered_line_by_line(
    nobody: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AMENDS_GATE_KEY", "amends_live_00_x")
    file = tmp_path / "asked.txt"
    file.write_text(f"{CANARY}1234\n\n{CANARY}5678\n", encoding="utf-8")
    options = ["hold", "check", "removal", "--url", nobody, "--file", str(file)]
    done = CliRunner().invoke(app, [*options, "--json"])
    assert done.exit_code == 1
    assert [line["answer"] for line in json.loads(done.stdout)] == ["hold", "hold"]
    assert "line 2: hold" in CliRunner().invoke(app, options).output


@pytest.mark.parametrize(
    ("words", "given", "code"),
    [
        (["--url", "http://127.0.0.1:1"], "", "identifier-missing"),
        (["--url", "gate.example"], "A1", "gate-address-invalid"),
        (["--key-file", "no-such-file"], "A1", "gate-key-missing"),
        (["--file", "no-such-file"], "A1", "identifiers-unreadable"),
    ],
)
def test_what_cannot_be_asked_says_why(
    words: list[str], given: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMENDS_GATE_KEY", "amends_live_00_x")
    done = CliRunner().invoke(app, ["hold", "check", "removal", *words], input=given)
    assert isinstance(done.exception, UsageError)
    assert done.exception.code == code


def test_a_gate_without_a_ledger_does_not_start(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["gate", "--home", str(tmp_path / "none")])
    assert isinstance(done.exception, UsageError)
    assert done.exception.code == "ledger-missing"
    assert not (tmp_path / "none").exists()


def test_a_gate_listens_to_this_machine_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["gate", "--home", str(tmp_path), "--host", "0.0.0.0"])
    assert isinstance(done.exception, UsageError)
    assert done.exception.code == "host-not-loopback"


def test_an_acceptance_stands_with_who_and_why_and_needs_a_gate_that_has_run(tmp_path: Path) -> None:
    home = LedgerHome(tmp_path / "home")
    home.create()
    words = [
        "gate",
        "accept-older",
        "--home",
        str(home.folder),
        "--actor",
        "operator",
        "--reason",
        "after the fire",
    ]
    early = CliRunner().invoke(app, words)
    assert isinstance(early.exception, UsageError)
    assert early.exception.code == "gate-never-ran"
    store = GateStore(home)
    assert CliRunner().invoke(app, words).exit_code == 0
    with closing(sqlite3.connect(store.file)) as reader:
        found = reader.execute("SELECT actor, reason, subject FROM acceptances").fetchall()
    assert found == [("operator", "after the fire", "older")]
    without = CliRunner().invoke(app, [*words[:-1], " "])
    assert isinstance(without.exception, UsageError)
    assert without.exception.code == "reason-missing"
