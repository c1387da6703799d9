"""`amends holds lift`, `approve`, `refuse`, `requests`: the end of holds, by two people and a list."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from amends.cli.listed_references import listed_references
from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.passphrases import ask_passphrase
from amends.cli.session import open_ledger

_Reason = Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")]
_Count = Annotated[int, typer.Option(help="How many holds the list names, as you counted them.", min=1)]
_Request = Annotated[str, typer.Argument(help="Reference of the request, e.g. L-000012.")]


def register_holds(holds: typer.Typer) -> None:
    """Add the commands to the group `amends holds`."""
    holds.command("lift")(lift)
    holds.command("approve")(approve)
    holds.command("refuse")(refuse)
    holds.command("requests")(requests)


def lift(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    listed_in: Annotated[
        Path, typer.Option("--list", help="Text file with one reference, H-000123, a line.")
    ],
    count: _Count,
    reason: _Reason,
    names_nobody: Annotated[
        bool, typer.Option("--names-nobody", help="On the ground that these rows were judged to name nobody.")
    ] = False,
    document: Annotated[
        str, typer.Option(help="Reference of the decision or waiver, where a hold ends only by one.")
    ] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for the end of the listed holds. Lifts nobody: another officer looks at the list and approves it."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import find_remedies
    from amends.casework.request_release import ReleaseList, request_release

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    found = find_incident(incident)
    listed = find_remedies(found, listed_references((), listed_in))
    ground = "names_nobody" if names_nobody else "ended"
    asked = request_release(
        incident=found,
        wanted=ReleaseList(listed.keys, count, ground, document.strip()),
        passphrase=ask_passphrase(act.actor),
        act=act,
    )
    if as_json:
        typer.echo(json.dumps({**asdict(asked), "expires_at": asked.expires_at.isoformat()}))
    else:
        typer.echo(
            f"{asked.reference}: {asked.holds:,} holds wait for a second officer; nobody is lifted yet"
        )
        typer.echo(
            f"valid until {asked.expires_at:%Y-%m-%d %H:%MZ}; `amends holds approve {asked.reference}`"
        )


def approve(
    request: _Request,
    count: _Count,
    reason: _Reason,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Carry out a request that another officer made: every condition is looked at again; all are lifted, or none."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.approve_release import approve_release

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    done = approve_release(release=request, count=count, passphrase=ask_passphrase(act.actor), act=act)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(f"{done.reference}: {done.lifted:,} holds lifted, generation {done.generation}")


def refuse(
    request: _Request,
    reason: _Reason,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Refuse a request: every hold on its list stays."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.refuse_release import refuse_release

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    done = refuse_release(release=request, passphrase=ask_passphrase(act.actor), act=act)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(f"{done.reference}: refused, {done.holds:,} holds stay")


def requests(
    show: Annotated[str, typer.Option(help="List the holds of this request, one reference a line.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the requests to lift holds, newest first; or what stands on the list of one of them."""
    open_ledger(home or default_home())
    from amends.casework.queries.holds import holds_on_request, list_releases

    if show:
        listed = holds_on_request(show)
        typer.echo(json.dumps(listed) if as_json else "\n".join(listed))
        return
    lines = list_releases(now=datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], indent=1, default=datetime.isoformat))
        return
    for line in lines:
        typer.echo(
            f"{line.reference}  {line.state:11}  {line.incident}  {line.holds:,} holds  by {line.requested_by}: "
            f"{line.reason}"
        )
    typer.echo(f"{len(lines)} requests")
