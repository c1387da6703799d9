"""`amends watch`: what is put into one folder is published out of another, if it may be."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from amends.cli.doors import AudienceOption, Door, IncidentOption, SettingsOption, releases_for
from amends.cli.options import ActorOption, HomeOption, JsonOption
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.cli.watching.round_ import Doorway, Outcome

_EXIT_OF_VERDICT: Final = {"clear": 0, "findings": 1, "incomplete": 3}
_EXIT_OF_RESULT: Final = {"published": 0, "released": 0, "waiting": 3, "refused": 3, "failed": 4}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("watch")(watch)


def watch(
    inbox: Annotated[Path, typer.Argument(help="Folder into which files are put that are to be published.")],
    publish: Annotated[Path, typer.Option(help="Folder out of which files are published.")],
    quarantine: Annotated[Path, typer.Option(help="Folder for what may not be published; nobody else's.")],
    audience: AudienceOption = None,
    config: SettingsOption = None,
    incident: IncidentOption = None,
    once: Annotated[bool, typer.Option("--once", help="Do what is to be done, and end.")] = False,
    settle: Annotated[
        float, typer.Option(help="Seconds for which a file must not have changed before it is taken.", min=0)
    ] = 5.0,
    every: Annotated[float, typer.Option(help="Seconds between two looks at the inbox.", min=0.1)] = 2.0,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish what is clear, and what two people released; hold everything else, with the reason beside it.

    With --once the exit code is that of the worst file: 0 published, 1 findings, 3 not opened, not whole or no
    file, 4 a fault.
    """
    check_folders(inbox, publish, quarantine)
    from amends.cli.watching.inbox import Inbox
    from amends.cli.watching.intake import Intake
    from amends.cli.watching.publishing import Outbox, Quarantine
    from amends.cli.watching.round_ import Doorway
    from amends.scan.judging import failing_closed

    name, judge = Door(audience, config, incident, home, actor).standing_judge()
    intake = Intake(quarantine / ".intake")
    with _alone(intake.make, quarantine / ".intake.lock"):
        doorway = Doorway(
            inbox=Inbox(inbox, settle=settle, stopwatch=time.monotonic),
            intake=intake,
            outbox=Outbox(publish),
            quarantine=Quarantine(quarantine, audience=name),
            judge=failing_closed(judge),
            releases=releases_for(name, home),
            clock=lambda: datetime.now(UTC),
        )
        worst = _run(doorway, as_json, once=once, pauses=(settle, every))
    raise typer.Exit(worst)


def check_folders(inbox: Path, outbox: Path, quarantine: Path) -> None:
    """Raise `UsageError` ``folder-missing`` or ``folders-overlap``; make the quarantine where it is missing."""
    for folder, option in ((inbox, "INBOX"), (outbox, "--publish")):
        if not folder.is_dir():
            raise UsageError(
                "folder-missing", f"{option} is no folder", hint="make it, for its own users", where=option
            )
    quarantine.mkdir(parents=True, exist_ok=True, mode=0o700)
    folders = [folder.resolve() for folder in (inbox, outbox, quarantine)]
    for one in folders:
        if any(other is not one and other.is_relative_to(one) for other in folders):
            raise UsageError(
                "folders-overlap",
                "one of the three folders is another one, or lies inside it",
                hint="give three folders of which none holds another",
            )


@contextmanager
def _alone(prepare: Callable[[], None], lock: Path) -> Iterator[None]:
    """Hold the lock of an intake. Raises `UsageError` ``watch-running`` where another process holds it."""
    from amends.ledger.durable import locked

    prepare()
    held: AbstractContextManager[None] = locked(lock, wait=False)
    try:
        held.__enter__()
    except BlockingIOError:
        raise UsageError(
            "watch-running",
            "another process watches with this quarantine already",
            hint="stop that one, or give this one a quarantine of its own",
        ) from None
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def _run(doorway: Doorway, as_json: bool, *, once: bool, pauses: tuple[float, float]) -> int:
    settle, every = pauses
    if once and settle:
        # The first of two looks; what has not changed at the second is whole.
        doorway.inbox.look()
        time.sleep(settle)
    told: set[Outcome] = set()
    while True:
        outcomes = list(doorway.round())
        for outcome in outcomes:
            _tell(outcome, as_json, told)
        if once:
            return max((exit_of(outcome) for outcome in outcomes), default=0)
        told &= set(outcomes)
        time.sleep(every)


def exit_of(outcome: Outcome) -> int:
    """Return the exit code that one file asks for."""
    return _EXIT_OF_RESULT.get(outcome.result, _EXIT_OF_VERDICT.get(outcome.verdict, 4))


def _tell(outcome: Outcome, as_json: bool, told: set[Outcome]) -> None:
    """Write a line, once for something that stays as it is."""
    if outcome in told:
        return
    told.add(outcome)
    if as_json:
        typer.echo(json.dumps(asdict(outcome)))
    else:
        typer.echo(
            f"{outcome.result:9}  {outcome.sha256[:16]:16}  {outcome.verdict:10}  {outcome.why}".rstrip()
        )
