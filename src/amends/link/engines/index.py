"""The embedded engine: blocking keys in NumPy, weights per pair, nothing outside this process."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from amends.link.blocking import first_pass, second_pass
from amends.link.comparing_names import TokenWeights
from amends.link.model import Model
from amends.link.people import Sides
from amends.link.weighed_pairs import WeighedPairs
from amends.link.weighing import together, weigh_pairs


@dataclass(frozen=True, slots=True)
class IndexEngine:
    """Two passes: strong keys for every row, then the name alone for the rows that are still open.

    A row is settled when its best candidate is so far above the prior that a person who shares neither
    identifier nor day of birth could not come near.
    """

    name: str = "index"

    def weigh(self, sides: Sides, model: Model, log_prior: NDArray[np.float64]) -> WeighedPairs:
        """See `LinkEngine.weigh`."""
        weights = TokenWeights.counted(sides, model)
        found = first_pass(sides, model.block_cap)
        strong = weigh_pairs(found.pairs, sides, model, weights)
        best = np.full(len(sides.rows), -np.inf)
        np.maximum.at(best, strong.pairs.rows, strong.bits + log_prior[strong.pairs.persons])
        still_open = np.flatnonzero(best < model.settled).astype(np.int32)
        more = second_pass(sides, still_open, model.block_cap)
        weak = weigh_pairs(more.pairs.without(found.pairs), sides, model, weights)
        both = together(strong, weak)
        crowded = np.union1d(more.crowded, np.intersect1d(found.crowded, still_open)).astype(np.int32)
        return replace(both, crowded=crowded, oversized_keys=found.oversized_keys + more.oversized_keys)


PLUGIN = IndexEngine()
