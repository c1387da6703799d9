"""`amends duties`, `amends duty`, `amends correct`: what the law asks, until when, and the acts that answer it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
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
    from amends.casework.acts import Act
    from amends.casework.duties.computing import DutyChange
    from amends.casework.queries.duties import ListedDuty
    from amends.ledger.models import Incident

IncidentArgument = Annotated[str, typer.Argument(help="Reference of the incident.")]
DutyOption = Annotated[
    list[str] | None, typer.Option("--duty", help="Reference D-000012, or us-ca/individuals; repeat it.")
]
ReasonOption = Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")]
NowOption = Annotated[
    str, typer.Option(help="Instant of the act, for late records.", show_default="the clock")
]

duty = typer.Typer(help="Record what is done about a duty in law.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("duties")(duties)
    app.command("correct")(correct)
    app.add_typer(duty, name="duty")


def duties(
    incident: IncidentArgument,
    recount: Annotated[
        bool, typer.Option("--recount", help="Ask the thresholds again with today's counts.")
    ] = False,
    ics: Annotated[
        Path | None, typer.Option(help="Write the open duties as a calendar file; without personal data.")
    ] = None,
    now: NowOption = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the duties of an incident with their clocks. Every rule is unverified: none clears a duty by itself."""
    found, act = _begin(incident, home, actor, "thresholds asked again", now)
    from amends.casework.queries.duties import list_duties
    from amends.casework.recount_duties import recount_duties

    changes: tuple[DutyChange, ...] = ()
    if recount:
        changes = recount_duties(incident=found, act=act).changes
    if ics:
        from amends.casework.results.calendar_file import write_calendar

        write_calendar(found, ics, now=act.now)
    listed = list_duties(found, now=act.now)
    if as_json:
        answer = {"duties": [asdict(line) for line in listed], "changes": [asdict(each) for each in changes]}
        typer.echo(json.dumps(answer, indent=1, default=_as_text))
        return
    _show(listed)
    if recount:
        _show_changes(changes)


@duty.command()
def settle(
    incident: IncidentArgument,
    what: Annotated[str, typer.Option(help="What was done; without personal data.")],
    proof: Annotated[str, typer.Option(help="Reference of the proof, e.g. a receipt number.")],
    done_at: Annotated[str, typer.Option(help="When it was done, e.g. 2022-12-01T16:00Z.")],
    reason: ReasonOption,
    named: DutyOption = None,
    by: Annotated[str, typer.Option(help="Who did it, by name.", show_default="the actor")] = "",
    now: NowOption = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that duties were met: what was done, by whom, with proof."""
    done = parse_instant(done_at, option="--done-at")
    found, act = _begin(incident, home, actor, reason, now)
    from amends.casework.settle_duty import Settlement

    _settle(found, named, Settlement(what, proof, done, by=by), act, as_json=as_json)


@duty.command()
def withdraw(
    incident: IncidentArgument,
    reason: Annotated[str, typer.Option(help="Why the rule does not bind here.")],
    named: DutyOption = None,
    by: Annotated[str, typer.Option(help="Who decided it, by name.", show_default="the actor")] = "",
    now: NowOption = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a person's decision that a rule does not bind here; a later count can open the duty again."""
    found, act = _begin(incident, home, actor, reason, now)
    from amends.casework.settle_duty import Settlement

    _settle(found, named, Settlement(withdrawn=True, by=by), act, as_json=as_json)


@duty.command()
def date(
    incident: IncidentArgument,
    due: Annotated[str, typer.Option(help="By when; never later than the rule says.")],
    reason: ReasonOption,
    named: DutyOption = None,
    now: NowOption = "",
    home: HomeOption = None,
    actor: ActorOption = None,
) -> None:
    """Set the date of a duty for which the law has no fixed period."""
    instant = parse_instant(due, option="--due")
    found, act = _begin(incident, home, actor, reason, now)
    from amends.casework.date_duty import date_duty

    dated = date_duty(incident=found, duties=named or (), due=instant, act=act)
    typer.echo(f"{'dated before' if dated.already else 'dated'}: {', '.join(dated.references)}")


@duty.command()
def trigger(
    incident: IncidentArgument,
    event: Annotated[
        str,
        typer.Argument(
            help="discovery, awareness, confirmation, determination, individual_notice or decision_not_to_notify."
        ),
    ],
    at: Annotated[str, typer.Option(help="When it happened, e.g. 2022-11-29T15:00Z.")],
    source: Annotated[str, typer.Option(help="Where that is known from; without personal data.")],
    reason: ReasonOption,
    now: NowOption = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record an event that starts clocks."""
    instant = parse_instant(at, option="--at")
    found, act = _begin(incident, home, actor, reason, now)
    from amends.casework.record_trigger import record_trigger

    recorded = record_trigger(incident=found, event=event, at=instant, source=source, act=act)
    if as_json:
        answer = {"already": recorded.already, "changes": [asdict(each) for each in recorded.changes]}
        typer.echo(json.dumps(answer, indent=1))
        return
    typer.echo(f"{event} {'was recorded before' if recorded.already else 'recorded'}")
    _show_changes(recorded.changes)


@duty.command()
def delay(
    incident: IncidentArgument,
    agency: Annotated[str, typer.Option(help="Law-enforcement body that asks.")],
    document: Annotated[
        Path, typer.Option(help="The request; of an oral one, the statement written down of it.")
    ],
    requested_at: Annotated[str, typer.Option(help="When it was made.")],
    until: Annotated[str, typer.Option(help="When it expires; there is no delay without an end.")],
    reason: ReasonOption,
    named: DutyOption = None,
    oral: Annotated[bool, typer.Option("--oral", help="It was made by word of mouth.")] = False,
    now: NowOption = "",
    home: HomeOption = None,
    actor: ActorOption = None,
) -> None:
    """Store a law-enforcement request to wait, and let the named duties wait until it expires."""
    asked = parse_instant(requested_at, option="--requested-at")
    expires = parse_instant(until, option="--until")
    found, act = _begin(incident, home, actor, reason, now)
    from amends.casework.record_delay_request import DelayFacts, record_delay_request

    facts = DelayFacts(agency, document, asked, expires, oral)
    delayed = record_delay_request(incident=found, duties=named or (), facts=facts, act=act)
    typer.echo(f"{'delayed before' if delayed.already else 'delayed'}: {', '.join(delayed.references)}")
    typer.echo(f"document {delayed.document_sha256}, until {expires:%Y-%m-%d %H:%MZ}")


def correct(
    incident: IncidentArgument,
    name: Annotated[
        str,
        typer.Argument(
            help="exposed_from, reported_at, confirmed_at, removed_at, as_of, or a recorded event."
        ),
    ],
    at: Annotated[str, typer.Argument(help="The right instant, e.g. 2022-11-28T14:45Z.")],
    source: Annotated[str, typer.Option(help="Where the right value is known from; without personal data.")],
    reason: ReasonOption,
    confidence: Annotated[str, typer.Option(help="stated, documented or estimated.")] = "documented",
    now: NowOption = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Correct a timestamp of an incident; the old value is kept, and what is counted from it is computed anew."""
    instant = parse_instant(at, option="AT")
    found, act = _begin(incident, home, actor, reason, now)
    from amends.casework.correct_timestamp import Correction, correct_timestamp

    done = correct_timestamp(
        incident=found, correction=Correction(name, instant, source, confidence), act=act
    )
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=1, default=_as_text))
        return
    typer.echo(f"{name} {'stands so already' if done.already else 'corrected'}")
    _show_changes(done.changes)
    if done.remedies_moved:
        typer.echo(f"due times of measures moved: {done.remedies_moved:,}")
    for what, count in done.stale.items():
        typer.echo(f"made from the old value, look at it again: {count:,} {what}")


def _begin(
    incident: str, home: Path | None, actor: str | None, reason: str, now: str
) -> tuple[Incident, Act]:
    instant = parse_instant(now, option="--now") if now else datetime.now(UTC)
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.incidents import find_incident

    return find_incident(incident), Act(actor or default_actor(), reason, instant)


def _settle(incident: Incident, named: list[str] | None, settlement: Any, act: Act, *, as_json: bool) -> None:
    from amends.casework.settle_duty import settle_duty

    settled = settle_duty(incident=incident, duties=named or (), settlement=settlement, act=act)
    if as_json:
        typer.echo(json.dumps(asdict(settled)))
        return
    what = "withdrawn" if settlement.withdrawn else "settled"
    typer.echo(f"{what}{' before' if settled.already else ''}: {', '.join(settled.references)}")
    if settled.unverified:
        typer.echo(f"by a person, not by a rule: the rules of {', '.join(settled.unverified)} are unverified")
    if settled.late:
        typer.echo(f"done after the due time: {', '.join(settled.late)}")


def _show(listed: tuple[ListedDuty, ...]) -> None:
    table = Table(
        Column("reference", no_wrap=True),
        Column("duty", overflow="fold"),
        "told",
        "state",
        "due",
        "threshold",
    )
    for line in listed:
        due = (
            f"{line.due_at:%a %Y-%m-%d %H:%MZ}" if line.due_at else f"a person must set it: {line.due_reason}"
        )
        delayed = f"\ndelayed until {line.delayed_until:%Y-%m-%d %H:%MZ}" if line.delayed_until else ""
        table.add_row(
            line.reference,
            escape(line.rule),
            escape(", ".join(line.told)),
            line.state.replace("_", " "),
            escape(due) + delayed,
            escape(line.verdict_reason),
        )
    console = Console(highlight=False)
    console.print(table)
    unverified = sum(line.verification != "verified" for line in listed)
    console.print(f"{len(listed)} duties, the rules of {unverified} unverified: none of them clears a duty")


def _show_changes(changes: tuple[DutyChange, ...]) -> None:
    for change in changes:
        moved = [
            f"{name.replace('_', ' ')}: {change.before[name]} → {change.after[name]}"
            for name in change.after
            if change.before[name] != change.after[name]
        ]
        typer.echo(f"{change.reference} {change.key}: {'; '.join(moved)}")
    if not changes:
        typer.echo("no duty changed")


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
