"""`amends release`: a file with findings goes out only if two people say so."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.doors import AudienceOption, Door, IncidentOption, SettingsOption
from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.passphrases import ask_passphrase
from amends.cli.session import open_ledger

if TYPE_CHECKING:
    from amends.casework.acts import Act
    from amends.casework.file_releases import DecidedFileRelease

_Reason = Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")]
_Request = Annotated[str, typer.Argument(help="Reference of the request, e.g. F-000012.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands to the program."""
    release = typer.Typer(
        help="Let a file pass although its screening did not say clear: two people, one file, one audience.",
        no_args_is_help=True,
    )
    release.command("request")(request)
    release.command("approve")(approve)
    release.command("refuse")(refuse)
    release.command("withdraw")(withdraw)
    release.command("list")(list_)
    app.add_typer(release, name="release")


def request(
    file: Annotated[Path, typer.Argument(help="The file that is to go out.")],
    reason: _Reason,
    audience: AudienceOption = None,
    config: SettingsOption = None,
    incident: IncidentOption = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Screen a file and ask that it may pass. Nothing passes by that: another officer looks at it and approves."""
    act = _opened(home, actor, reason)
    from amends.casework.request_file_release import request_file_release

    asked = request_file_release(
        path=file,
        conditions=Door(audience, config, incident, home, act.actor).conditions(),
        passphrase=ask_passphrase(act.actor),
        act=act,
    )
    if as_json:
        content = {"reference": asked.reference, "sha256": asked.sha256, "audience": asked.audience}
        content["expires_at"] = asked.expires_at.isoformat()
        typer.echo(json.dumps({**content, **asked.judged.as_json()}))
        return
    typer.echo(f"{asked.reference}: waits for a second officer; nothing has passed yet")
    for line in asked.judged.in_words():
        typer.echo(f"  {line}")
    typer.echo(f"sha256 {asked.sha256}, audience {asked.audience}")
    typer.echo(
        f"valid until {asked.expires_at:%Y-%m-%d %H:%MZ}; `amends release approve {asked.reference} FILE`"
    )


def approve(
    request: _Request,
    file: Annotated[Path, typer.Argument(help="The file, as you looked at it; its hash must be the same.")],
    reason: _Reason,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let the file go that another officer asked for: these bytes to that audience, and no other."""
    act = _opened(home, actor, reason)
    from amends.casework.approve_file_release import approve_file_release

    passphrase = ask_passphrase(act.actor)
    _show(approve_file_release(release=request, path=file, passphrase=passphrase, act=act), as_json)


def refuse(
    request: _Request,
    reason: _Reason,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Refuse a request: the file stays where it is."""
    act = _opened(home, actor, reason)
    from amends.casework.refuse_file_release import refuse_file_release

    _show(refuse_file_release(release=request, passphrase=ask_passphrase(act.actor), act=act), as_json)


def withdraw(
    request: _Request,
    reason: _Reason,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a release back: from now on the file passes no door. What is published already is not called back."""
    act = _opened(home, actor, reason)
    from amends.casework.withdraw_file_release import withdraw_file_release

    _show(withdraw_file_release(release=request, passphrase=ask_passphrase(act.actor), act=act), as_json)


def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the requests, newest first."""
    open_ledger(home or default_home())
    from amends.casework.queries.file_releases import list_file_releases

    lines = list_file_releases(now=datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], indent=1, default=datetime.isoformat))
        return
    for line in lines:
        typer.echo(
            f"{line.reference}  {line.state:9}  {line.sha256[:16]}  to {line.audience}  {line.verdict}, at least "
            f"{line.people:,} people  by {line.requested_by}: {line.reason}"
        )
    typer.echo(f"{len(lines)} requests")


def _opened(home: Path | None, actor: str | None, reason: str) -> Act:
    open_ledger(home or default_home())
    from amends.casework.acts import Act

    return Act(actor or default_actor(), reason, datetime.now(UTC))


def _show(done: DecidedFileRelease, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(f"{done.reference}: {done.state}, sha256 {done.sha256}, audience {done.audience}")
