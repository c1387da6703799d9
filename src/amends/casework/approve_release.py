"""Approve a request to lift holds: the second of two people, who looks again and carries it out, or lifts nobody."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.advance_remedy import as_ranges
from amends.casework.authority import authenticated, still_authorised
from amends.casework.hold_end import check_holds_may_end
from amends.casework.hold_steps import list_digest, locked_holds, take_step
from amends.casework.permissions import check_may
from amends.casework.policies import locked_open
from amends.casework.releases import check_second_person, waiting_release
from amends.casework.request_release import check_count
from amends.ledger.models import HoldRelease, HoldReleaseItem
from amends.vocabulary.errors import FaultError


@dataclass(frozen=True, slots=True)
class CarriedOutRelease:
    """How many holds were lifted, and the generation from which on the gate knows."""

    reference: str
    lifted: int
    generation: int


def approve_release(*, release: str, count: int, passphrase: str, act: Act) -> CarriedOutRelease:
    """Lift every hold on the list of ``release``, all of them or none, after looking at each condition again.

    The second person is another officer than the first, who had authority before the request was made, proves it
    with a passphrase, gives a reason of their own and confirms the number. Raises `RefusalError`
    ``not-authorised``, ``second-person-is-first``, ``authority-too-new``, ``release-decided``, ``release-expired``,
    ``count-differs``, ``hold-not-ended`` and ``transition-not-allowed``; `FaultError` ``release-list-changed``.
    """
    check_may(act, "approve_release")
    officer = authenticated(act, passphrase, may="approve")
    with journalled("approve_release", act) as change:
        incident = locked_open(waiting_release(release, now=act.now).incident)
        officer = still_authorised(officer, may="approve")
        wanted = waiting_release(release, now=act.now)
        check_second_person(wanted, officer, act)
        keys = list(
            HoldReleaseItem.objects.filter(release=wanted).order_by("hold").values_list("hold_id", flat=True)
        )
        _check_list(wanted, keys)
        check_count(count, len(keys))
        found = locked_holds(incident, keys)
        check_holds_may_end(
            keys,
            now=act.now,
            document=bool(wanted.document),
            as_nobody=wanted.ground == HoldRelease.Ground.NAMES_NOBODY,
        )
        generation = take_step(found, "lift", now=act.now, lifted_at=act.now, ended_because=wanted.reference)
        HoldRelease.objects.filter(pk=wanted.pk).update(
            state=HoldRelease.State.CARRIED_OUT,
            decided_by=officer.name,
            decided_at=act.now,
            decision_reason=act.reason,
        )
        change.incident = incident.reference
        change.detail = {
            "release": wanted.reference,
            "ground": wanted.ground,
            "lifted": len(keys),
            "holds": as_ranges(keys),
            "list_sha256": wanted.list_sha256,
            "requested_by": wanted.requested_by,
            "approved_by": officer.name,
            "generation": generation,
        }
    return CarriedOutRelease(wanted.reference, len(keys), generation)


def _check_list(wanted: HoldRelease, keys: list[int]) -> None:
    if len(keys) != wanted.count or list_digest(keys) != wanted.list_sha256:
        raise FaultError(
            "release-list-changed",
            "the list of this request is not the one that was asked for",
            hint="nobody was lifted; run `amends journal verify`, and find out who wrote into the ledger",
            where=wanted.reference,
        )
