"""`amends holds`: one group, whose commands stand in five files."""

from __future__ import annotations

import typer

from amends.cli.commands import hold_answers, hold_life, hold_lists, hold_releases, officers


def register(app: typer.Typer) -> None:
    """Add the group to the program."""
    holds = typer.Typer(help="Protective holds.", no_args_is_help=True)
    for part in (hold_life, hold_releases, officers, hold_answers, hold_lists):
        part.register_holds(holds)
    app.add_typer(holds, name="holds")
