"""Refuse a request to lift holds: every hold on its list stays."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.authority import authenticated, still_authorised
from amends.casework.permissions import check_may
from amends.casework.policies import locked_open
from amends.casework.releases import waiting_release
from amends.ledger.models import HoldRelease


@dataclass(frozen=True, slots=True)
class RefusedRelease:
    """The request that was refused, and how many holds stay."""

    reference: str
    holds: int


def refuse_release(*, release: str, passphrase: str, act: Act) -> RefusedRelease:
    """Refuse ``release`` with a reason. Whoever may approve may refuse, the one who asked included.

    Raises `RefusalError` ``not-authorised``, ``release-decided`` and ``release-expired``.
    """
    check_may(act, "refuse_release")
    officer = authenticated(act, passphrase, may="approve")
    with journalled("refuse_release", act) as change:
        incident = locked_open(waiting_release(release, now=act.now).incident)
        officer = still_authorised(officer, may="approve")
        wanted = waiting_release(release, now=act.now)
        HoldRelease.objects.filter(pk=wanted.pk).update(
            state=HoldRelease.State.REFUSED,
            decided_by=officer.name,
            decided_at=act.now,
            decision_reason=act.reason,
        )
        change.incident = incident.reference
        change.detail = {
            "release": wanted.reference,
            "holds_that_stay": wanted.count,
            "requested_by": wanted.requested_by,
            "refused_by": officer.name,
        }
    return RefusedRelease(wanted.reference, wanted.count)
