"""`amends retention`: what may be erased and when, erasing it, and forbidding that it be erased."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger

app = typer.Typer(help="Erase what is no longer needed, by rule and by two people.", no_args_is_help=True)
IncidentArgument = Annotated[str, typer.Argument(help="Reference of the incident.")]
RulesOption = Annotated[
    Path | None, typer.Option(help="Retention rules (TOML); those that come along where none are given.")
]
SecondOption = Annotated[
    str, typer.Option(help="Who agrees with it; not the one who acts.", show_default=False)
]
MatterOption = Annotated[str, typer.Option(help="Court and docket number, or the order; no person's name.")]


def register(program: typer.Typer) -> None:
    """Add the group to the program."""
    program.add_typer(app, name="retention")


@app.command()
def plan(
    incident: IncidentArgument,
    rules: RulesOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the rules say of each kind of data: when it is due, who decides, and what stands in the way."""
    open_ledger(home or default_home())
    from amends.casework.erasing.due import due_data
    from amends.casework.queries.incidents import find_incident
    from amends.ledger.retention.rules import STANDARD, load_rules

    schedule = load_rules(rules or STANDARD)
    found = due_data(find_incident(incident), schedule, now=datetime.now(UTC))
    if as_json:
        listed = [
            {
                "what": item.rule.what,
                "due_at": item.due_at.isoformat() if item.due_at else None,
                "erased_at": item.erased_at.isoformat() if item.erased_at else None,
                "values": item.values,
                "decided_by": item.rule.decided_by,
                "obstacles": item.obstacles,
            }
            for item in found
        ]
        typer.echo(json.dumps({"rules": str(schedule), "kinds": listed}, indent=1))
        return
    table = Table(
        "what", "values", "due", "who decides", "what stands in the way", title=escape(f"Rules: {schedule}")
    )
    for item in found:
        due = f"{item.due_at:%Y-%m-%d}" if item.due_at else f"not yet {item.rule.after}"
        obstacles = "; ".join(item.obstacles) or "nothing"
        table.add_row(
            item.rule.what, f"{item.values:,}", due, escape(item.rule.decided_by), escape(obstacles)
        )
    Console(highlight=False).print(table)


@app.command()
def apply(
    incident: IncidentArgument,
    reason: Annotated[str, typer.Option(help="Why it is erased now.")],
    second_actor: SecondOption,
    rules: RulesOption = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase every kind of data that is due, by destroying its keys. It does not come back.

    Refused while a hold is in force or a preservation stands, and unless two people act.
    """
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.apply_retention import apply_retention
    from amends.casework.queries.incidents import find_incident
    from amends.ledger.retention.rules import STANDARD, load_rules

    applied = apply_retention(
        incident=find_incident(incident),
        rules=load_rules(rules or STANDARD),
        second_actor=second_actor,
        act=Act(actor or default_actor(), reason, datetime.now(UTC)),
    )
    if as_json:
        typer.echo(json.dumps(asdict(applied)))
        return
    typer.echo(f"erased: {', '.join(applied.erased) or 'nothing, all of it was before'}")
    for kind, obstacles in applied.kept.items():
        typer.echo(f"kept:   {kind}: {'; '.join(obstacles)}")
    if applied.erased:
        typer.echo(
            "older copies of the keys still open it: replace them now with `amends backup TO --keys-to ELSEWHERE`"
        )


@app.command()
def preserve(
    incident: IncidentArgument,
    matter: MatterOption,
    reason: Annotated[str, typer.Option(help="Who ordered it, and why.")],
    home: HomeOption = None,
    actor: ActorOption = None,
) -> None:
    """Record a duty to keep everything (litigation hold); while it stands nothing of the incident is erased."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.preserve_evidence import preserve_evidence
    from amends.casework.queries.incidents import find_incident

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    preserved = preserve_evidence(incident=find_incident(incident), matter=matter, act=act)
    typer.echo(f"{'preserved already' if preserved.already else 'preserved'} for {preserved.matter}")


@app.command("lift-preservation")
def lift_preservation(
    incident: IncidentArgument,
    matter: MatterOption,
    reason: Annotated[str, typer.Option(help="Who released it, and why.")],
    second_actor: SecondOption,
    home: HomeOption = None,
    actor: ActorOption = None,
) -> None:
    """End the duty to keep everything for one matter, by two people."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.lift_preservation import lift_preservation
    from amends.casework.queries.incidents import find_incident

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    lifted = lift_preservation(
        incident=find_incident(incident), matter=matter, second_actor=second_actor, act=act
    )
    said = "was lifted before" if lifted.already else "lifted"
    typer.echo(f"{said}: {lifted.matter}; {lifted.others} other preservations stand")
