"""Words to values and errors to exit codes, without running anything."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amends.cli.main import exit_code, show_error, unexpected, with_repeated_options
from amends.cli.options import default_actor, default_home, parse_as_of, parse_instant
from amends.vocabulary.errors import FaultError, IncompleteError, RefusalError, UsageError

PATIENCE_SECONDS = 60


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("--logs a b c --url x", "--logs a --logs b --logs c --url x"),
        ("--logs a --logs b", "--logs a --logs b"),
        ("--own-network a b --logs c d", "--own-network a --own-network b --logs c --logs d"),
        ("--url a b", "--url a b"),
        ("respond --logs a", "respond --logs a"),
        ("--logs", "--logs"),
        ("--logs=a b", "--logs=a b"),
    ],
)
def test_one_option_may_be_followed_by_several_words(typed, read):
    assert with_repeated_options(typed.split()) == read.split()


@pytest.mark.parametrize(
    ("kind", "code"), [(UsageError, 2), (RefusalError, 2), (IncompleteError, 3), (FaultError, 4)]
)
def test_each_kind_of_error_has_its_exit_code(kind, code):
    assert exit_code(kind("a-code", "a message", hint="a hint")) == code


def test_an_error_that_nobody_foresaw_is_shown_by_kind_and_place_and_never_by_its_text(capsys):
    try:
        raise ValueError("Boris Petrov, A200000003")
    except ValueError as error:
        shown = unexpected(error)
    show_error(shown)
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "test_main.py" in said
    assert "Petrov" not in said
    assert "A200000003" not in said


def test_a_message_with_brackets_is_printed_as_it_is(capsys):
    show_error(UsageError("a-code", "no section [leaked] [/x]", hint="add [leaked]", where="a[1].toml"))
    said = capsys.readouterr().err
    assert "no section [leaked] [/x]" in said
    assert "add [leaked]" in said
    assert "a[1].toml" in said


def test_an_error_is_json_where_json_was_asked_for(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["amends", "respond", "--json"])
    show_error(UsageError("a-code", "a message", hint="a hint", where="there"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        '{"error": {"code": "a-code", "message": "a message", "where": "there", "hint": "a hint"}}\n'
    )


_GOES_ON = """
import time
from amends.cli import main as program
def app(**_):
    print("begun", flush=True)
    time.sleep(600)
program.app = app
program.main()
"""


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM], ids=lambda told: told.name)
@pytest.mark.parametrize(
    "inherited", ["", "trap '' INT TERM; "], ids=["as usual", "ignored by whoever started it"]
)
def test_the_program_ends_when_it_is_told_to_whatever_it_inherited(inherited, told):
    command = ["sh", "-c", f'{inherited}exec "$@"', "sh", sys.executable, "-c", _GOES_ON]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            process.send_signal(told)
            assert process.wait(PATIENCE_SECONDS) == -told
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2022-11-28T14:45Z", datetime(2022, 11, 28, 14, 45, tzinfo=UTC)),
        ("2022-11-28T09:45-05:00", datetime(2022, 11, 28, 14, 45, tzinfo=UTC)),
        ("2022-11-28 14:45:30+00:00", datetime(2022, 11, 28, 14, 45, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_any_zone_and_kept_in_utc(text, instant):
    read = parse_instant(text, option="--removed-at")
    assert (read, read.tzinfo) == (instant, UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2022-11-28T14:45", "time-without-zone"),
        ("noon", "time-invalid"),
        ("2022-13-01T00:00Z", "time-invalid"),
    ],
)
def test_an_instant_that_is_none_is_refused_by_the_name_of_its_option(text, code):
    with pytest.raises(UsageError) as refused:
        parse_instant(text, option="--removed-at")
    assert (refused.value.code, refused.value.where) == (code, "--removed-at")


def test_a_bare_day_stands_for_its_noon():
    assert parse_as_of("2022-11-19", option="--as-of") == datetime(2022, 11, 19, 12, tzinfo=UTC)
    assert parse_as_of("2022-11-19T06:00Z", option="--as-of") == datetime(2022, 11, 19, 6, tzinfo=UTC)


def test_the_ledger_lies_where_the_environment_says_or_in_the_users_data_folder(monkeypatch):
    monkeypatch.setenv("AMENDS_HOME", "/srv/amends")
    assert default_home() == Path("/srv/amends")
    monkeypatch.delenv("AMENDS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_home() == Path("/data/amends")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/data/op")
    assert default_home() == Path("/data/op/.local/share/amends")


def test_the_actor_is_the_one_who_is_named(monkeypatch):
    monkeypatch.setenv("AMENDS_ACTOR", "counsel")
    assert default_actor() == "counsel"
    monkeypatch.delenv("AMENDS_ACTOR")
    monkeypatch.setenv("LOGNAME", "op")
    assert default_actor() == "op"
