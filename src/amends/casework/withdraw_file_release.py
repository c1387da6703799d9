"""Withdraw the release of a file: from now on it passes no door. One person is enough, for it protects."""

from __future__ import annotations

from amends.casework.acts import Act, journalled
from amends.casework.authority import authenticated, still_authorised
from amends.casework.file_releases import DecidedFileRelease, decided, found_file_release
from amends.casework.permissions import check_may
from amends.ledger.models import FileRelease
from amends.vocabulary.errors import RefusalError


def withdraw_file_release(*, release: str, passphrase: str, act: Act) -> DecidedFileRelease:
    """Withdraw ``release`` with a reason. What was published on its strength is not called back by it.

    Raises `RefusalError` ``not-authorised`` and ``file-not-released``; `UsageError` ``file-release-unknown``.
    """
    check_may(act, "withdraw_file_release")
    officer = authenticated(act, passphrase, may="approve")
    with journalled("withdraw_file_release", act) as change:
        officer = still_authorised(officer, may="approve")
        found = found_file_release(release)
        if found.state != FileRelease.State.RELEASED:
            raise RefusalError(
                "file-not-released",
                f"request {release} is {found.state}",
                hint="only a file that was released can be withdrawn; refuse a request that waits",
            )
        FileRelease.objects.filter(pk=found.pk).update(state=FileRelease.State.WITHDRAWN)
        change.detail = {
            "release": found.reference,
            "sha256": found.release.sha256,
            "audience": found.release.audience,
            "withdrawn_by": officer.name,
        }
    return decided(found, FileRelease.State.WITHDRAWN)
