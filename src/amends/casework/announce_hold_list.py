"""Tell one acting system that there is a new list: one webhook from the outbox (R24)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from amends.casework.acting_systems.list_keys import list_keys
from amends.casework.acting_systems.list_pointer import point_to_latest
from amends.casework.acting_systems.outbox import Answer, Leased, lease_next, settle
from amends.casework.acting_systems.systems import find_system
from amends.casework.acting_systems.webhook import send
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may

Sending = Callable[[Leased, bytes, datetime], Answer]


@dataclass(frozen=True, slots=True)
class AnnouncedList:
    """What became of one announcement."""

    system: str
    sequence: int
    event_id: str
    attempt: int
    outcome: str
    """``sent``, ``duplicate``, ``retry``, ``disabled``, or ``settled`` by somebody else."""
    failure: str


def announce_hold_list(
    *, act: Act, chance: random.Random, sending: Sending | None = None
) -> AnnouncedList | None:
    """Lease the next announcement that is due, send it, and record the outcome; None where nothing is due.

    At least once: whoever dies between sending and recording leaves a lease that runs out after a minute, and the
    same event id is sent again. ``sending`` is how it is sent; HTTP where it is not given.
    """
    check_may(act, "announce_hold_list")
    leased = lease_next(now=act.now)
    if leased is None:
        return None
    system = find_system(leased.system)
    # A run that published and was killed may not have come to this; what is announced must be there to fetch.
    point_to_latest(system)
    key = list_keys(system).webhook_key
    answer = sending(leased, key, act.now) if sending else send(leased, key, now=act.now)
    with journalled("announce_hold_list", act) as change:
        outcome = settle(leased, answer, now=act.now, chance=chance)
        change.detail = {
            "system": leased.system,
            "sequence": leased.sequence,
            "event_id": leased.event_id,
            "attempt": leased.attempt,
            "outcome": outcome,
            "failure": answer.failure,
        }
    return AnnouncedList(
        leased.system, leased.sequence, leased.event_id, leased.attempt, outcome, answer.failure
    )
