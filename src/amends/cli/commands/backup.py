"""`amends backup`, `amends restore`: copies of the ledger, proof that they work, and a ledger made of one again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.ledger.backup.postgresql import PostgresqlLedger

DRILL = "drill"


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    to: Annotated[
        str,
        typer.Argument(
            help="New folder to write; or the word `drill`: copy, restore elsewhere, compare, clear away."
        ),
    ],
    keys_to: Annotated[
        Path | None, typer.Option(help="Folder elsewhere for the copy of the keys; it replaces an older one.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why a copy is made.")] = "copy of the ledger",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the ledger: database, sealed files, the gate's store, each with its hash. Never the keys beside them.

    Others may read and write meanwhile. The copy alone opens nothing. What is erased later can be opened for as long
    as an older copy of the keys is kept, so `--keys-to` keeps one copy and replaces it.
    """
    open_ledger(home or default_home())
    from amends.casework.acts import Act

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    if to == DRILL:
        _drill(act, as_json=as_json)
        return
    from amends.casework.back_up import back_up

    backed_up = back_up(to=Path(to), keys_to=keys_to, act=act)
    manifest = backed_up.manifest
    head = f"{manifest.facts.head.sequence}:{manifest.facts.head.digest}"
    rows = sum(manifest.facts.counts.values())
    if as_json:
        answer = {
            "copy": to,
            "files": len(manifest.files),
            "rows": rows,
            "head": head,
            "keys": str(backed_up.keys_file or ""),
        }
        typer.echo(json.dumps(answer))
        return
    typer.echo(f"copied: {to} ({len(manifest.files)} files, {rows:,} rows)")
    typer.echo(f"head:   {head}")
    typer.echo(f"keys:   {backed_up.keys_file or 'not copied; without them the copy opens nothing'}")


def _drill(act: object, *, as_json: bool) -> None:
    from amends.casework.acts import Act
    from amends.casework.drill_backup import drill_backup

    assert isinstance(act, Act)
    drilled = drill_backup(act=act)
    if as_json:
        typer.echo(json.dumps(asdict(drilled)))
        return
    typer.echo(f"rows:    {drilled.rows:,} copied and restored, all counts equal")
    typer.echo(f"journal: {drilled.entries:,} entries, the chain is intact")
    typer.echo(f"sealed:  {drilled.opened:,} values opened, {drilled.erased:,} erased and still erased")
    typer.echo("seconds: " + ", ".join(f"{step} {taken:.2f}" for step, taken in drilled.seconds.items()))


def restore(
    source: Annotated[Path, typer.Argument(help="Folder that `amends backup` wrote.")],
    keys_from: Annotated[Path, typer.Option(help="Folder of the copy of the keys.")],
    reason: Annotated[str, typer.Option(help="Why the ledger is restored.")],
    journal: Annotated[
        Path | None,
        typer.Option(
            help="A journal exported after the copy was made: what it says was erased stays erased."
        ),
    ] = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a ledger of a copy and its keys, in a new folder (and an empty database); never over another ledger.

    Everything is checked first: hashes, the journal's chain, that the keys fit. A gate that has seen the ledger since
    the copy was made answers hold for everybody, and rightly: holds placed since are not in it.
    """
    from amends.casework.results.journal_file import read_journal
    from amends.ledger.backup.restoring import Target, open_copy, restore_ledger
    from amends.ledger.home import LedgerHome

    folder = home or default_home()
    later = tuple(read_journal(journal)[0]) if journal else ()
    copy = open_copy(source, keys_from)
    restored = restore_ledger(copy, Target(LedgerHome(folder), _database()), later=later)
    open_ledger(folder)
    from amends.casework.acts import Act
    from amends.casework.record_restore import record_restore
    from amends.casework.results.journal_export import verify_ledger

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    recorded = record_restore(restored=restored, act=act)
    entries, breaks = verify_ledger(None)
    if as_json:
        answer = {
            "home": str(folder),
            "copy_made_at": restored.manifest.made_at,
            "entries": entries,
            "intact": not breaks,
            "buried_keys": len(restored.buried_keys),
            "erasures_unknown": recorded.erasures_unknown,
        }
        typer.echo(json.dumps(answer))
    else:
        typer.echo(f"restored: {folder}, as it stood at {restored.manifest.made_at} (entry {recorded.up_to})")
        typer.echo(f"journal:  {entries} entries, {'the chain is intact' if not breaks else 'BROKEN'}")
        if restored.buried_keys:
            typer.echo(f"erased:   {len(restored.buried_keys)} data keys stay erased and were left out")
        if recorded.erasures_unknown:
            typer.echo(
                "erased:   fingerprints erased since the copy are back: run `amends retention apply` again"
            )
        typer.echo(
            "gate:     one that saw a later ledger holds everybody until what is missing has been done again"
        )
    raise typer.Exit(1 if breaks else 0)


def _database() -> PostgresqlLedger | None:
    from amends.ledger.backup.postgresql import PostgresqlLedger, server_at

    url = os.environ.get("AMENDS_DATABASE_URL", "")
    if not url:
        return None
    server = server_at(url)
    if server is None:
        raise UsageError(
            "database-address-invalid",
            "AMENDS_DATABASE_URL is not the address of a PostgreSQL database",
            hint="write it as postgresql://user:password@host:port/name, or unset it to use SQLite",
        )
    return PostgresqlLedger(server)
