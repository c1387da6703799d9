"""Only the command that was asked for is built, and nobody can tell."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from amends.cli import commands
from amends.cli.lazy_commands import FILE_OF, LazyCommands, names_of, registered
from amends.cli.main import app

FILES = sorted(
    file.stem
    for file in Path(commands.__path__[0]).glob("*.py")
    if "def register(app: typer.Typer)" in (text := file.read_text(encoding="utf-8"))
    or "def register(program: typer.Typer)" in text
)
UNKNOWN = (
    "drll",
    "hold",
    "holds",
    "holds shwo",
    "holds x",
    "journal verfy",
    "--nope",
    "evidence",
    "restor",
    "gate x",
)


@cache
def built_at_once() -> Any:
    """The program as Typer makes it when every file registers what it has, in the order of the table."""
    whole = typer.Typer(
        name="amends",
        help=app.info.help,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    whole.registered_callback = app.registered_callback
    for file in dict.fromkeys(FILE_OF.values()):
        part = registered(file)
        whole.registered_commands += part.registered_commands
        whole.registered_groups += part.registered_groups
    order = list(FILE_OF)
    whole.registered_groups.sort(key=lambda group: order.index(str(group.name)))
    whole.registered_commands.sort(
        key=lambda c: order.index(str(c.name or getattr(c.callback, "__name__", "")))
    )
    return typer.main.get_command(whole)


@cache
def built_lazily() -> Any:
    return typer.main.get_command(app)


def said(program: Any, words: list[str]) -> tuple[object, str, str]:
    """What a call ends with and says."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        program.main(words, prog_name="amends")
    return ended.value.code, out.getvalue(), err.getvalue()


def every_command(program: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, program
    for name, command in getattr(program, "commands", {}).items():
        yield from every_command(command, (*path, name))


def described(command: Any) -> tuple[object, ...]:
    """Everything that help, completion and parsing take from a command."""
    parameters = [
        (type(p), p.name, p.opts, p.secondary_opts, getattr(p, "help", ""), p.required, p.nargs, p.multiple)
        + (p.envvar, getattr(p, "show_default", None), getattr(p, "hidden", False), p.metavar)
        for p in command.params
    ]
    settings = (command.context_settings, command.rich_markup_mode, command.rich_help_panel, command.epilog)
    return type(command), command.name, command.help, command.short_help, command.hidden, settings, parameters


def test_the_table_names_exactly_the_commands_that_the_files_register():
    """A file that nobody entered, or a command entered with the wrong file, is a command that nobody can call."""
    found = {name: file for file in FILES for name in names_of(registered(file))}
    assert dict(FILE_OF) == found
    assert len(found) > 40


def test_commands_stand_before_groups_as_typer_orders_them():
    groups = {str(group.name) for file in FILES for group in registered(file).registered_groups}
    kinds = [name in groups for name in FILE_OF]
    assert kinds == sorted(kinds)


def test_every_command_is_what_it_would_be_if_everything_were_built():
    lazy, whole = (dict(every_command(program)) for program in (built_lazily(), built_at_once()))
    assert list(lazy) == list(whole)
    assert len(lazy) > 90
    for path, command in lazy.items():
        if path:
            assert described(command) == described(whole[path]), path


@pytest.mark.parametrize("path", ["", "drill", "holds", "holds show", "journal", "evidence", "evidence take"])
def test_help_is_what_it_would_be_if_everything_were_built(path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "110")
    answer = said(built_lazily(), [*path.split(), "--help"])
    assert answer == said(built_at_once(), [*path.split(), "--help"])
    assert answer[0] == 0
    assert "Usage" in answer[1]


@pytest.mark.parametrize("words", ["", *UNKNOWN])
def test_what_nobody_knows_is_answered_as_if_everything_were_built(words):
    answer = said(built_lazily(), words.split())
    assert answer == said(built_at_once(), words.split())
    assert answer[0] == 2


def test_a_slip_in_a_name_still_gets_the_right_one_suggested():
    assert "'drill'" in said(built_lazily(), ["drll"])[2]
    assert "'show'" in said(built_lazily(), ["holds", "shwo"])[2]


@pytest.mark.parametrize(
    "words", ["amends ", "amends h", "amends holds ", "amends journal v", "amends holds show --"]
)
def test_completion_offers_what_it_would_if_everything_were_built(words, monkeypatch):
    monkeypatch.setenv("_AMENDS_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", words)
    answer = said(built_lazily(), [])
    assert answer == said(built_at_once(), [])
    assert answer[1].strip()


def test_a_name_is_known_without_being_made_and_made_only_once():
    made: list[str] = []

    def make() -> str:
        made.append("one")
        return "command"

    lazy = LazyCommands({"one": make, "other": make})
    assert (list(lazy), len(lazy), "one" in lazy, "third" in lazy) == (["one", "other"], 2, True, False)
    assert lazy.get("third") is None
    assert made == []
    assert (lazy["one"], lazy["one"], lazy.get("one")) == ("command",) * 3
    assert made == ["one"]


_LOADED = """
import sys
from amends.cli.main import main
sys.argv = ["amends", *{words!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end
heavy = ("django", "http.client", "rich.progress", "ssl")
print(*sorted(name for name in sys.modules if name.startswith("amends.cli.commands.") or name in heavy))
"""


@pytest.mark.parametrize(
    ("words", "loaded"),
    [("--version", ""), ("screen {file}", "amends.cli.commands.screen")],
    ids=["the version", "a screening"],
)
def test_a_call_loads_the_command_that_it_asks_for_and_no_other(tmp_path, words, loaded):
    file = tmp_path / "clean.csv"
    file.write_text("Month,Detained\n2022-10,25000\n", encoding="utf-8")
    program = _LOADED.format(words=words.format(file=file).split())
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[-2] == loaded
