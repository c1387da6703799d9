"""`amends holds publish|deliver|reconcile`, `amends alarms`: acting systems are told, answer, and are compared."""

from __future__ import annotations

import json
import random
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger
from amends.vocabulary.errors import AmendsError

if TYPE_CHECKING:
    from amends.casework.acts import Act
    from amends.casework.announce_hold_list import AnnouncedList
    from amends.casework.publish_hold_lists import PublishedLists
    from amends.casework.reconcile_holds import ReconciledHolds

EXIT_DRIFT: Final = 1
_SECONDS_BETWEEN_ROUNDS: Final = 2.0


def register(app: typer.Typer) -> None:
    """Add the command that stands by itself."""
    app.command("alarms")(alarms)


def register_holds(holds: typer.Typer) -> None:
    """Add the commands of the group `amends holds`."""
    holds.command("publish")(publish)
    holds.command("deliver")(deliver)
    holds.command("reconcile")(reconcile)


def publish(
    reason: Annotated[str, typer.Option(help="Why; it stands in the journal.")] = "holds have changed",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write each acting system's hold list and its signed change, for the gate to serve."""
    open_ledger(home or default_home())
    published = _publish(actor, reason)
    if as_json:
        typer.echo(json.dumps({"lists": [asdict(made) for made in published.lists]}, indent=1))
        return
    for made in published.lists:
        change = "no change" if made.already else f"{made.added:,} added, {made.removed:,} removed"
        lacking = f"; LACKS {made.incomplete:,} that do not open" if made.incomplete else ""
        typer.echo(f"{made.system}: list {made.sequence}, {made.entries:,} entries, {change}{lacking}")
    if not published.lists:
        typer.echo("no acting system is registered")


def deliver(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Collect what acting systems said, publish lists that changed, and send the webhooks that are due.

    Without --once it goes on until it is stopped. It may be killed at any moment: what it had not finished is sent
    again under the same event id. Several may run at once.
    """
    open_ledger(home or default_home())
    chance = random.Random()
    published = -1
    while True:
        try:
            published = _round(actor, published, chance, as_json)
        except AmendsError as error:
            if once:
                raise
            # A worker that ends at the first full disk tells nobody of the holds of tomorrow.
            typer.echo(f"{error.code}: {error}", err=True)
        if once:
            return
        time.sleep(_SECONDS_BETWEEN_ROUNDS)


def _round(actor: str | None, published: int, chance: random.Random, as_json: bool) -> int:
    """Do one round, and return the generation that is published now."""
    from amends.casework.announce_hold_list import announce_hold_list
    from amends.casework.queries.acting_systems import gate_generation

    _collect(actor)
    if gate_generation() != published:
        published = _publish(actor, "holds have changed").generation
    while announced := announce_hold_list(act=_act(actor, "a new list"), chance=chance):
        _say_announced(announced, as_json)
    return published


def reconcile(
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare what each acting system says it holds with the ledger. Exit 0: in step; 1: drift, silence or an alarm."""
    open_ledger(home or default_home())
    from amends.casework.reconcile_holds import reconcile_holds

    _collect(actor)
    found = reconcile_holds(act=_act(actor, "compare holds"))
    if as_json:
        typer.echo(json.dumps(_as_json(found), indent=1))
    else:
        _show(found)
    if not found.in_step:
        raise typer.Exit(EXIT_DRIFT)


def alarms(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show the alarms that stand: raised once, cleared when what they are about is mended."""
    open_ledger(home or default_home())
    from amends.casework.queries.acting_systems import standing_alarms

    found = standing_alarms()
    if as_json:
        lines = [{**asdict(alarm), "raised_at": alarm.raised_at.isoformat()} for alarm in found]
        typer.echo(json.dumps(lines, indent=1))
        return
    for alarm in found:
        typer.echo(f"{alarm.raised_at.isoformat(timespec='minutes')}  {alarm.kind}  {alarm.message}")
    if not found:
        typer.echo("no alarm stands")


def _act(actor: str | None, reason: str) -> Act:
    from amends.casework.acts import Act

    return Act(actor or default_actor(), reason, datetime.now(UTC))


def _publish(actor: str | None, reason: str) -> PublishedLists:
    from amends.casework.publish_hold_lists import publish_hold_lists

    return publish_hold_lists(act=_act(actor, reason))


def _collect(actor: str | None) -> None:
    from amends.casework.collect_acknowledgements import collect_acknowledgements

    while collect_acknowledgements(act=_act(actor, "acting systems have answered")).more:
        pass


def _say_announced(announced: AnnouncedList, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(announced)))
        return
    failure = f" ({announced.failure})" if announced.failure else ""
    typer.echo(
        f"{announced.system}: list {announced.sequence} attempt {announced.attempt}: {announced.outcome}{failure}"
    )


def _as_json(found: ReconciledHolds) -> dict[str, Any]:
    systems = [
        {
            "system": system.system,
            "published": system.published,
            "acknowledged": system.acknowledged,
            "heard_at": system.heard_at.isoformat() if system.heard_at else None,
            "findings": [
                {"kind": finding.kind, "message": finding.message, **finding.detail}
                for finding in system.findings
            ],
        }
        for system in found.systems
    ]
    return {
        "in_step": found.in_step,
        "alarms": {"raised": found.raised, "cleared": found.cleared, "standing": found.standing},
        "systems": systems,
    }


def _show(found: ReconciledHolds) -> None:
    for system in found.systems:
        heard = system.heard_at.isoformat(timespec="minutes") if system.heard_at else "never"
        lists = f"list {system.acknowledged} of {system.published} acknowledged"
        typer.echo(f"{system.system}: {lists}, last heard {heard}")
        for finding in system.findings:
            typer.echo(f"  {finding.kind}: {finding.message}")
            if references := finding.detail.get("holds"):
                typer.echo(f"    {', '.join(references)}")
    alarms = f"{found.standing} alarms stand, {found.raised} new, {found.cleared} mended"
    typer.echo(f"{'in step' if found.in_step else 'NOT IN STEP'}: {alarms}")
