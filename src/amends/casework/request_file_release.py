"""Ask that a file may pass although its screening did not say clear: the first of two people; nothing is let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from amends.casework.acts import Act, check_length, journalled
from amends.casework.authority import authenticated, still_authorised
from amends.casework.file_releases import sha256_of
from amends.casework.permissions import check_may
from amends.casework.screen_release import recorded
from amends.ledger.models import FileRelease, Release
from amends.scan.audience_screening import CHANGED, Conditions
from amends.scan.judging import Judged, judge_for
from amends.vocabulary.errors import FaultError, RefusalError

VALID_FOR: Final = timedelta(days=7)
"""How long a request waits for its second person."""


@dataclass(frozen=True, slots=True)
class RequestedFileRelease:
    """The request that now waits for a second person, and what the screening says."""

    reference: str
    sha256: str
    audience: str
    judged: Judged
    expires_at: datetime


def request_file_release(
    *, path: Path, conditions: Conditions, passphrase: str, act: Act
) -> RequestedFileRelease:
    """Screen a file and record a request to let it go to the audience of the conditions all the same.

    Raises `RefusalError` ``not-authorised``, ``release-not-needed`` (it is clear) and ``file-release-requested``
    (the same request waits already), `FaultError` ``file-changed``, and what `amends.scan.opening.open_file` raises.
    """
    check_may(act, "request_file_release")
    audience = conditions.audience.name
    check_length(audience, Release, "audience", where="--audience")
    officer = authenticated(act, passphrase, may="request")
    sha256 = sha256_of(path)
    judged = judge_for(conditions)(path)
    if judged.answer is None or judged.answer.sha256 != sha256 or CHANGED in judged.skipped:
        raise FaultError(
            "file-changed",
            "the file was written into while it was screened",
            hint="ask for the release of a copy that nobody else has open",
        )
    if judged.passes:
        raise RefusalError(
            "release-not-needed",
            "the file is clear for this audience",
            hint="publish it; nobody has to agree",
        )
    with journalled("request_file_release", act) as change:
        still_authorised(officer, may="request")
        _check_not_waiting(sha256, audience, act)
        screened = recorded(judged.answer, audience=audience, now=act.now)
        asked = FileRelease.objects.create(
            release=screened,
            reason=act.reason,
            requested_by=officer.name,
            requested_at=act.now,
            expires_at=act.now + VALID_FOR,
        )
        change.detail = {
            "release": asked.reference,
            "sha256": sha256,
            "audience": audience,
            "verdict": screened.verdict,
            "people": screened.people,
            "kinds": screened.kinds,
            "skipped": screened.skipped,
            "expires_at": asked.expires_at.isoformat(),
        }
    return RequestedFileRelease(asked.reference, sha256, audience, judged, asked.expires_at)


def _check_not_waiting(sha256: str, audience: str, act: Act) -> None:
    waiting = FileRelease.objects.filter(
        release__sha256=sha256,
        release__audience=audience,
        state=FileRelease.State.REQUESTED,
        expires_at__gt=act.now,
    ).first()
    if waiting is not None:
        raise RefusalError(
            "file-release-requested",
            f"the same file waits for a second person already, as {waiting.reference}",
            hint="let somebody else approve or refuse that one",
        )
