"""What a link engine hands over: candidate pairs, and what speaks for and against each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amends.link.keys import Pairs


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
