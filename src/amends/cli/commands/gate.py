"""`amends gate`: the process that other systems ask before an adverse action."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from amends.cli.options import ActorOption, HomeOption, default_actor, default_home
from amends.vocabulary.errors import UsageError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    group = typer.Typer(help="The hold gate: asked by other systems before an adverse action.")
    group.callback(invoke_without_command=True)(gate)
    group.command("accept-older")(accept_older)
    group.command("accept-clock")(accept_clock)
    app.add_typer(group, name="gate")


def gate(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8100,
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
    database_url: Annotated[
        str,
        typer.Option(
            envvar="AMENDS_DATABASE_URL",
            help="Address of the ledger's PostgreSQL database; a role that may only read is enough.",
            show_default="SQLite in the home",
        ),
    ] = "",
    home: HomeOption = None,
) -> None:
    """Answer hold or clear for an identifier and an action, and record each answer before it is sent.

    It only reads the ledger, and listens on the loopback interface alone; put a server with TLS before it.
    """
    if context.invoked_subcommand is not None:
        return
    if host not in _LOOPBACK:
        raise UsageError(
            "host-not-loopback",
            "the gate is served to this machine alone",
            hint="use 127.0.0.1, and put a server with TLS before it",
            where="--host",
        )
    from amends.gate.opening import open_gate
    from amends.gate.serving import serve
    from amends.ledger.home import LedgerHome

    ledger = LedgerHome((home or default_home()).absolute())
    if not ledger.exists():
        raise UsageError(
            "ledger-missing",
            "there is no ledger here yet",
            hint="run `amends init`, or name the ledger's folder with --home",
            where=str(ledger.folder),
        )
    # Django stays out of this process: the tables are brought up to date by whatever else opens the ledger,
    # and a gate that finds them otherwise holds everybody.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    application = open_gate(ledger, database_url, lambda: datetime.now(UTC))
    typer.echo(f"http://{host}:{port}/v1/check  (stop with Ctrl-C)")
    serve(application, host=host, port=port)


_ReasonOption = Annotated[str, typer.Option(help="Why, in a sentence; it stays in the gate's store.")]


def accept_older(reason: _ReasonOption, actor: ActorOption = None, home: HomeOption = None) -> None:
    """Say that a ledger restored from a backup is the right one: holds placed since that backup are gone from it.

    Until then the gate answers hold to everything. Look first whether the holds in between can be placed again.
    """
    _accept("older", reason, actor, home)


def accept_clock(reason: _ReasonOption, actor: ActorOption = None, home: HomeOption = None) -> None:
    """Say that this machine's clock is right, although it jumped or stands before the last answer."""
    _accept("clock", reason, actor, home)


def _accept(subject: str, reason: str, actor: str | None, home: Path | None) -> None:
    from amends.gate.accepting import accept
    from amends.ledger.home import LedgerHome

    ledger = LedgerHome((home or default_home()).absolute())
    number = accept(ledger, subject, actor=actor or default_actor(), reason=reason, now=datetime.now(UTC))
    typer.echo(f"recorded as acceptance {number}; a running gate follows within seconds")
