"""`amends incidents`, `amends close`: what is open, and the end of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("incidents")(incidents)
    app.command("close")(close)


def incidents(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the incidents with what is still open in each."""
    open_ledger(home or default_home())
    from amends.casework.close_incident import what_is_open
    from amends.casework.queries.incidents import all_incidents

    found = [(incident, what_is_open(incident)) for incident in all_incidents()]
    if as_json:
        listed = [
            {
                "reference": incident.reference,
                "title": incident.title,
                "exposed_from": incident.exposed_from.isoformat(),
                "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
                "open": still_open,
            }
            for incident, still_open in found
        ]
        typer.echo(json.dumps(listed, indent=1))
        return
    table = Table("reference", "title", "exposed", "open")
    for incident, still_open in found:
        what = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in still_open.items())
        table.add_row(
            incident.reference,
            escape(incident.title),
            f"{incident.exposed_from:%Y-%m-%d %H:%MZ}",
            "closed" if incident.closed_at else what or "nothing",
        )
    Console().print(table)


def close(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    reason: Annotated[str, typer.Option(help="Why it may be closed.")],
    home: HomeOption = None,
    actor: ActorOption = None,
) -> None:
    """Close an incident; refused while anybody is untold, any hold or review hangs, any recipient is unsettled."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.close_incident import close_incident
    from amends.casework.queries.incidents import find_incident

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    closed = close_incident(incident=find_incident(incident), act=act)
    typer.echo(f"closed: {closed.incident.reference}")
