"""What the standing doors (watch, relay, sweep) have in common: for whom, by which settings, released by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.options import default_actor, default_home
from amends.cli.released import NoReleases, Releases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amends.scan.audience_screening import Conditions, Detector
    from amends.scan.screening import Finding
    from amends.scan.tables import OpenedFile
    from amends.vocabulary.outcomes import Skipped

AudienceOption = Annotated[
    str | None,
    typer.Option("--audience", help="For whom it is meant: says what may go there.", show_default="public"),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option("--config", help="File of settings.", show_default="amends.toml here or in a folder above"),
]
IncidentOption = Annotated[
    str | None,
    typer.Option("--incident", help="Reference of an incident: stop whatever lists people of its register."),
]


@dataclass(frozen=True, slots=True)
class Door:
    """What a door was told on its command line."""

    audience: str | None
    config: Path | None
    incident: str | None = None
    home: Path | None = None
    actor: str | None = None
    outgoing: bool = False

    def conditions(self) -> Conditions:
        """Return what this door holds files against.

        Raises `UsageError` for settings, audiences and incidents that cannot be used.
        """
        from amends.cli.screening.conditions import Asked, terms_of

        asked = Asked(audience=self.audience, config=self.config, outgoing=self.outgoing)
        detectors = (self._overlap(self.incident),) if self.incident is not None else ()
        today = datetime.now(UTC).date()
        return terms_of(asked, folder=Path.cwd(), today=today, detectors=detectors).conditions

    def _overlap(self, incident: str) -> Detector:
        """Return the question how many of a file's people are in the incident's register, as it is when it is asked."""
        from amends.cli.session import open_ledger

        open_ledger(self.home or default_home())
        from amends.casework.acts import Act
        from amends.casework.count_affected import overlap_detector
        from amends.casework.queries.incidents import find_incident

        actor = self.actor or default_actor()
        find_incident(incident)

        def overlaps(opened: OpenedFile) -> Iterable[Finding | Skipped]:
            act = Act(actor, "what came to a door was held against the register", datetime.now(UTC))
            return overlap_detector(incident=find_incident(incident), act=act)(opened)

        return overlaps


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
