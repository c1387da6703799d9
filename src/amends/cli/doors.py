"""What the standing doors (watch, relay, sweep) have in common: for whom, by which settings, released by whom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.options import default_home
from amends.cli.released import NoReleases, Releases

if TYPE_CHECKING:
    from amends.scan.audience_screening import Conditions

AudienceOption = Annotated[
    str | None,
    typer.Option("--audience", help="For whom it is meant: says what may go there.", show_default="public"),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option("--config", help="File of settings.", show_default="amends.toml here or in a folder above"),
]


def conditions_at(audience: str | None, *, config: Path | None, outgoing: bool = False) -> Conditions:
    """Return what this door holds files against. Raises `UsageError` for settings and audiences that cannot be used."""
    from amends.cli.screening.conditions import Asked, terms_of

    asked = Asked(audience=audience, config=config, outgoing=outgoing)
    return terms_of(asked, folder=Path.cwd(), today=datetime.now(UTC).date()).conditions


def releases_for(audience: str, home: Path | None) -> Releases:
    """Return what two people have released for an audience; nothing where there is no ledger.

    Raises what `open_ledger` raises where a ledger is named and cannot be opened.
    """
    from amends.ledger.home import LedgerHome

    if home is None and not LedgerHome(default_home()).exists():
        return NoReleases()
    from amends.cli.session import open_ledger

    open_ledger(home or default_home())
    from amends.casework.queries.file_releases import ReleasedFiles

    return ReleasedFiles(audience)
