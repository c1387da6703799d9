"""`amends reviews`, `amends review ...`: the queue, and the steps by which a review comes to its end."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger

if TYPE_CHECKING:
    from amends.casework.queries.reviews import ReviewQueue
    from amends.ledger.models import Incident

review = typer.Typer(help="Individual reviews: assign, decide, look a second time.", no_args_is_help=True)

IncidentArgument = Annotated[str, typer.Argument(help="Reference of the incident.")]
ReviewOption = Annotated[str, typer.Option("--review", help="Reference, e.g. R-000123.")]
ReasonOption = Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("reviews")(reviews)
    app.add_typer(review, name="review")


def reviews(
    incident: IncidentArgument,
    mine: Annotated[str, typer.Option(help="Only those assigned to this name.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their due time.")] = False,
    second_look: Annotated[
        bool, typer.Option("--second-look", help="Only those that wait for a second look.")
    ] = False,
    limit: Annotated[int, typer.Option(help="List at most so many.", min=1)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the open reviews, the most urgent first, with the reasons why. Names nobody."""
    open_ledger(home or default_home())
    from amends.casework.queries.incidents import find_incident
    from amends.casework.queries.reviews import ReviewFilter, review_queue

    wanted = ReviewFilter(mine, overdue, second_look)
    queue = review_queue(find_incident(incident), wanted, now=datetime.now(UTC), limit=limit)
    if as_json:
        lines = [{**asdict(line), "due": line.due.isoformat() if line.due else None} for line in queue.lines]
        typer.echo(json.dumps({"total": queue.total, "totals": queue.totals, "reviews": lines}, indent=1))
    else:
        _show(queue)


@review.command("assign")
def assign(
    incident: IncidentArgument,
    listed: Annotated[list[str], typer.Option("--review", help="Reference, e.g. R-000123; repeat it.")],
    to: Annotated[str, typer.Option(help="Who decides.")],
    reason: ReasonOption,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give reviews to the person who decides them; an open one is under review from then on."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.assign_review import assign_review
    from amends.casework.queries.incidents import find_incident

    found = find_incident(incident)
    done = assign_review(
        incident=found,
        reviews=_keys(found, listed),
        to=to,
        act=Act(actor or default_actor(), reason, datetime.now(UTC)),
    )
    said = f"assigned: {done.assigned:,}" + (f", had them already: {done.already:,}" if done.already else "")
    typer.echo(json.dumps(asdict(done)) if as_json else said)


@review.command("decide")
def decide(
    incident: IncidentArgument,
    listed: ReviewOption,
    outcome: Annotated[str, typer.Option(help="How it ends, e.g. released or continued_detention.")],
    reason: ReasonOption,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide one review. What goes against the person takes effect only after a second look."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.decide_review import decide_review
    from amends.casework.queries.incidents import find_incident

    found = find_incident(incident)
    (key,) = _keys(found, [listed])
    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    done = decide_review(incident=found, review=key, outcome=outcome, act=act)
    waits = ", waits for a second look" if done.awaits_second_look else ""
    again = " (stood already)" if done.already else ""
    typer.echo(json.dumps(asdict(done)) if as_json else f"{done.reference}: {done.outcome}{waits}{again}")


@review.command("second-look")
def look_again(
    incident: IncidentArgument,
    listed: ReviewOption,
    confirm: Annotated[
        bool, typer.Option("--confirm/--send-back", help="Confirm the decision, or send it back.")
    ],
    reason: ReasonOption,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at a decision that somebody else has made: it takes effect, or the review goes on."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.incidents import find_incident
    from amends.casework.second_look import second_look

    found = find_incident(incident)
    (key,) = _keys(found, [listed])
    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    done = second_look(incident=found, review=key, confirm=confirm, act=act)
    what = "confirmed" if done.confirmed else "sent back"
    typer.echo(json.dumps(asdict(done)) if as_json else f"{done.reference}: {what}, now {done.state}")


def _keys(incident: Incident, listed: list[str]) -> tuple[int, ...]:
    from amends.casework.queries.remedies import ListedReference, find_remedies

    references = [ListedReference(text, f"--review number {n}") for n, text in enumerate(listed, start=1)]
    return find_remedies(incident, references).keys


def _show(queue: ReviewQueue) -> None:
    table = Table(
        Column("reference", no_wrap=True),
        "review",
        Column("urgency", justify="right"),
        "because",
        "assigned to",
        "due",
        Column("days old", justify="right"),
        "state",
    )
    for line in queue.lines:
        state = f"second look: {line.proposed}" if line.awaits_second_look else line.state
        due = f"{line.due:%Y-%m-%d}{' overdue' if line.overdue else ''}" if line.due else ""
        table.add_row(
            line.reference,
            line.entitlement,
            str(line.urgency),
            ", ".join(line.reasons),
            escape(line.assigned_to) or "nobody",
            due,
            str(line.age_days),
            state,
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(queue.lines):,} of {queue.total:,} open reviews")
    for name, counted in queue.totals.items():
        console.print(
            f"{name}: {counted['all']:,} = {counted['granted']:,} granted"
            f" + {counted['under_review']:,} under review + {counted['other']:,} other",
            markup=False,
        )
