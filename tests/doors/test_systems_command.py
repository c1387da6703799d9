"""`amends systems`: who must ask, and with which keys; with the real program."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.small_incident import Program, ledger_dump

REASON = ("--reason", "the office has asked for it")
ABOUT = (
    "--title",
    "Removal scheduling",
    "--contact",
    "Office 5",
    "--action",
    "removal",
    "--action",
    "transfer",
    "--not-barred",
)


@pytest.fixture
def begun(program: Program) -> Program:
    assert program.run("init").code == 0
    return program


def run(program: Program, *words: object) -> dict[str, Any]:
    """Run a command that succeeds, and return what it says as JSON."""
    finished = program.run("systems", *words, "--json")
    assert finished.code == 0, finished.err
    answer: dict[str, Any] = json.loads(finished.out)
    return answer


def refused(program: Program, code: str, *words: object) -> str:
    before = ledger_dump(program.home)
    finished = program.run("systems", *words)
    assert (finished.code, finished.out) == (2, ""), finished.said
    assert code in finished.err
    assert ledger_dump(program.home) == before
    return finished.said


def test_a_system_is_registered_once_and_its_secret_is_shown_once(begun: Program):
    first = run(begun, "register", "removals", *ABOUT, *REASON)
    assert first["list_secret"].startswith("amendslist_") and first["webhook_secret"].startswith("whsec_")
    again = run(begun, "register", "removals", *ABOUT, *REASON)
    assert again == {"system": "removals", "mode": "pull", "already": True}
    plain = begun.run("systems", "register", "removals", *ABOUT, *REASON)
    assert plain.out == "stands already: removals\n"
    assert first["list_secret"] not in str(ledger_dump(begun.home))


def test_a_key_is_shown_once_and_the_list_shows_only_its_id(begun: Program):
    run(begun, "register", "removals", *ABOUT, *REASON)
    key = run(begun, "issue-key", "removals", "--action", "removal", "--rate", 9, *REASON)
    secret = key["key"].split("_", 3)[3]
    listed = begun.run("systems", "list", "--json")
    (system,) = json.loads(listed.out)
    assert [(k["key_id"], k["kind"], k["state"], k["actions"]) for k in system["keys"]] == [
        (key["key_id"], "live", "valid", ["removal"])
    ]
    shown = begun.run("systems", "list")
    digest = hashlib.sha256(secret.encode()).hexdigest()
    assert "removals" in shown.out and key["key_id"] in shown.out
    assert not [text for text in (secret, digest) if text in listed.out + shown.out]
    with closing(sqlite3.connect(begun.home / "ledger.sqlite3")) as ledger:
        assert ledger.execute("SELECT secret_sha256 FROM ledger_apikey").fetchall() == [(digest,)]
        written = "\n".join(ledger.iterdump())
    assert secret not in written


def test_a_key_is_rotated_and_revoked(begun: Program):
    run(begun, "register", "removals", *ABOUT, *REASON)
    old = run(begun, "issue-key", "removals", *REASON)["key_id"]
    rotated = run(begun, "rotate-key", old, "--overlap", 30, *REASON)
    assert rotated["replaces"] == old
    assert run(begun, "revoke-key", rotated["key_id"], *REASON)["already"] is False
    assert run(begun, "revoke-key", rotated["key_id"], *REASON)["already"] is True
    (system,) = json.loads(begun.run("systems", "list", "--json").out)
    assert {key["key_id"]: key["state"] for key in system["keys"]} == {
        old: "replaced",
        rotated["key_id"]: "revoked",
    }
    assert "api-key-rotated" in refused(begun, "api-key-rotated", "rotate-key", old, *REASON)


def test_a_whole_key_on_the_command_line_is_refused_and_not_repeated(begun: Program):
    run(begun, "register", "removals", *ABOUT, *REASON)
    key = run(begun, "issue-key", "removals", *REASON)["key"]
    for command in ("revoke-key", "rotate-key"):
        assert key not in refused(begun, "api-key-shown", command, key, *REASON)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("system-name-invalid", ("register", "Removals!", *ABOUT, *REASON)),
        (
            "webhook-address-invalid",
            ("register", "x", *ABOUT, *REASON, "--webhook-url", "http://far.example/"),
        ),
        ("reason-missing", ("register", "x", *ABOUT, "--reason", " ")),
        ("system-unknown", ("issue-key", "nobody", *REASON)),
        ("system-unknown", ("retire", "nobody", *REASON)),
        ("api-key-unknown", ("revoke-key", "000000000000", *REASON)),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    begun: Program, code: str, words: tuple[object, ...]
):
    refused(begun, code, *words)


def test_a_retired_system_is_shown_as_retired_with_its_keys_revoked(begun: Program):
    run(begun, "register", "removals", *ABOUT, *REASON)
    run(begun, "issue-key", "removals", *REASON)
    assert run(begun, "retire", "removals", *REASON) == {
        "name": "removals",
        "keys_revoked": 1,
        "already": False,
    }
    assert "retired already" in begun.run("systems", "retire", "removals", *REASON).out
    (system,) = json.loads(begun.run("systems", "list", "--json").out)
    assert system["retired_at"] and [key["state"] for key in system["keys"]] == ["revoked"]
    refused(begun, "system-retired", "issue-key", "removals", *REASON)


def test_a_new_list_secret_is_shown_once(begun: Program):
    first = run(begun, "register", "removals", *ABOUT, *REASON)
    second = run(begun, "new-list-secret", "removals", *REASON)
    assert second["list_secret"] != first["list_secret"]
    assert "never stopped" in begun.run("systems", "resume", "removals", *REASON).out
