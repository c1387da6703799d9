"""`amends screen`: may this file be published?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from amends.cli.options import JsonOption
from amends.vocabulary.outcomes import ScreeningVerdict

if TYPE_CHECKING:
    from amends.scan.screening import Screening

_EXIT = {ScreeningVerdict.CLEAR: 0, ScreeningVerdict.FINDINGS: 1, ScreeningVerdict.INCOMPLETE: 3}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("screen")(screen_files)


def screen_files(
    files: Annotated[list[Path], typer.Argument(help="Files about to be published.")],
    as_json: JsonOption = False,
) -> None:
    """Say what personal data the files hold, hidden rows and sheets included. What cannot be opened is not clean."""
    from amends.scan.screening import screen

    worst = 0
    for file in files:
        screening = screen(file)
        worst = max(worst, _EXIT[screening.verdict])
        if as_json:
            typer.echo(json.dumps({"file": file.name, **asdict(screening)}, default=str))
        else:
            _show(file, screening)
    raise typer.Exit(worst)


def _show(file: Path, screening: Screening) -> None:
    console = Console(highlight=False)
    console.print(f"{escape(file.name)}: [bold]{screening.verdict}[/]")
    if screening.findings:
        table = Table("where", "what", "people", "hidden", "why")
        for finding in screening.findings:
            counts = (f"{finding.people:,}", f"{finding.hidden_people:,}")
            table.add_row(escape(str(finding.provenance)), finding.kind, *counts, escape(finding.reason))
        console.print(table)
    for skipped in screening.skipped:
        console.print(f"  not opened: {skipped.provenance}: {skipped.reason}", markup=False)
