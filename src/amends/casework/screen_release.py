"""Screen what is about to be published, before it is (R09-R12)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.ledger.models import Release
from amends.scan.screening import Screening, screen


@dataclass(frozen=True, slots=True)
class ScreenedRelease:
    """A recorded release with its screening."""

    release: Release
    screening: Screening


def screen_release(*, path: Path, audience: str, act: Act) -> ScreenedRelease:
    """Screen one file and record the verdict. Incomplete blocks like findings; nothing is ever assumed clean.

    Raises what `amends.scan.opening.open_file` raises for a file that is missing or cannot be read.
    """
    check_may(act, "screen_release")
    check_length(audience, Release, "audience", where="--audience")
    screening = screen(path)
    content = path.read_bytes()
    with journalled("screen_release", act) as change:
        sha256 = hashlib.sha256(content).hexdigest()
        release = recorded(screening, sha256, len(content), audience, now=act.now)
        change.detail = {
            "sha256": release.sha256,
            "verdict": release.verdict,
            "people": release.people,
            "skipped": release.skipped,
        }
    return ScreenedRelease(release, screening)


def recorded(screening: Screening, sha256: str, size: int, audience: str, *, now: datetime) -> Release:
    """Write what a screening said of a file; runs in the transaction of its caller."""
    return Release.objects.create(
        sha256=sha256,
        size=size,
        audience=audience,
        verdict=screening.verdict.value,
        people=max((finding.people for finding in screening.findings), default=0),
        kinds=sorted({finding.kind for finding in screening.findings}),
        skipped=len(screening.skipped),
        screened_at=now,
    )
