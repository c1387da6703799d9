"""`amends screen`: may this file be published?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError
from amends.vocabulary.outcomes import ScreeningVerdict
from amends.vocabulary.provenance import printable

if TYPE_CHECKING:
    from amends.scan.screening import Screening

_EXIT = {ScreeningVerdict.CLEAR: 0, ScreeningVerdict.FINDINGS: 1, ScreeningVerdict.INCOMPLETE: 3}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("screen")(screen_files)


def screen_files(
    files: Annotated[list[Path], typer.Argument(help="Files about to be published.")],
    record: Annotated[
        bool, typer.Option("--record", help="Keep each verdict, and the file's hash, in the ledger.")
    ] = False,
    audience: Annotated[
        str | None,
        typer.Option(help="For whom the files are meant; kept with --record.", show_default="public"),
    ] = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what personal data the files hold, hidden rows and sheets included. What cannot be opened is not clean."""
    if (audience is not None or actor is not None) and not record:
        raise UsageError(
            "record-missing",
            "--audience and --actor are kept in the ledger, and nothing is recorded here",
            hint="add --record, or leave them out",
        )
    screen = _recording(home, audience or "public", actor) if record else _screening()
    worst = 0
    for file in files:
        screening = screen(file)
        worst = max(worst, _EXIT[screening.verdict])
        if as_json:
            typer.echo(json.dumps({"file": file.name, **asdict(screening)}, default=str))
        else:
            _show(file, screening)
    raise typer.Exit(worst)


def _screening() -> Callable[[Path], Screening]:
    """Return the screening alone: a base installation has neither Django nor a ledger."""
    from amends.scan.screening import screen

    return screen


def _recording(home: Path | None, audience: str, actor: str | None) -> Callable[[Path], Screening]:
    """Return the screening that leaves a release and a journal entry behind."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.screen_release import screen_release

    def screened(file: Path) -> Screening:
        act = Act(actor or default_actor(), "screened before publication", datetime.now(UTC))
        return screen_release(path=file, audience=audience, act=act).screening

    return screened


def _show(file: Path, screening: Screening) -> None:
    console = Console(highlight=False)
    console.print(f"{escape(printable(file.name))}: [bold]{screening.verdict}[/]")
    if screening.findings:
        table = Table("where", "what", "people", "hidden", "why")
        for finding in screening.findings:
            counts = (f"{finding.people:,}", f"{finding.hidden_people:,}")
            table.add_row(escape(str(finding.provenance)), finding.kind, *counts, escape(finding.reason))
        console.print(table)
    for skipped in screening.skipped:
        console.print(f"  not opened: {skipped.provenance}: {skipped.reason}", markup=False)
