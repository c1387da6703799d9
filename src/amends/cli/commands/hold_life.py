"""`amends holds show`, `place-again`, `extend`, `known`, `unknown`: a hold's life but for its end."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.listed_references import listed_references
from amends.cli.options import (
    ActorOption,
    HomeOption,
    JsonOption,
    default_actor,
    default_home,
    parse_instant,
)
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.casework.queries.holds import HoldLine, HoldsShown

_Incident = Annotated[str, typer.Argument(help="Reference of the incident.")]
_Reason = Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")]
_Hold = Annotated[list[str] | None, typer.Option("--hold", help="Reference, e.g. H-000123; repeat it.")]
_List = Annotated[Path | None, typer.Option("--list", help="Text file with one reference a line.")]


def register_holds(holds: typer.Typer) -> None:
    """Add the commands to the group `amends holds`."""
    holds.command("show")(show)
    holds.command("place-again")(place_again)
    holds.command("extend")(extend)
    holds.command("known")(known)
    holds.command("unknown")(unknown)


def show(
    incident: _Incident,
    hold: _Hold = None,
    ending: Annotated[
        bool, typer.Option("--ending", help="Only those whose conditions are all met, for people to lift.")
    ] = False,
    limit: Annotated[int, typer.Option(help="List at most so many.", min=1)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show holds: since when, until when at the earliest, why each still stands, what happened to it. Names nobody."""
    open_ledger(home or default_home())
    from amends.casework.queries.holds import show_holds
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import find_remedies

    found = find_incident(incident)
    only = find_remedies(found, listed_references(hold, None, option="--hold")).keys if hold else ()
    shown = show_holds(found, now=datetime.now(UTC), only=only, ending=ending, limit=limit)
    if as_json:
        typer.echo(json.dumps(asdict(shown), indent=1, default=datetime.isoformat))
    elif ending:
        # Nothing but references: what stands here may be kept as a list, read, and asked for.
        typer.echo("\n".join(line.reference for line in shown.lines))
    else:
        _say(shown)


def _say(shown: HoldsShown) -> None:
    for line in shown.lines:
        ends = (
            f"{line.earliest_end_at:%Y-%m-%d %H:%MZ}"
            if line.earliest_end_at
            else "not before notice is proven"
        )
        since = f"{line.begins_at:%Y-%m-%d %H:%MZ}" if line.begins_at else "unknown"
        typer.echo(
            f"{line.reference}  {line.state}  {line.barred_action}, since {since}, earliest end: {ends}"
        )
        typer.echo(f"  {_why(line)}")
        for happening in line.events:
            typer.echo(
                f"  {happening.at:%Y-%m-%d %H:%M:%SZ}  {happening.event}  (generation {happening.generation})"
            )
    typer.echo(
        f"{len(shown.lines):,} of {shown.total:,} holds, {shown.in_force:,} in force, {shown.ready:,} may end"
    )
    if shown.not_findable:
        typer.echo(
            f"  {shown.not_findable:,} in force are found by no identifier: the gate cannot know of them"
        )
    if shown.under_review:
        typer.echo(
            f"  {shown.under_review:,} rows are under review: only their best candidate is held by number"
        )
    for reason, count in shown.kept_by.items():
        typer.echo(f"  {count:,} stay: {reason}")


def _why(line: HoldLine) -> str:
    if line.state != "in_force":
        return f"lifted by {line.ended_because}"
    lacking = "; ".join(line.stands_because) or "every condition is met: two people may lift it, with a list"
    return f"{lacking}{'; ends only with a document' if line.needs_document else ''}"


def place_again(
    incident: _Incident,
    reason: _Reason,
    hold: _Hold = None,
    listed_in: _List = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put lifted holds back in force at once; one person suffices."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.place_again import place_again as place
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import find_remedies

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    found = find_incident(incident)
    listed = find_remedies(found, listed_references(hold or (), listed_in, option="--hold"))
    placed = place(incident=found, holds=listed.keys, act=act)
    if as_json:
        typer.echo(json.dumps(asdict(placed)))
    else:
        typer.echo(f"{placed.placed:,} holds stand again, {placed.already:,} stood already")


def extend(
    incident: _Incident,
    until: Annotated[str, typer.Option(help="Instant until which they stand at least, ISO 8601 with zone.")],
    reason: _Reason,
    hold: _Hold = None,
    listed_in: _List = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let holds stand until a later day at least; one person suffices, and it never makes one shorter."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.extend_hold import extend_hold
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import find_remedies

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    found = find_incident(incident)
    listed = find_remedies(found, listed_references(hold or (), listed_in, option="--hold"))
    day = parse_instant(until, option="--until")
    done = extend_hold(incident=found, holds=listed.keys, until=day, act=act)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(f"{done.extended:,} holds extended, {done.already:,} stand as long already")


def known(
    registry: Annotated[Path, typer.Option(help="The registry, .csv or .parquet.")],
    mapping: Annotated[Path, typer.Option("--map", help="What its columns mean.")],
    reason: _Reason,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Teach the gate whom the registry knows: keyed fingerprints of every identifier, replaced all at once."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.learn_registry import learn_registry
    from amends.link.mapping import Mapping
    from amends.link.registry import Registry

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    columns = Mapping.load(mapping)
    learned = learn_registry(registry=Registry.open(registry, columns), mapping=columns, act=act)
    if as_json:
        typer.echo(json.dumps(asdict(learned)))
    else:
        typer.echo(
            f"{learned.identifiers:,} identifiers of {learned.persons:,} persons known"
            f"{', as before' if learned.already else ''}"
        )
        if learned.made_findable:
            typer.echo(
                f"{learned.made_findable:,} times a hold is found by a number that it was not found by before"
            )


def unknown(
    reason: _Reason,
    allow: Annotated[
        bool,
        typer.Option("--allow", help="Answer clear for what no registry knows: a typing error buys a clear."),
    ] = False,
    hold: Annotated[bool, typer.Option("--hold", help="Answer hold for what no registry knows.")] = False,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set what the gate answers about an identifier that no registry knows."""
    if allow == hold:
        raise UsageError("setting-missing", "nothing, or both, is chosen", hint="give --allow or --hold")
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.set_unknown_answer import set_unknown_answer

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    done = set_unknown_answer(unknown_is_hold=hold, act=act)
    if allow:
        typer.echo("warning: anyone who mistypes an identifier is now told clear", err=True)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        answer = "hold" if done.unknown_is_hold else "clear"
        typer.echo(f"an unknown identifier is answered with {answer}{', as before' if done.already else ''}")
