"""What a link engine is: it finds and weighs candidate pairs; it decides nothing.

An engine is a module of this folder that exports one ``PLUGIN``. The decision (match, review, unmatched) is
made from its pairs in `amends.link.deciding`, the same for every engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from amends.link.keys import Pairs
from amends.link.model import Model
from amends.link.people import Sides


@dataclass(frozen=True, slots=True)
class WeighedPairs:
    """Candidate pairs, ordered by row and then person, with what speaks for and against each.

    Every array has one entry per pair, except ``crowded``.
    """

    pairs: Pairs
    bits: NDArray[np.float64]
    """Sum of the weights of all comparisons: log2 of the Bayes factor, without any prior."""
    names: NDArray[np.uint16]
    """Flags of `amends.link.comparing_names`."""
    dates: NDArray[np.int8]
    identifiers: NDArray[np.int8]
    nationalities: NDArray[np.int8]
    facilities: NDArray[np.int8]
    """Levels of `amends.link.comparing_fields`."""
    crowded: NDArray[np.int32]
    """Rows of which candidates were left out because too many persons are alike; never to be called
    unmatched."""
    oversized_keys: int
    """How many blocking keys exceeded the cap."""


class LinkEngine(Protocol):
    """Weighs candidate pairs for a whole table at once."""

    name: str

    def weigh(self, sides: Sides, model: Model, log_prior: NDArray[np.float64]) -> WeighedPairs:
        """Return the weighed candidate pairs.

        ``log_prior`` holds, per person, log2 of the chance that a row is that person before anything is
        compared; an engine may use it to stop searching for rows that are settled, and adds it to nothing.
        """
        ...
