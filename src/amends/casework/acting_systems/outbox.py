"""The outbox of announcements: leased, sent, settled. A lease that runs out is sent again, with the same event id.

The states of one announcement: owed → leased → settled, or leased → owed again, later. Nothing is marked as sent before
the system has answered, so that a worker that is killed at any moment loses nothing; it may send twice.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from amends.casework.acting_systems.alarms import Finding, clear_alarm, raise_alarm
from amends.ledger.models import ActingSystem, ListAnnouncement

LEASE: Final = timedelta(seconds=60)
FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(hours=1)
FAILURES_UNTIL_DISABLED: Final = 12
PUSH_DISABLED: Final = "push-disabled"
_MOST_DOUBLINGS: Final = 20


@dataclass(frozen=True, slots=True)
class Leased:
    """One announcement that this worker alone may send for a minute."""

    event_id: str
    lease: str
    system: str
    url: str
    sequence: int
    created_at: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one sending."""

    outcome: str
    """``sent``, ``duplicate``, ``failed``, or ``gone`` where the system wants no more."""
    failure: str = ""
    """Stable word for what failed; never anything that the receiver wrote."""
    retry_after: timedelta | None = None


def lease_next(*, now: datetime) -> Leased | None:
    """Lease the announcement that is due for longest, or return None where none is. A transaction of its own.

    What a later list of the same system has made needless is settled as superseded on the way.
    """
    with transaction.atomic():
        _supersede(now)
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        due = ListAnnouncement.objects.filter(
            free,
            outcome="",
            due_at__lte=now,
            system__push_disabled_at__isnull=True,
            system__retired_at__isnull=True,
        )
        found = (
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("system")
            .order_by("due_at", "event_id")
            .first()
        )
        if found is None:
            return None
        lease = secrets.token_hex(16)
        ListAnnouncement.objects.filter(pk=found.pk).update(
            lease=lease, leased_until=now + LEASE, attempts=found.attempts + 1
        )
        return Leased(
            found.event_id,
            lease,
            found.system.name,
            found.system.webhook_url,
            found.sequence,
            found.created_at,
            found.attempts + 1,
        )


def _supersede(now: datetime) -> None:
    later = ListAnnouncement.objects.filter(system=OuterRef("system"), sequence__gt=OuterRef("sequence"))
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    owed = ListAnnouncement.objects.filter(free, Exists(later), outcome="")
    owed.update(outcome=ListAnnouncement.Outcome.SUPERSEDED, settled_at=now)


def settle(leased: Leased, answer: Answer, *, now: datetime, chance: random.Random) -> str:
    """Record what came of a sending, in the transaction of the caller; return what became of the announcement.

    ``sent``, ``duplicate``, ``retry``, ``disabled``, or ``settled`` where another worker was faster.
    """
    found = ListAnnouncement.objects.select_for_update().filter(pk=leased.event_id, outcome="").first()
    if found is None:
        return "settled"
    if answer.outcome in ListAnnouncement.Outcome.values:
        ListAnnouncement.objects.filter(pk=found.pk).update(
            outcome=answer.outcome, settled_at=now, lease="", leased_until=None, last_failure=""
        )
        ActingSystem.objects.filter(pk=found.system_id).update(push_failures=0)
        clear_alarm(PUSH_DISABLED, leased.system, now=now)
        return answer.outcome
    if found.lease != leased.lease:
        # The lease ran out and somebody else is sending: that sending will be judged, not this one.
        return "settled"
    return _failed(found, leased, answer, now=now, chance=chance)


def _failed(
    found: ListAnnouncement, leased: Leased, answer: Answer, *, now: datetime, chance: random.Random
) -> str:
    wait = delay(leased.attempt, chance=chance)
    if answer.retry_after is not None:
        wait = max(wait, min(answer.retry_after, LONGEST_DELAY))
    ListAnnouncement.objects.filter(pk=found.pk).update(
        due_at=now + wait, lease="", leased_until=None, last_failure=answer.failure
    )
    system = ActingSystem.objects.select_for_update().get(pk=found.system_id)
    failures = system.push_failures + 1
    disabled = answer.outcome == "gone" or failures >= FAILURES_UNTIL_DISABLED
    ActingSystem.objects.filter(pk=system.pk).update(
        push_failures=failures, push_disabled_at=now if disabled else None
    )
    if not disabled:
        return "retry"
    message = (
        f"webhooks to {system.name} are stopped after {failures} failures; it is no longer told of new holds"
    )
    detail = {"failures": failures, "last_failure": answer.failure, "sequence": leased.sequence}
    raise_alarm(Finding(PUSH_DISABLED, system.name, message, detail), now=now)
    return "disabled"


def delay(attempt: int, *, chance: random.Random) -> timedelta:
    """Return how long to wait after the ``attempt``-th failure: doubling from five seconds to an hour.

    Half of it is left to chance, so that systems that failed together do not come back together.
    """
    doubled: timedelta = min(FIRST_DELAY * 2 ** min(attempt - 1, _MOST_DOUBLINGS), LONGEST_DELAY)
    share: float = 0.5 + chance.random() / 2
    return doubled * share
