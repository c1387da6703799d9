"""Which file makes which command, so that a call of the program imports and builds the one that it was asked for.

Building ninety commands takes longer than most of them take to run. Everything that needs them all, such as
help and completion, still gets them all, each built when it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import partial
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command_name, get_group
from typer.models import CommandInfo, TyperInfo

from amends.vocabulary.plugins import load_module

FILE_OF: Final[Mapping[str, str]] = {
    "init": "initialise",
    "respond": "respond",
    "drill": "drill",
    "rehearse": "rehearse",
    "screen": "screen",
    "parts": "parts",
    "clean": "clean",
    "watch": "watch",
    "relay": "relay",
    "sweep": "sweep",
    "incidents": "incidents",
    "close": "incidents",
    "coverage": "plans",
    "plan": "plans",
    "status": "plans",
    "explain": "plans",
    "remedies": "remedies",
    "advance": "remedies",
    "reviews": "reviews",
    "breaches": "actions",
    "breach": "actions",
    "harmed": "actions",
    "supplement": "supplement",
    "harm": "harm",
    "not-notify": "harm",
    "recipient-policy": "harm",
    "duties": "duties",
    "correct": "duties",
    "clocks": "clocks",
    "untold": "clocks",
    "figures": "figures",
    "alarms": "hold_lists",
    "serve": "serve",
    "operator": "serve",
    "backup": "backup",
    "restore": "backup",
    "review": "reviews",
    "returns": "returns",
    "actions": "actions",
    "duty": "duties",
    "known": "known",
    "release": "release",
    "evidence": "evidence",
    "hold": "hold",
    "gate": "gate",
    "systems": "systems",
    "keys": "keys",
    "retention": "retention",
    "journal": "journal",
    "holds": "holds",
}
"""Command or group of commands → its file in `amends.cli.commands`, in the order in which help shows them."""


class LazyCommands(Mapping[str, Any]):
    """Name → command, each made when it is first looked at. Names are known without making anything."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        self._makers = makers
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __contains__(self, name: object) -> bool:
        return name in self._makers


class ProgramGroup(TyperGroup):
    """The program itself: every command of `FILE_OF`."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        makers = {name: partial(_imported, name, file) for name, file in FILE_OF.items()}
        self.commands = LazyCommands(makers)  # type: ignore[assignment]

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names alone."""
        return list(self.commands)


def registered(file: str) -> typer.Typer:
    """Return the commands and groups that a file of `amends.cli.commands` adds to the program, none of them built."""
    # As the program has it; what is built here is shown by the program's help.
    part = typer.Typer(rich_markup_mode="rich")
    load_module("amends.cli.commands", file).register(part)
    return part


def names_of(part: typer.Typer) -> list[str]:
    """Return the names of registered commands, then those of groups."""
    return [*_command_makers(part), *(str(group.name) for group in part.registered_groups)]


def _imported(name: str, file: str) -> Any:
    part = registered(file)
    for group in part.registered_groups:
        if group.name == name:
            return _built_group(group)
    return _command_makers(part)[name]()


def _built_group(group: TyperInfo) -> Any:
    assert group.typer_instance is not None, "a group has commands"
    # Typer builds what is registered, and all of it: so a copy without commands is built, and given lazy ones.
    bare = copy(group)
    bare.typer_instance = copy(group.typer_instance)
    bare.typer_instance.registered_commands = []
    part = typer.Typer(rich_markup_mode="rich")
    part.registered_groups = [bare]
    built: Any = get_group(part).commands[str(group.name)]
    built.commands = LazyCommands(_command_makers(group.typer_instance))
    return built


def _command_makers(part: typer.Typer) -> dict[str, Callable[[], Any]]:
    return {_name(command): partial(_built, command) for command in part.registered_commands}


def _name(command: CommandInfo) -> str:
    return command.name or get_command_name(getattr(command.callback, "__name__", ""))


def _built(command: CommandInfo) -> Any:
    alone = typer.Typer(rich_markup_mode="rich")
    alone.registered_commands = [command]
    return get_group(alone).commands[_name(command)]
