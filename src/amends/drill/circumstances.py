"""What the registry knows beside identity and custody: facility, representative, contact rules, orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from amends.drill.custody import Custody
from amends.drill.places import FACILITIES
from amends.drill.population import NOBODY, Flags, Integers
from amends.drill.scenarios import Scenario

_PEOPLE_PER_REPRESENTATIVE: Final = 9
_SKEW: Final = 0.8


@dataclass(frozen=True, slots=True)
class Circumstances:
    """One entry per person in every array."""

    facility: npt.NDArray[np.int16]
    """Position in `FACILITIES`; `NOBODY` for people not in custody at the hold. Listed people keep theirs."""
    representative: Integers
    """Number of the representative, or `NOBODY`; one representative stands for several people."""
    no_contact: Flags
    """No letter at all may be sent to this person."""
    deceased: Flags
    final_order: Flags
    house: Integers
    """Draws street, house number and town."""


def make_circumstances(custody: Custody, scenario: Scenario, rng: np.random.Generator) -> Circumstances:
    """Return the circumstances of the whole population. Nobody in custody is deceased."""
    plan, count = scenario.registry, len(custody.is_listed)
    facility = rng.integers(0, len(FACILITIES), size=count).astype(np.int16)
    facility[~custody.held_at_hold & ~custody.is_listed] = NOBODY
    share = np.where(custody.is_listed, plan.representative_listed, plan.representative_others)
    represented = rng.random(count) < share
    representative = np.full(count, NOBODY, dtype=np.int32)
    representative[represented] = _representatives(int(represented.sum()), rng)
    return Circumstances(
        facility=facility,
        representative=representative,
        no_contact=rng.random(count) < plan.no_contact,
        deceased=(rng.random(count) < plan.deceased) & ~custody.held_at_hold,
        final_order=rng.random(count) < plan.final_order,
        house=rng.integers(1, 1 << 30, size=count, dtype=np.int32),
    )


def _representatives(clients: int, rng: np.random.Generator) -> Integers:
    """Return a representative for each client: a few have very many clients, most have a handful."""
    offices = max(1, clients // _PEOPLE_PER_REPRESENTATIVE)
    weights = 1.0 / np.arange(1, offices + 1) ** _SKEW
    return rng.choice(offices, size=clients, p=weights / weights.sum()).astype(np.int32)
