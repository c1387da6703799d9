"""Requests to lift holds: found by reference, and what a second person must be."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, Protocol

from amends.casework.acts import Act
from amends.casework.authority import officer_name
from amends.ledger.models import HoldRelease, Officer
from amends.vocabulary.errors import RefusalError, UsageError

_REFERENCE: Final = re.compile(r"L-([0-9]{6,12})")


def waiting_release(reference: str, *, now: datetime) -> HoldRelease:
    """Return the request, locked, which nobody has decided yet and which is still valid at ``now``.

    Raises `UsageError` ``release-unknown``, `RefusalError` ``release-decided`` and ``release-expired``.
    """
    parts = _REFERENCE.fullmatch(reference)
    chosen = HoldRelease.objects.filter(pk=int(parts[1])) if parts else HoldRelease.objects.none()
    found = chosen.select_related("incident").first()
    if found is None or found.reference != reference:
        raise UsageError(
            "release-unknown",
            "there is no request with this reference",
            hint="references look like L-000012; `amends holds requests` lists them",
        )
    if found.state != HoldRelease.State.REQUESTED:
        raise RefusalError(
            "release-decided",
            f"request {reference} was {found.state.replace('_', ' ')} already",
            hint="ask anew with `amends holds lift`, if more is to be lifted",
        )
    if now >= found.expires_at:
        raise RefusalError(
            "release-expired",
            f"request {reference} has waited too long for its second person",
            hint="ask anew with `amends holds lift`: what was true then may have changed",
        )
    return found


class AwaitsSecondPerson(Protocol):
    """A request of one person that another one decides, whatever it is about."""

    requested_by: str
    requested_at: datetime
    reason: str


def check_second_person(wanted: AwaitsSecondPerson, officer: Officer, act: Act) -> None:
    """Raise `RefusalError` unless ``officer`` is somebody else, and was one before the request was made.

    ``second-person-is-first``, ``authority-too-new`` (whoever asks could otherwise make the second person),
    ``officers-of-one-line`` (whoever countersigned both, or one of them, could be both), and ``reason-repeated`` for
    the first one's reason said again.
    """
    if officer.name == officer_name(wanted.requested_by):
        raise RefusalError(
            "second-person-is-first",
            "whoever asks for a release does not approve it",
            hint="let another officer look at it and approve it",
        )
    if officer.granted_at >= wanted.requested_at:
        raise RefusalError(
            "authority-too-new",
            "this officer's authority is younger than the request",
            hint="let an officer approve it who had authority before, or ask for the release anew",
        )
    asked = Officer.objects.filter(name=officer_name(wanted.requested_by)).first()
    if asked is None or asked.line is None or officer.line is None or asked.line == officer.line:
        raise RefusalError(
            "officers-of-one-line",
            "both officers have their authority from the same founder, who could be both of them",
            hint="let an officer of the other founder's line approve it; see `amends holds officers`",
        )
    if officer_name(act.reason) == officer_name(wanted.reason):
        raise RefusalError(
            "reason-repeated",
            "the second person gives the reason of the first",
            hint="say in your own words what you looked at and why it may be released",
        )
