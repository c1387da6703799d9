"""`amends sweep`: what is published already is screened: a site, a folder or a web archive."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from amends.cli.doors import AudienceOption, Door, SettingsOption
from amends.cli.options import JsonOption
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.cli.sweeping.documents import Source
    from amends.cli.sweeping.sweep import Totals


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("sweep")(sweep)


def sweep(
    place: Annotated[
        str, typer.Argument(help="Address of a site, folder, or web archive (.warc, .warc.gz).")
    ],
    results: Annotated[
        Path,
        typer.Option(help="File of results, one JSON line a document; an interrupted sweep goes on from it."),
    ],
    audience: AudienceOption = None,
    config: SettingsOption = None,
    most_documents: Annotated[int, typer.Option(help="Of a site.", min=1)] = 10_000,
    most_bytes: Annotated[int, typer.Option(help="Largest document that is looked into.", min=1)] = 100 << 20,
    most_seconds: Annotated[float, typer.Option(help="For a site.", min=1)] = 6 * 60 * 60,
    delay: Annotated[
        float, typer.Option(help="Seconds between two requests; more where robots.txt asks for more.", min=0)
    ] = 1.0,
    robots: Annotated[
        bool,
        typer.Option("--robots/--no-robots", help="Keep robots.txt; only a site's own people may say no."),
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Look back over what is published. Of a site only what is linked on its own host is looked at, one at a time.

    The exit code is the highest of: 0 clear, 1 findings, 3 something was not looked into.
    """
    from amends.cli.sweeping.results import Results
    from amends.cli.sweeping.site import Politeness
    from amends.cli.sweeping.sweep import Sweep, Totals
    from amends.scan.judging import failing_closed, judge_for

    conditions = Door(audience, config).conditions()
    source = _source(place, Politeness(most_documents, most_bytes, most_seconds, delay, robots))
    totals = Totals(Counter(), Counter())
    stopped: list[dict[str, Any]] = []
    about = {"place": place, "audience": conditions.audience.name}
    with Results(results, about=about) as kept:
        for line in Sweep(source, kept, failing_closed(judge_for(conditions))).run():
            totals.take(line)
            if as_json:
                typer.echo(json.dumps(line))
            elif line.get("verdict", "clear") != "clear" or ("missed" in line and not line["gone"]):
                stopped.append(line)
    if not as_json:
        _show(stopped, totals, source.holes())
    raise typer.Exit(totals.exit_code(source.holes()))


def _source(place: str, politeness: Any) -> Source:
    from amends.cli.sweeping.folder import Folder
    from amends.cli.sweeping.site import Site, normal
    from amends.cli.sweeping.web_archive import WebArchive

    if "://" in place:
        try:
            known = normal(place)
        except ValueError:
            known = None
        if known is None:
            raise UsageError(
                "address-invalid",
                "this is no address of a site",
                hint="write it like https://www.agency.example/statistics/, without a name and a password",
            )
        return Site(known, politeness, pause=time.sleep, stopwatch=time.monotonic)
    path = Path(place)
    if path.is_dir():
        return Folder(path, politeness.most_bytes)
    if path.is_file() and path.name.casefold().endswith((".warc", ".warc.gz")):
        return WebArchive(path, politeness.most_bytes)
    raise UsageError(
        "place-unknown",
        "this is neither a site nor a folder nor a web archive",
        hint="give an address with https://, a folder, or a file ending in .warc or .warc.gz",
    )


def _show(stopped: list[dict[str, Any]], totals: Totals, holes: list[str]) -> None:
    console = Console(highlight=False)
    if stopped:
        table = Table("where", "what", "why")
        for line in stopped:
            why = " ".join(line.get("reasons", ())) or line.get("missed", "")
            table.add_row(_plain(line["address"]), line.get("verdict", "not looked into"), _plain(why))
        console.print(table)
    for hole in holes:
        console.print(f"not looked into: {hole}", markup=False)
    counts = [f"{count:,} {verdict}" for verdict, count in sorted(totals.verdicts.items())]
    counts += [f"{totals.missed.total():,} not reached"] if totals.missed else []
    counts += [f"{totals.gone:,} not public"] if totals.gone else []
    console.print(", ".join(counts) or "nothing was found there", markup=False)


def _plain(text: str) -> str:
    """Return a text of a foreign site as it can be shown in a terminal."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() else "?" for c in text))
