"""Extend holds until a later day, by decision and with a reason; one person suffices, and never earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.casework.acts import Act, journalled
from amends.casework.advance_remedy import as_ranges
from amends.casework.hold_steps import locked_holds, take_step
from amends.casework.permissions import check_may
from amends.casework.policies import locked_open
from amends.ledger.bulk import in_chunks
from amends.ledger.models import HoldTerm, Incident
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class ExtendedHolds:
    """How many were moved to a later day, and how many stand at least as long already."""

    extended: int
    already: int


def extend_hold(*, incident: Incident, holds: Sequence[int], until: datetime, act: Act) -> ExtendedHolds:
    """Let the listed holds (keys), all in force, stand until ``until`` at least, whatever the deliveries say.

    Raises `UsageError` ``holds-missing``, ``holds-unknown`` and ``extension-in-the-past``, `RefusalError`
    ``transition-not-allowed`` for a hold that was lifted: that one is placed again.
    """
    check_may(act, "extend_hold")
    if until <= act.now:
        raise UsageError(
            "extension-in-the-past",
            "the day until which the holds shall stand has passed",
            hint="give a later day",
            where="--until",
        )
    with journalled("extend_hold", act) as change:
        incident = locked_open(incident)
        found = locked_holds(incident, holds)
        stands = _standing_longer([hold.pk for hold in found], until)
        moved = [hold for hold in found if hold.pk not in stands or hold.state != "in_force"]
        if moved:
            take_step(moved, "extend", now=act.now, not_before=until, extended_at=act.now)
            change.incident = incident.reference
            change.detail = {
                "extended": len(moved),
                "until": until.isoformat(),
                "holds": as_ranges([hold.pk for hold in moved]),
            }
    return ExtendedHolds(len(moved), len(found) - len(moved))


def _standing_longer(holds: Sequence[int], until: datetime) -> set[int]:
    return {
        key
        for keys in in_chunks(holds)
        for key in HoldTerm.objects.filter(hold__in=keys, not_before__gte=until).values_list(
            "hold_id", flat=True
        )
    }
