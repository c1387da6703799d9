"""`amends returns ...`: those who are to be brought back: where each stands, who looked for them, who fell silent."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger

returns = typer.Typer(help="The way back for those already removed.", no_args_is_help=True)
IncidentArgument = Annotated[str, typer.Argument(help="Reference of the incident.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(returns, name="returns")


@returns.command("list")
def list_returns(incident: IncidentArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List everyone who is owed help to return, by reference, with the attempts made. Names nobody."""
    open_ledger(home or default_home())
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.returns import return_lines

    lines = return_lines(find_incident(incident))
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], indent=1, default=str))
        return
    table = Table(Column("reference", no_wrap=True), "state", "traced", "spoken to", "look again on", "due")
    for line in lines:
        table.add_row(
            line.reference,
            line.state,
            f"{line.traces} ×",
            f"{line.contacts} ×",
            str(line.recheck_on or ""),
            f"{line.due:%Y-%m-%d}" if line.due else "",
        )
    Console(highlight=False).print(table)


@returns.command("attempt")
def attempt(
    incident: IncidentArgument,
    listed: Annotated[str, typer.Option("--return", help="Reference, e.g. R-000123.")],
    method: Annotated[str, typer.Option(help="How, e.g. consulate, organisation, telephone.")],
    result: Annotated[str, typer.Option(help="found, not_found, reached, no_answer, refused or came_back.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")],
    proof: Annotated[str, typer.Option(help="Reference of what shows it; without personal data.")] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record one attempt to find somebody or to reach them; what it came to takes the step."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import ListedReference, find_remedies
    from amends.casework.record_attempt import record_attempt

    found = find_incident(incident)
    (key,) = find_remedies(found, [ListedReference(listed, "--return")]).keys
    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    done = record_attempt(incident=found, remedy=key, method=method, result=result, act=act, proof=proof)
    typer.echo(json.dumps(asdict(done)) if as_json else f"{done.reference}: now {done.state}")


@returns.command("rechecks")
def list_rechecks(incident: IncidentArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List who is silent (returns and recipients), and when somebody looks again. Exit code 1 where it is now."""
    open_ledger(home or default_home())
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.returns import rechecks

    lines = rechecks(find_incident(incident), today=datetime.now(UTC).date())
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], indent=1, default=str))
    else:
        table = Table(Column("reference", no_wrap=True), "kind", "look again on", "why")
        for line in lines:
            due = f"{line.on}{' due' if line.due else ''}"
            table.add_row(line.reference, line.kind, due, escape(line.reason))
        Console(highlight=False).print(table)
    if any(line.due for line in lines):
        raise typer.Exit(1)
