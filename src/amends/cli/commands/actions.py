"""`amends actions ...`, `amends breaches`, `amends harmed`: what was done, which promise it broke, whom it harmed."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Column, Table

from amends.cli.options import (
    ActorOption,
    HomeOption,
    JsonOption,
    default_actor,
    default_home,
    parse_instant,
)
from amends.cli.session import open_ledger

if TYPE_CHECKING:
    from amends.casework.import_actions import ImportedActions
    from amends.casework.queries.harmed import HarmedPeople

EXIT_BREACHES: Final = 1
_IMPORTED: Final = "actions of acting systems are checked against what was promised"
actions = typer.Typer(
    help="What acting systems did, checked against holds and promises.", no_args_is_help=True
)
IncidentArgument = Annotated[str, typer.Argument(help="Reference of the incident.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(actions, name="actions")
    app.command("breaches")(breaches)
    app.command("breach")(breach)
    app.command("harmed")(harmed)


@actions.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="Export of an acting system, CSV or Parquet.")],
    mapping: Annotated[Path, typer.Option("--map", help="TOML file that says which column means what.")],
    system: Annotated[str, typer.Option(help="Whose actions these are, where no column says so.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it stands in the journal.")] = _IMPORTED,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import actions and filings, and check each as of its own instant. Exit code 1 while a breach stands unnoticed."""
    open_ledger(home or default_home())
    from amends.casework.actions.mapping import load_action_mapping
    from amends.casework.actions.reading import read_actions
    from amends.casework.acts import Act
    from amends.casework.import_actions import import_actions

    report = read_actions(file, load_action_mapping(mapping), system=system)
    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    _tell(import_actions(report=report, act=act), as_json=as_json)


@actions.command("check")
def check_one(
    system: Annotated[str, typer.Option(help="Which system acted.")],
    kind: Annotated[str, typer.Option(help="What was done, e.g. removal.")],
    at: Annotated[str, typer.Option(help="When, ISO 8601 with time zone.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the journal.")] = _IMPORTED,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record and check one action; the identifier is read from standard input, never from the command line."""
    open_ledger(home or default_home())
    from amends.casework.actions.reading import posted_action
    from amends.casework.acts import Act
    from amends.casework.import_actions import import_actions

    report = posted_action(
        system=system, kind=kind, at=parse_instant(at, option="--at"), identifier=sys.stdin.readline()
    )
    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    _tell(import_actions(report=report, act=act), as_json=as_json)


@actions.command("recheck")
def recheck(
    reason: Annotated[str, typer.Option(help="Why; it stands in the journal.")] = _IMPORTED,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every recorded action again, e.g. after people were identified."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.check_actions import check_actions
    from amends.casework.import_actions import ImportedActions

    found = check_actions(act=Act(actor or default_actor(), reason, datetime.now(UTC)))
    _tell(ImportedActions(0, 0, found), as_json=as_json)


def breaches(
    incident: IncidentArgument,
    limit: Annotated[int, typer.Option(help="List at most so many.", min=1)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List broken promises by reference, those that nobody has acknowledged first. Names nobody."""
    open_ledger(home or default_home())
    from amends.casework.queries.breaches import breach_lines
    from amends.casework.queries.incidents import find_incident

    lines = breach_lines(find_incident(incident), limit=limit)
    if as_json:
        typer.echo(json.dumps([{**asdict(line), "at": line.at.isoformat()} for line in lines], indent=1))
        return
    table = Table(
        Column("reference", no_wrap=True), "system", "done at", "why it breaks a promise", "state", "steps"
    )
    for line in lines:
        table.add_row(
            line.reference,
            line.system,
            f"{line.at:%Y-%m-%d %H:%M:%SZ}",
            line.why,
            line.state,
            ", ".join(line.steps),
        )
    Console(highlight=False).print(table)


def breach(
    incident: IncidentArgument,
    step: Annotated[str, typer.Argument(help="acknowledge, remedy, close, dismiss or reopen.")],
    listed: Annotated[list[str], typer.Option("--breach", help="Reference, e.g. B-000123; repeat it.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")],
    proof: Annotated[str, typer.Option(help="Reference of the proof; without personal data.")] = "",
    second_actor: Annotated[str, typer.Option(help="Who else agrees, where a step needs two.")] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take cases of broken promises one step on: all of them or none."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.advance_breach import advance_breach
    from amends.casework.queries.breaches import breach_keys
    from amends.casework.queries.incidents import find_incident

    done = advance_breach(
        incident=find_incident(incident),
        breaches=breach_keys(listed),
        step=step,
        act=Act(actor or default_actor(), reason, datetime.now(UTC)),
        proof=proof,
        second_actor=second_actor,
    )
    typer.echo(json.dumps(asdict(done)) if as_json else f"{step}: {done.advanced:,}")


def harmed(
    incident: IncidentArgument,
    with_references: Annotated[
        bool, typer.Option("--with-references", help="List the people by reference; needs --reason.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why the list is looked at; it stands in the journal.")] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count, or list, everyone harmed between exposure and hold or in spite of it. Exit code 1 for anyone."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.find_harmed import find_harmed
    from amends.casework.queries.harmed import harmed_people
    from amends.casework.queries.incidents import find_incident

    found_incident, now = find_incident(incident), datetime.now(UTC)
    if with_references:
        act = Act(actor or default_actor(), reason, now)
        found = find_harmed(incident=found_incident, asked_for=with_references, act=act)
    else:
        found = harmed_people(found_incident, now=now)
    if as_json:
        typer.echo(json.dumps(_as_json(found, with_references=with_references), indent=1))
    else:
        _show_harmed(found, with_references=with_references)
    if found.people:
        raise typer.Exit(EXIT_BREACHES)


def _as_json(found: HarmedPeople, *, with_references: bool) -> dict[str, Any]:
    counts = {
        "people": len(found.people),
        "by_phase": found.by_phase(),
        "without_help_to_return": found.without_return,
    }
    if not with_references:
        return counts
    listed = [
        {
            **asdict(person),
            "phase": person.phase,
            "acts": [{**asdict(act), "at": act.at.isoformat()} for act in person.acts],
        }
        for person in found.people
    ]
    return {**counts, "list": listed}


def _show_harmed(found: HarmedPeople, *, with_references: bool) -> None:
    console = Console(highlight=False)
    if with_references:
        table = Table(Column("reference", no_wrap=True), "when", "phase", "what, and who says so", "owed")
        for person in found.people:
            table.add_row(
                person.reference,
                f"{person.acts[0].at:%Y-%m-%d %H:%MZ}",
                person.phase.replace("_", " "),
                ", ".join(f"{act.kind} ({act.source})" for act in person.acts),
                ", ".join(f"{reference} {name}: {state}" for reference, name, state in person.owed)
                or "nothing is planned",
            )
        console.print(table)
    for phase, count in found.by_phase().items():
        console.print(f"{phase.replace('_', ' ')}: {count:,}")
    console.print(f"without help to return: {found.without_return:,}")


def _tell(done: ImportedActions, *, as_json: bool) -> None:
    found = done.found
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=1))
    else:
        typer.echo(
            f"actions: {done.reported:,} reported, {done.new:,} new; {found.concerning:,} concern somebody"
        )
        for incident, broken in found.new.items():
            for commitment, count in broken.items():
                typer.echo(f"BREACH: {count:,} × {commitment} in {incident}")
    if found.unacknowledged:
        typer.echo(f"ALARM: {found.unacknowledged:,} breaches that nobody has acknowledged", err=True)
        raise typer.Exit(EXIT_BREACHES)
