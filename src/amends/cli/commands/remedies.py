"""`amends remedies`, `amends advance`: what is owed, by reference, and one step on for those that are listed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from amends.cli.listed_references import listed_references
from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home, parse_day
from amends.cli.session import open_ledger

if TYPE_CHECKING:
    from amends.casework.queries.remedies import NextStep, RemedyList


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("remedies")(remedies)
    app.command("advance")(advance)


def remedies(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    kind: Annotated[str, typer.Option(help="Only this kind: notice, hold, review, clawback or return.")] = "",
    state: Annotated[str, typer.Option(help="Only those in this state, e.g. owed.")] = "",
    entitlement: Annotated[str, typer.Option(help="Only this entitlement of the playbook.")] = "",
    limit: Annotated[int, typer.Option(help="List at most so many.", min=1)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the remedies of an incident by reference, with the steps that lead on. Names nobody."""
    open_ledger(home or default_home())
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import RemedyFilter, list_remedies

    found = list_remedies(find_incident(incident), RemedyFilter(kind, state, entitlement), limit=limit)
    if as_json:
        lines = [{**asdict(line), "due": line.due.isoformat() if line.due else None} for line in found.lines]
        typer.echo(json.dumps({"total": found.total, "remedies": lines}, indent=1))
    else:
        _show(found)


def advance(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    step: Annotated[str, typer.Argument(help="Step to take, e.g. dispatch; `amends remedies` names them.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")],
    remedy: Annotated[list[str] | None, typer.Option(help="Reference, e.g. N-000123; repeat it.")] = None,
    listed_in: Annotated[
        Path | None, typer.Option("--list", help="Text file with one reference a line.")
    ] = None,
    proof: Annotated[
        str, typer.Option(help="Reference of the proof, e.g. a receipt number; without personal data.")
    ] = "",
    second_actor: Annotated[
        str, typer.Option(help="Who else agrees, where a step needs two; not the one who acts.")
    ] = "",
    public_acknowledgement: Annotated[
        str, typer.Option(help="Where the leak was acknowledged in public, before recipients are written to.")
    ] = "",
    recheck_on: Annotated[
        str, typer.Option(help="Day on which somebody looks again at one who has fallen silent, YYYY-MM-DD.")
    ] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the listed remedies, of one kind, one step on: all of them or none."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.advance_remedy import Shown, advance_remedy
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import check_writes_nothing, find_remedies, states_of

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    found_incident = find_incident(incident)
    found = find_remedies(found_incident, listed_references(remedy or (), listed_in))
    check_writes_nothing(found.kind, step)
    shown = Shown(
        proof=proof,
        second_actor=second_actor.strip(),
        public_acknowledgement=public_acknowledgement,
        recheck_on=parse_day(recheck_on, option="--recheck-on") if recheck_on else None,
    )
    advanced = advance_remedy(incident=found_incident, remedies=found.keys, step=step, act=act, shown=shown)
    states = states_of(found)
    if as_json:
        answer = {"kind": found.kind, "step": step, "advanced": advanced.advanced, "states": states}
        typer.echo(json.dumps(answer))
    else:
        typer.echo(f"advanced: {advanced.advanced:,} × {found.kind}, now {', '.join(states)}")


def _show(found: RemedyList) -> None:
    table = Table(
        Column("reference", no_wrap=True),
        "kind",
        # Typed again as filters, so never cut short.
        Column("entitlement", overflow="fold"),
        Column("state", overflow="fold"),
        "owner",
        "due",
        "steps that lead on",
    )
    for line in found.lines:
        table.add_row(
            line.reference,
            line.kind,
            escape(line.entitlement),
            line.state,
            escape(line.owner),
            f"{line.due:%Y-%m-%d %H:%MZ}" if line.due else "",
            ", ".join(map(_in_words, line.steps)) or "none, it is final",
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(found.lines):,} of {found.total:,} remedies")


def _in_words(step: NextStep) -> str:
    needs = [name.replace("_", " ") for name in step.requires if name != "reason"]
    return f"{step.name} (needs {', '.join(needs)})" if needs else step.name
