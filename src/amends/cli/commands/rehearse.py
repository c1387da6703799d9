"""`amends rehearse`: play the fifty-two days after a drill, and show requirement by requirement what holds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from amends.cli.options import JsonOption
from amends.cli.session import open_ledger
from amends.vocabulary.errors import FaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from amends.cli.rehearsal.walking import Row

EXIT_NOT_SHOWN: Final = 1
_PROGRAM: Final = "from amends.cli.main import main; main()"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("rehearse")(rehearse)


def rehearse(
    drill: Annotated[Path, typer.Argument(help="Folder that `amends drill --out` wrote.", metavar="FOLDER")],
    as_json: JsonOption = False,
) -> None:
    """Play the fifty-two days after a drill on a copy of its ledger. Exit 1 where a requirement is not shown.

    Synthetic people, a simulated calendar, the real verbs, and a real gate on the loopback interface. The drill's
    own ledger stays as it is; the copy, the table and what was written on the way lie in FOLDER/rehearsal.
    """
    began = perf_counter()
    from amends.cli.rehearsal.copying import copied_ledger

    open_ledger(copied_ledger(drill))
    from amends.casework.results.files import write_text
    from amends.cli.rehearsal.playing import played

    walk = played(drill)
    content = _content(walk.rows, perf_counter() - began, walk.kept.get("gate_ms", {}))
    write_text(walk.folder / "requirements.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_text(walk.folder / "requirements.md", _markdown(walk.rows))
    if as_json:
        typer.echo(json.dumps(content, indent=1))
    else:
        show_rows(content)
    if content["shown"] < content["rows"]:
        raise typer.Exit(EXIT_NOT_SHOWN)


def run_rehearsal(drill: Path, *, said: bool) -> dict[str, Any]:
    """Rehearse in a process of its own, because this one has the drill's ledger open; return what it showed.

    Raises `FaultError` ``rehearsal-failed`` where it came to no table.
    """
    if said:
        typer.echo("playing the fifty-two days after, on a copy of the ledger", err=True)
    command = [sys.executable, "-c", _PROGRAM, "rehearse", str(drill), "--json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    try:
        content: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise FaultError(
            "rehearsal-failed",
            f"the rehearsal ended with exit code {done.returncode} and no table",
            hint="run `amends rehearse FOLDER` by itself and read what it says; the drill itself stands",
            where=str(drill),
        ) from error
    return content


def counts(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a drill's score says of its rehearsal; nothing where there was none."""
    names = {"rehearsal_rows": "rows", "rehearsal_shown": "shown", "rehearsal_seconds": "seconds"}
    return {name: content[source] for name, source in names.items()} if content else {}


def show_rows(content: dict[str, Any]) -> None:
    """Print the table of a rehearsal, from what stands in its ``requirements.json``."""
    table = Table("", "row", "day", "what was done", "what was shown", "s", title="The fifty-two days after")
    for row in content["requirements"]:
        table.add_row(
            "[green]yes[/]" if row["ok"] else "[bold red]NO[/]",
            row["requirement"],
            f"{row['day']:g}",
            escape(row["did"]),
            escape(row["shown"]),
            f"{row['seconds']:.2f}",
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{content['shown']} of {content['rows']} rows shown, in {content['seconds']:.1f} s")


def _content(rows: Sequence[Row], seconds: float, gate: dict[str, float]) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "shown": sum(row.ok for row in rows),
        "seconds": seconds,
        "gate_milliseconds": gate,
        "requirements": [asdict(row) for row in rows],
    }


def _markdown(rows: Sequence[Row]) -> str:
    lines = [
        "| row | day | what was done | what was shown | shown | seconds |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        shown = row.shown.replace("|", "\\|")
        ok = "yes" if row.ok else "**no**"
        lines.append(f"| {row.requirement} | {row.day:g} | {row.did} | {shown} | {ok} | {row.seconds:.2f} |")
    return "\n".join(lines) + "\n"
