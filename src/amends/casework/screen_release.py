"""Screen what is about to be published, before it is (R09-R12)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.ledger.models import Release
from amends.scan.screening import Screening, screen

if TYPE_CHECKING:
    from amends.scan.known.index import CurrentIndex


@dataclass(frozen=True, slots=True)
class ScreenedRelease:
    """A recorded release with its screening."""

    release: Release
    screening: Screening


def screen_release(
    *, path: Path, audience: str, act: Act, known: Sequence[CurrentIndex] = ()
) -> ScreenedRelease:
    """Screen one file and record the verdict. Incomplete blocks like findings; nothing is ever assumed clean.

    ``known``: indexes of people who must be found. Raises what `amends.scan.screening.screen` raises.
    """
    check_may(act, "screen_release")
    check_length(audience, Release, "audience", where="--audience")
    screening = screen(path, known=known)
    content = path.read_bytes()
    with journalled("screen_release", act) as change:
        release = Release.objects.create(
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            audience=audience,
            verdict=screening.verdict.value,
            people=max((finding.people for finding in screening.findings), default=0),
            kinds=sorted({finding.kind for finding in screening.findings}),
            skipped=len(screening.skipped),
            screened_at=act.now,
        )
        change.detail = {
            "sha256": release.sha256,
            "verdict": release.verdict,
            "people": release.people,
            "skipped": release.skipped,
        }
    return ScreenedRelease(release, screening)
