"""Ask for the end of listed holds: the first of two people, and nobody is released by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from amends.casework.acts import Act, check_length, journalled
from amends.casework.advance_remedy import as_ranges
from amends.casework.authority import authenticated, still_authorised
from amends.casework.hold_end import check_holds_may_end
from amends.casework.hold_steps import list_digest, locked_holds
from amends.casework.permissions import check_may
from amends.casework.policies import locked_open
from amends.ledger.bulk import insert_rows
from amends.ledger.models import HoldRelease, HoldReleaseItem, Incident
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError, UsageError

VALID_FOR: Final = timedelta(days=7)
"""How long a request waits for its second person; what was true a week ago is asked for anew."""


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """Which holds, how many of them, and on what ground."""

    holds: tuple[int, ...]
    """Keys; a hold that is not named here stays, whatever else is asked for."""
    count: int
    """As the person counted them: a list that grew on its way shows."""
    ground: str = HoldRelease.Ground.ENDED
    document: str = ""
    """Reference of the decision or waiver, where a hold ends only by one; never personal data."""


@dataclass(frozen=True, slots=True)
class RequestedRelease:
    """The request that now waits for a second person."""

    reference: str
    holds: int
    expires_at: datetime


def request_release(
    *, incident: Incident, wanted: ReleaseList, passphrase: str, act: Act
) -> RequestedRelease:
    """Record a request to lift the listed holds, all of which may end already now.

    Raises `RefusalError` ``not-authorised``, ``hold-not-ended``, ``count-differs``, ``transition-not-allowed`` (one of
    them is lifted) and ``release-requested`` (the same list waits already); `UsageError` ``holds-missing``,
    ``holds-unknown`` and ``ground-unknown``.
    """
    check_may(act, "request_release")
    _check_asked(wanted)
    officer = authenticated(act, passphrase, may="request")
    with journalled("request_release", act) as change:
        incident = locked_open(incident)
        still_authorised(officer, may="request")
        found = locked_holds(incident, wanted.holds)
        check_count(wanted.count, len(found))
        for state in {hold.state for hold in found}:
            workflow_of("hold").step("lift", source=state)
        keys = [hold.pk for hold in found]
        as_nobody = wanted.ground == HoldRelease.Ground.NAMES_NOBODY
        check_holds_may_end(keys, now=act.now, document=bool(wanted.document), as_nobody=as_nobody)
        _check_not_waiting(incident, keys, act)
        release = HoldRelease.objects.create(
            incident=incident,
            ground=wanted.ground,
            count=len(keys),
            list_sha256=list_digest(keys),
            document=wanted.document,
            reason=act.reason,
            requested_by=officer.name,
            requested_at=act.now,
            expires_at=act.now + VALID_FOR,
        )
        insert_rows(HoldReleaseItem, ("release", "hold"), [(release.pk, key) for key in keys])
        change.incident = incident.reference
        change.detail = {
            "release": release.reference,
            "ground": release.ground,
            "count": release.count,
            "holds": as_ranges(keys),
            "list_sha256": release.list_sha256,
            "document": release.document,
            "expires_at": release.expires_at.isoformat(),
        }
    return RequestedRelease(release.reference, release.count, release.expires_at)


def check_count(said: int, counted: int) -> None:
    """Raise `RefusalError` ``count-differs`` unless the number that a person gave is the number on the list."""
    if said != counted:
        raise RefusalError(
            "count-differs",
            f"the list names {counted:,} holds, and {said:,} were confirmed",
            hint="read the list, count again, and confirm the number that it has",
        )


def _check_asked(wanted: ReleaseList) -> None:
    check_length(wanted.document, HoldRelease, "document", where="--document")
    if wanted.ground not in HoldRelease.Ground.values:
        raise UsageError(
            "ground-unknown",
            "holds are not lifted on this ground",
            hint=f"the grounds are: {', '.join(HoldRelease.Ground.values)}",
        )


def _check_not_waiting(incident: Incident, keys: Sequence[int], act: Act) -> None:
    waiting = HoldRelease.objects.filter(
        incident=incident,
        state=HoldRelease.State.REQUESTED,
        list_sha256=list_digest(keys),
        expires_at__gt=act.now,
    ).first()
    if waiting is not None:
        raise RefusalError(
            "release-requested",
            f"the same list waits for a second person already, as {waiting.reference}",
            hint="let somebody else approve or refuse that one",
        )
