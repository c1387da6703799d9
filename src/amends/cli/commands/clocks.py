"""`amends clocks`, `amends untold`: what is due, what was missed, and who has not been told."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from amends.cli.options import (
    ActorOption,
    HomeOption,
    JsonOption,
    default_actor,
    default_home,
    parse_instant,
)
from amends.cli.session import open_ledger
from amends.vocabulary.errors import FaultError

if TYPE_CHECKING:
    from amends.ledger.models import ClockFiring

EXIT_ALARM: Final = 1
_LATE: Final = timedelta(minutes=1)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("clocks")(clocks)
    app.command("untold")(untold)


def clocks(
    now: Annotated[str, typer.Option(help="Instant to ask for.", show_default="the clock")] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Go on until stopped.")] = False,
    every: Annotated[int, typer.Option(help="Seconds between two rounds of --watch.", min=1)] = 60,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let the clocks go off that are due, each once, however late; exit 1 while anything is overdue.

    To be run by cron or a timer every few minutes. A run that was missed makes a firing late, and the line says by how
    much; it never loses one.
    """
    fixed = parse_instant(now, option="--now") if now else None
    open_ledger(home or default_home())
    who = actor or default_actor()
    overdue = _round(who, fixed or datetime.now(UTC), as_json=as_json)
    while watch and not fixed:
        time.sleep(every)
        try:
            overdue = _round(who, datetime.now(UTC), as_json=as_json)
        except FaultError as error:
            # A watch that ends with the first fault of its database watches nothing; what was missed fires later.
            typer.echo(f"ALARM the clocks could not be asked: {error.code}: {error.message}", err=True)
    raise typer.Exit(EXIT_ALARM if overdue else 0)


def untold(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    alarm_after_days: Annotated[
        int, typer.Option(help="Exit 1 where somebody is untold for longer.", min=0)
    ] = 7,
    limit: Annotated[int, typer.Option(help="List at most so many.", min=1)] = 20,
    now: Annotated[str, typer.Option(help="Instant to ask for.", show_default="the clock")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count and list by reference who has no proven notice yet, oldest first. Names nobody; exit 1 as an alarm."""
    instant = parse_instant(now, option="--now") if now else datetime.now(UTC)
    open_ledger(home or default_home())
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.untold import list_untold

    found = list_untold(find_incident(incident), now=instant, limit=limit)
    alarm = found.is_alarming(timedelta(days=alarm_after_days))
    if as_json:
        oldest = [
            {"notice": each.notice, "state": each.state, "owed_since": each.owed_since.isoformat()}
            for each in found.oldest
        ]
        answer = {"untold": found.total, "identified": found.identified, "alarm": alarm, "oldest": oldest}
        typer.echo(json.dumps({**answer, "age_hours": round(found.age / timedelta(hours=1), 1)}, indent=1))
    else:
        whom = "people" if found.identified else "rows, not yet identified,"
        typer.echo(f"{found.total:,} {whom} are not told, {_in_words(found.age)} after the first report")
        for each in found.oldest:
            typer.echo(
                f"  {each.notice or '(none planned)'}  {each.state}  since {each.owed_since:%Y-%m-%d %H:%MZ}"
            )
        if alarm:
            typer.echo(f"ALARM: longer than {alarm_after_days} days", err=True)
    raise typer.Exit(EXIT_ALARM if alarm else 0)


def _round(who: str, now: datetime, *, as_json: bool) -> int:
    """Fire and tell once; return how many things are overdue."""
    from amends.casework.acts import Act
    from amends.casework.clocks.telling import claim_untold, confirm_told
    from amends.casework.fire_clocks import fire_clocks
    from amends.casework.queries.incidents import all_incidents

    act = Act(who, "the clocks were asked", now)
    overdue: dict[str, dict[str, int]] = {}
    for incident in all_incidents():
        if incident.closed_at is None:
            found = fire_clocks(incident=incident, act=act).overdue
            overdue |= {incident.reference: found} if found else {}
    firings = claim_untold(now=now)
    if as_json:
        typer.echo(json.dumps({"fired": [_as_dict(f) for f in firings], "overdue": overdue}))
    else:
        _show(firings, overdue)
    confirm_told(firings, now=now)
    return sum(count for found in overdue.values() for count in found.values())


def _show(firings: Sequence[ClockFiring], overdue: dict[str, dict[str, int]]) -> None:
    for firing in firings:
        late = f", {_in_words(firing.late_by)} late" if firing.late_by >= _LATE else ""
        again = "; may have been told before" if firing.tellings > 1 else ""
        typer.echo(
            f"ALARM {firing.incident.reference} {firing.subject} {firing.mark.replace('_', ' ')}: "
            f"{firing.open_count:,} open, due {firing.due_at:%Y-%m-%d %H:%MZ}{late}{again}"
        )
    for reference, found in overdue.items():
        for subject, count in found.items():
            typer.echo(f"OVERDUE {reference} {subject}: {count:,} open")


def _as_dict(firing: ClockFiring) -> dict[str, Any]:
    return {
        "incident": firing.incident.reference,
        "subject": firing.subject,
        "mark": firing.mark,
        "open": firing.open_count,
        "due_at": firing.due_at.isoformat(),
        "fires_at": firing.fires_at.isoformat(),
        "late_seconds": int(firing.late_by.total_seconds()),
        "told_before": firing.tellings > 1,
    }


def _in_words(length: timedelta) -> str:
    days, seconds = length.days, length.seconds
    parts = ((days, "d"), (seconds // 3600, "h"), (seconds // 60 % 60, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 min"
