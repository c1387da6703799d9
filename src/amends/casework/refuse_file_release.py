"""Refuse that a file passes: it stays where it is."""

from __future__ import annotations

from amends.casework.acts import Act, journalled
from amends.casework.authority import authenticated, still_authorised
from amends.casework.file_releases import DecidedFileRelease, decided, waiting_file_release
from amends.casework.permissions import check_may
from amends.ledger.models import FileRelease


def refuse_file_release(*, release: str, passphrase: str, act: Act) -> DecidedFileRelease:
    """Refuse ``release`` with a reason. Whoever may approve may refuse, the one who asked included.

    Raises `RefusalError` ``not-authorised``, ``file-release-decided`` and ``file-release-expired``; `UsageError`
    ``file-release-unknown``.
    """
    check_may(act, "refuse_file_release")
    officer = authenticated(act, passphrase, may="approve")
    with journalled("refuse_file_release", act) as change:
        officer = still_authorised(officer, may="approve")
        wanted = waiting_file_release(release, now=act.now)
        FileRelease.objects.filter(pk=wanted.pk).update(
            state=FileRelease.State.REFUSED,
            decided_by=officer.name,
            decided_at=act.now,
            decision_reason=act.reason,
        )
        change.detail = {
            "release": wanted.reference,
            "sha256": wanted.release.sha256,
            "audience": wanted.release.audience,
            "requested_by": wanted.requested_by,
            "refused_by": officer.name,
        }
    return decided(wanted, FileRelease.State.REFUSED)
