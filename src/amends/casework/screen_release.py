"""Screen what is about to be published, before it is (R09-R12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.ledger.models import Release
from amends.scan.audience_screening import AudienceScreening, Conditions, screen_for
from amends.scan.screening import Screening


@dataclass(frozen=True, slots=True)
class ScreenedRelease:
    """A recorded release with its screening."""

    release: Release
    answer: AudienceScreening

    @property
    def screening(self) -> Screening:
        """What stops the file."""
        return self.answer.screening


def screen_release(*, path: Path, conditions: Conditions, act: Act, shown: str = "") -> ScreenedRelease:
    """Screen one file for an audience and record the verdict. Incomplete blocks like findings.

    ``shown`` is the path that allowances know the file by. Raises what `amends.scan.opening.open_file` raises for a
    file that is missing or cannot be read.
    """
    check_may(act, "screen_release")
    check_length(conditions.audience.name, Release, "audience", where="--audience")
    answer = screen_for(path, conditions, shown=shown)
    with journalled("screen_release", act) as change:
        release = recorded(answer, audience=conditions.audience.name, now=act.now)
        change.detail = {
            "sha256": release.sha256,
            "verdict": release.verdict,
            "people": release.people,
            "skipped": release.skipped,
        }
    return ScreenedRelease(release, answer)


def recorded(answer: AudienceScreening, *, audience: str, now: datetime) -> Release:
    """Write what a screening said of a file; runs in the transaction of its caller."""
    screening = answer.screening
    return Release.objects.create(
        sha256=answer.sha256,
        size=answer.size,
        audience=audience,
        verdict=screening.verdict.value,
        people=max((finding.people for finding in screening.findings), default=0),
        kinds=sorted({finding.kind for finding in screening.findings}),
        skipped=len(screening.skipped),
        screened_at=now,
    )
