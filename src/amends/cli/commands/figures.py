"""`amends figures`: the numbers of an incident, and the queries behind them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("figures")(figures)


def figures(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    queries: Annotated[bool, typer.Option("--queries", help="Show the query behind each figure.")] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Withhold small cells, as for publication.")
    ] = False,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count, reconcile and print the figures of an incident; refused where they do not add up."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.publish_figures import publish_figures
    from amends.casework.queries.incidents import find_incident

    act = Act(actor or default_actor(), "figures asked for on the command line", datetime.now(UTC))
    published = publish_figures(incident=find_incident(incident), act=act)
    values = published.public if public else published.values
    if as_json:
        typer.echo(json.dumps(values, indent=1))
        return
    table = Table("figure", "value", *(["query"] if queries else []))
    for figure in published.figures:
        shown = "withheld" if values[figure.name] is None else f"{values[figure.name]:,}"
        table.add_row(figure.title, shown, *([figure.query] if queries else []))
    Console().print(table)
