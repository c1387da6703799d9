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
    from collections.abc import Iterable, Sequence

    from amends.scan.audience_screening import Conditions, Detector
    from amends.scan.judging import Judge, Judged
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
        return self._conditions(self.audience, self._detectors())

    def standing_judge(self) -> tuple[str, Judge]:
        """Return the audience of a door that stands for weeks, and its judge.

        The judge reads the settings anew for each file: an allowance that has expired since, or was struck out, must
        not go on to let files pass. Raises what `conditions` raises, here and where it judges.
        """
        from amends.scan.judging import judge_for

        detectors = self._detectors()
        audience = self._conditions(self.audience, detectors).audience.name

        def judge(path: Path) -> Judged:
            return judge_for(self._conditions(audience, detectors))(path)

        return audience, judge

    def _conditions(self, audience: str | None, detectors: Sequence[Detector]) -> Conditions:
        from amends.cli.screening.conditions import Asked, terms_of

        asked = Asked(audience=audience, config=self.config, outgoing=self.outgoing)
        today = datetime.now(UTC).date()
        return terms_of(asked, folder=Path.cwd(), today=today, detectors=detectors).conditions

    def _detectors(self) -> tuple[Detector, ...]:
        return () if self.incident is None else (self._overlap(self.incident),)

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
