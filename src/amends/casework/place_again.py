"""Place lifted holds again: one person suffices, and it stands from the gate's next answer on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.advance_remedy import as_ranges
from amends.casework.hold_steps import locked_holds, take_step
from amends.casework.permissions import check_may
from amends.casework.policies import locked_open
from amends.ledger.models import Incident


@dataclass(frozen=True, slots=True)
class PlacedAgain:
    """How many stand again, how many stood already, and since which generation the gate sees it."""

    placed: int
    already: int
    generation: int


def place_again(*, incident: Incident, holds: Sequence[int], act: Act) -> PlacedAgain:
    """Put the listed holds (keys) back in force, all of them or none; those in force already stay as they are.

    The waiting time begins anew: whoever lifted it may not do so again the next hour. Raises `UsageError`
    ``holds-missing`` and ``holds-unknown``.
    """
    check_may(act, "place_again")
    generation = 0
    with journalled("place_again", act) as change:
        incident = locked_open(incident)
        found = locked_holds(incident, holds)
        lifted = [hold for hold in found if hold.state != "in_force"]
        if lifted:
            generation = take_step(
                lifted, "place_again", now=act.now, begins_at=act.now, lifted_at=None, ended_because=""
            )
            change.incident = incident.reference
            change.detail = {
                "placed_again": len(lifted),
                "in_force_already": len(found) - len(lifted),
                "holds": as_ranges([hold.pk for hold in lifted]),
                "generation": generation,
            }
    return PlacedAgain(len(lifted), len(found) - len(lifted), generation)
