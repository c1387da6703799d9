"""`amends init`: make a ledger and its key."""

from __future__ import annotations

import json

import typer

from amends.cli.options import HomeOption, JsonOption, default_home
from amends.cli.session import open_ledger


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("init")(initialise)


def initialise(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Make a ledger: its folder, its database, and its key (mode 0600, outside the database).

    A second time it changes nothing. Keep a copy of the key apart from the backups of the database:
    without it nothing sealed can be read, and with both anyone can.
    """
    from amends.casework.results.sender import write_sender_template
    from amends.ledger.home import LedgerHome

    folder = home or default_home()
    new = open_ledger(folder, create=True)
    write_sender_template(folder)
    ledger = LedgerHome(folder)
    if as_json:
        typer.echo(json.dumps({"home": str(folder), "key_file": str(ledger.key_file), "new": new}))
        return
    typer.echo(f"{'made' if new else 'stands already'}: {folder}")
    typer.echo(f"key:    {ledger.key_file}")
    typer.echo(f"sender: {folder / 'sender.toml'}  (fill in before letters go out)")
