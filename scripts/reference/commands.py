"""The commands of `amends`, from the program itself."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer

from scripts.reference.markdown import code, prose, sources, table

TITLE = "Commands"
_EXIT_CODES = (
    ("0", "done; a screened file is clear"),
    ("1", "findings: a screened file holds personal data, or a check of the journal found a break"),
    ("2", "what was given or asked for is wrong or refused; nothing was changed"),
    ("3", "incomplete: something could not be opened or read, so no answer may be given"),
    ("4", "a fault of Amends or of what it stands on: a full disk, a missing key, a damaged ledger"),
)


def page() -> str:
    """Return the page."""
    from amends.cli.main import app

    program = typer.main.get_command(app)
    parts = [prose(program.help), "", *_sections(program, "amends"), "## Exit codes", ""]
    parts += [table(("code", "meaning"), _EXIT_CODES), "## Environment", ""]
    parts += ["Read where no option says otherwise:", ""]
    parts += [f"- `{name}`" for name in sorted(_environment())]
    return "\n".join(parts) + "\n"


def _sections(command: Any, name: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is not None:
        for child_name, child in inner.items():
            yield from _sections(child, f"{name} {child_name}")
        # A group that does something by itself is a command too.
        if not command.invoke_without_command:
            return
    yield f"## `{name}`\n"
    yield inspect.cleandoc(prose(command.help)) + "\n"
    shown = [p for p in command.params if not getattr(p, "hidden", False) and p.name != "help"]
    yield table(("argument or option", "meaning", "default"), [_parameter(p) for p in shown])


def _parameter(parameter: Any) -> tuple[str, str, str]:
    argument = parameter.param_type_name == "argument"
    names = [parameter.name.upper()] if argument else [*parameter.opts, *parameter.secondary_opts]
    meaning = getattr(parameter, "help", "") or ""
    return ", ".join(map(code, names)), meaning, _default(parameter)


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    shown = getattr(parameter, "show_default", None)
    if isinstance(shown, str):
        return shown
    value = parameter.default() if callable(parameter.default) else parameter.default
    if value is None or value in ("", ()):
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else code(str(value))


def _environment() -> set[str]:
    """Return every variable that the package reads, wherever its name stands as a text of its own."""
    return {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"AMENDS_[A-Z_]+", node.value)
    }
