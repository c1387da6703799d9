"""`amends holds officers`, `grant`, `revoke`: who may ask for the end of holds, and who may approve it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.passphrases import OLD, ask_new_passphrase, ask_passphrase
from amends.cli.session import open_ledger

_Officer = Annotated[str, typer.Argument(help="Name of the officer, as it shall stand in the journal.")]
_Reason = Annotated[str, typer.Option(help="Why, in a sentence; it stands in the journal.")]


def register_holds(holds: typer.Typer) -> None:
    """Add the commands to the group `amends holds`."""
    holds.command("officers")(officers)
    holds.command("grant")(grant)
    holds.command("revoke")(revoke)


def officers(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List who may ask for the end of holds and who may approve it."""
    open_ledger(home or default_home())
    from amends.casework.queries.holds import list_officers

    lines = list_officers()
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], indent=1, default=datetime.isoformat))
        return
    for line in lines:
        rights = [word for word, may in (("request", line.may_request), ("approve", line.may_approve)) if may]
        since = (
            f"revoked {line.revoked_at:%Y-%m-%d}" if line.revoked_at else f"since {line.granted_at:%Y-%m-%d}"
        )
        whose = f"line of founder {line.line}" if line.line else "of no line"
        typer.echo(f"{line.name}: may {' and '.join(rights)}, {since}, granted by {line.granted_by}, {whose}")
    typer.echo(f"{len(lines)} officers")


def grant(
    officer: _Officer,
    reason: _Reason,
    may_request: Annotated[bool, typer.Option("--may-request", help="May ask for the end of holds.")] = False,
    may_approve: Annotated[
        bool, typer.Option("--may-approve", help="May approve what another officer asked for.")
    ] = False,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an officer authority; the officer types the passphrase, and from the third on an officer countersigns.

    Whoever is an officer already types the passphrase that they have first. In scripts AMENDS_NEW_PASSPHRASE holds the
    new officer's passphrase, AMENDS_OLD_PASSPHRASE the one so far, AMENDS_PASSPHRASE that of who acts.
    """
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.grant_authority import Authority, grant_authority
    from amends.casework.queries.holds import is_officer, needs_countersignature

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    countersign = ask_passphrase(act.actor) if needs_countersignature() else ""
    old = ask_passphrase(officer, variable=OLD) if is_officer(officer) else ""
    granted = grant_authority(
        officer=officer,
        passphrase=ask_new_passphrase(officer),
        authority=Authority(may_request, may_approve),
        act=act,
        countersign=countersign,
        old_passphrase=old,
    )
    if as_json:
        typer.echo(json.dumps(asdict(granted)))
    else:
        how = "one of the two who found the list" if granted.founder else f"countersigned by {act.actor}"
        typer.echo(f"{granted.officer} has authority, {how}")


def revoke(
    officer: _Officer,
    reason: _Reason,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take every authority from an officer, at once."""
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.revoke_authority import revoke_authority

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    revoked = revoke_authority(officer=officer, act=act)
    if as_json:
        typer.echo(json.dumps(asdict(revoked)))
    else:
        typer.echo(f"{revoked.officer} has no authority{', as before' if revoked.already else ' any more'}")
