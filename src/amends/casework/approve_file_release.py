"""Approve that a file passes: the second of two people, who has the file itself before them."""

from __future__ import annotations

from pathlib import Path

from amends.casework.acts import Act, journalled
from amends.casework.authority import authenticated, still_authorised
from amends.casework.file_releases import DecidedFileRelease, decided, sha256_of, waiting_file_release
from amends.casework.permissions import check_may
from amends.casework.releases import check_second_person
from amends.ledger.models import FileRelease
from amends.vocabulary.errors import RefusalError


def approve_file_release(*, release: str, path: Path, passphrase: str, act: Act) -> DecidedFileRelease:
    """Let the file of ``release`` go to its audience: these bytes, that audience, and no other.

    The second person is another officer than the first, of another founder's line, had authority before the request,
    proves it with a passphrase, gives a reason of their own, and gives the file: what they looked at is what
    is let go. Raises `RefusalError` ``not-authorised``, ``second-person-is-first``, ``authority-too-new``,
    ``officers-of-one-line``, ``reason-repeated``, ``file-release-decided``, ``file-release-expired`` and
    ``file-differs``; `UsageError` ``file-release-unknown`` and ``file-unreadable``.
    """
    check_may(act, "approve_file_release")
    officer = authenticated(act, passphrase, may="approve")
    sha256 = sha256_of(path)
    with journalled("approve_file_release", act) as change:
        officer = still_authorised(officer, may="approve")
        wanted = waiting_file_release(release, now=act.now)
        check_second_person(wanted, officer, act)
        if wanted.release.sha256 != sha256:
            raise RefusalError(
                "file-differs",
                "this is not the file whose release was asked for",
                hint="look at the file with the hash that `amends release list` shows, and give that one",
            )
        FileRelease.objects.filter(pk=wanted.pk).update(
            state=FileRelease.State.RELEASED,
            decided_by=officer.name,
            decided_at=act.now,
            decision_reason=act.reason,
        )
        change.detail = {
            "release": wanted.reference,
            "sha256": sha256,
            "audience": wanted.release.audience,
            "verdict": wanted.release.verdict,
            "requested_by": wanted.requested_by,
            "approved_by": officer.name,
        }
    return decided(wanted, FileRelease.State.RELEASED)
