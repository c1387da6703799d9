"""`amends keys`: list, rotate and renew the keys of a ledger, and change the key of its fingerprints."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

app = typer.Typer(help="Keys of the ledger: what there is, and taking new ones.", no_args_is_help=True)
ReasonOption = Annotated[str, typer.Option(help="Why a new key is taken.")]


def register(program: typer.Typer) -> None:
    """Add the group to the program."""
    program.add_typer(app, name="keys")


@app.command("list")
def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List every key by id, never the key itself; exit 1 where a change of keys is unfinished."""
    open_ledger(home or default_home())
    from amends.casework.queries.keys import list_keys

    found = list_keys()
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=1))
    else:
        console = Console(highlight=False)
        ring = Table("purpose", "key", "state", title="Key ring")
        for key in found.ring:
            ring.add_row(key.purpose, key.key_id, key.state)
        console.print(ring)
        scopes = Table("scope", "data key", "wrapped by", "destroyed", title="Data keys")
        for line in found.scopes:
            others = "".join(f" +{other}" for other in line.others)
            state = "erased" if line.erased else f"{line.current}{others}"
            scopes.add_row(line.scope, state, ", ".join(line.wrapped_by), str(line.destroyed))
        console.print(scopes)
        for what in found.unfinished:
            console.print(f"unfinished: {what}", markup=False)
    raise typer.Exit(1 if found.unfinished else 0)


@app.command()
def rotate(
    reason: ReasonOption,
    drop_former: Annotated[
        bool,
        typer.Option(
            "--drop-former",
            help="Take the former keys off the ring: older copies of the data keys stop opening.",
        ),
    ] = False,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a new key-encryption key and wrap every data key by it; no row of the database changes.

    Interrupted, it is finished by the same command. Make a new copy of the key file afterwards.
    """
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.rotate_keys import rotate_keys

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    rotated = rotate_keys(act=act, drop_former=drop_former)
    if as_json:
        typer.echo(json.dumps(asdict(rotated)))
        return
    typer.echo(f"{'finished: ' if rotated.resumed else ''}key {rotated.key_id} wraps {rotated.scopes} scopes")
    typer.echo("make a new copy of the keys: `amends backup TO --keys-to ELSEWHERE`")


@app.command()
def renew(
    reason: ReasonOption,
    incident: Annotated[
        str, typer.Argument(help="Reference of the incident; without one, what spans incidents.")
    ] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Seal every value of an incident anew under new data keys, and destroy the old ones.

    Afterwards older backups of the database cannot be opened for this incident: make a new one. Interrupted, it
    is finished by the same command.
    """
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.incidents import find_incident
    from amends.casework.renew_data_keys import renew_data_keys

    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    renewed = renew_data_keys(incident=find_incident(incident) if incident else None, act=act)
    if as_json:
        typer.echo(json.dumps(asdict(renewed)))
        return
    typer.echo(
        f"{'finished: ' if renewed.resumed else ''}{renewed.resealed:,} values under {renewed.new_keys} new keys,"
        f" {len(renewed.destroyed)} old keys destroyed"
    )
    typer.echo("older backups no longer open for this incident: make a new one with `amends backup`")


@app.command("rekey-fingerprints")
def rekey_fingerprints(
    reason: ReasonOption,
    registry: Annotated[
        Path | None, typer.Option(help="Registry, for identifiers that only it has.", exists=True)
    ] = None,
    map_: Annotated[Path | None, typer.Option("--map", help="Mapping of the registry.", exists=True)] = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a new fingerprint key, so that a stolen old one finds nobody; every hold stays findable throughout.

    What the registry knows beyond the held people is forgotten until the registry is learned again: until then an
    identifier that nobody holds is unknown, and the gate answers hold. Interrupted, it is finished by the same command.
    """
    if (registry is None) != (map_ is None):
        raise UsageError(
            "registry-without-map",
            "--registry and --map go together",
            hint="give both, or neither where every held identifier stands in a leaked file",
        )
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.rekey_fingerprints import RegistrySource, rekey_fingerprints
    from amends.link.mapping import Mapping
    from amends.link.registry import Registry

    source = None
    if registry and map_:
        mapping = Mapping.load(map_)
        source = RegistrySource(Registry.open(registry, mapping), mapping)
    act = Act(actor or default_actor(), reason, datetime.now(UTC))
    rekeyed = rekey_fingerprints(act=act, source=source)
    if as_json:
        typer.echo(json.dumps(asdict(rekeyed)))
        return
    typer.echo(
        f"{'finished: ' if rekeyed.resumed else ''}key {rekeyed.key_id}: {rekeyed.carried:,} rows carried over,"
        f" {rekeyed.removed:,} under the old key removed"
    )
    if rekeyed.forgotten:
        typer.echo(
            f"{rekeyed.forgotten:,} known identifiers are forgotten: learn the registry again;"
            " until then whom nobody holds is unknown, and unknown means hold"
        )
