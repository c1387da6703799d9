"""`amends holds answers`: what an acting system was told about a person at an instant, and why."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

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
    from amends.casework.look_up_answers import AnswersFound, When, Whom


def register_holds(holds: typer.Typer) -> None:
    """Add the command to the group `amends holds`."""
    holds.command("answers")(answers)


def answers(
    reason: Annotated[str, typer.Option(help="For what purpose you look; it stands in the journal.")],
    incident: Annotated[str, typer.Option(help="Reference of the incident, for --row and --hold.")] = "",
    hold: Annotated[str, typer.Option(help="Whom: by a hold, e.g. H-000123.")] = "",
    row: Annotated[int | None, typer.Option(help="Whom: by a row of the leaked file.", min=1)] = None,
    identifier: Annotated[
        bool,
        typer.Option(
            "--identifier", help="Whom: by an identifier, read from the terminal or standard input."
        ),
    ] = False,
    system: Annotated[str, typer.Option(help="Only what this acting system was told.")] = "",
    at: Annotated[str, typer.Option(help="What stood at this instant, ISO 8601 with zone.")] = "",
    begins: Annotated[str, typer.Option("--from", help="Everything told from here on.")] = "",
    ends: Annotated[str, typer.Option("--to", help="Until here; now, unless named.")] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the gate answered about one person, what the ledger held then, and whether the two agree.

    Exit 1 where an answer disagrees with the ledger, or the gate's record was changed.
    """
    now = datetime.now(UTC)
    when = _when(at, begins, ends, now)
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.look_up_answers import look_up_answers

    whom = _whom(incident, hold, row, identifier)
    found = look_up_answers(
        whom=whom, when=when, system=system, act=Act(actor or default_actor(), reason, now)
    )
    if as_json:
        typer.echo(json.dumps(_as_json(found), indent=1, default=datetime.isoformat))
    else:
        _say(found)
    broken = found.chain is not None and bool(found.chain.broken)
    raise typer.Exit(1 if broken or any(a.agreement == "disagrees" for a in found.answers) else 0)


def _when(at: str, begins: str, ends: str, now: datetime) -> When:
    from amends.casework.look_up_answers import When

    if bool(at) == bool(begins):
        raise UsageError(
            "time-missing",
            "no instant, or an instant and a range, is given",
            hint="give --at, or --from and --to",
        )
    if at:
        return When(None, parse_instant(at, option="--at"))
    return When(parse_instant(begins, option="--from"), parse_instant(ends, option="--to") if ends else now)


def _whom(incident: str, hold: str, row: int | None, identifier: bool) -> Whom:
    from amends.casework.look_up_answers import Whom
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.remedies import find_remedies
    from amends.vocabulary.personal import Personal

    found = find_incident(incident) if incident else None
    if hold and found is None:
        raise UsageError("incident-missing", "a hold is named without its incident", hint="give --incident")
    keys = (
        find_remedies(found, listed_references([hold], None, option="--hold")).keys if hold and found else ()
    )
    typed = Personal(_typed()) if identifier else None
    return Whom(holds=keys, incident=found, row=row, identifier=typed)


def _typed() -> str:
    """Return the identifier, unseen at a terminal: an argument would stand in every list of processes."""
    return getpass.getpass("Identifier: ") if sys.stdin.isatty() else sys.stdin.readline().strip()


def _as_json(found: AnswersFound) -> dict[str, Any]:
    content = asdict(found)
    for history in content["holds"]:
        # Fingerprints lead back to a person for whoever has the key: they stay in the ledger.
        del history["fingerprints"], history["first_fingerprint"], history["successors"]
    for answer in content["answers"]:
        del answer["given"]["fingerprint"]
    return content


def _say(found: AnswersFound) -> None:
    for history in found.holds:
        typer.echo(f"{history.reference} bars {history.barred_action or 'every action'} ({history.incident})")
        for event in history.events:
            typer.echo(f"  {event.at:%Y-%m-%d %H:%M:%S.%fZ}  {event.event}  generation {event.generation}")
    for answer in found.answers:
        given = answer.given
        sent = "" if given.sent else "  (never sent: another answer was given in its place)"
        typer.echo(
            f"{given.at:%Y-%m-%d %H:%M:%S.%fZ}  {given.system} asked about {given.action}: "
            f"{given.answer.upper()} ({given.reason}) {given.hold_reference}{sent}"
        )
        typer.echo(f"  answer {given.id}, generation {given.generation}, receipt {given.receipt}")
        typer.echo(f"  {answer.agreement}: {answer.explanation}")
    for would in found.would_be:
        typer.echo(f"whoever asked just then about {would.action}: {would.answer.upper()} ({would.reason})")
        typer.echo(f"  {would.explanation}")
    _say_record(found)


def _say_record(found: AnswersFound) -> None:
    for gap in found.gaps:
        typer.echo(f"beware: {gap}")
    if not found.store_exists:
        typer.echo("the gate has never run for this ledger: nobody was told anything by it")
    elif found.chain is None:
        typer.echo("no answer is found")
    else:
        broken = "; ".join(found.chain.broken)
        typer.echo(f"record of {found.chain.batches} batches: {broken or 'as the gate wrote it'}")
