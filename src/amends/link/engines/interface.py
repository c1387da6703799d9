"""What a link engine is: it finds and weighs candidate pairs; it decides nothing.

An engine is a module of this folder that exports one ``PLUGIN``. The decision (match, review, unmatched) is
made from its pairs in `amends.link.deciding`, the same for every engine.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from amends.link.model import Model
from amends.link.people import Sides
from amends.link.weighed_pairs import WeighedPairs


class LinkEngine(Protocol):
    """Weighs candidate pairs for a whole table at once."""

    name: str

    def weigh(self, sides: Sides, model: Model, log_prior: NDArray[np.float64]) -> WeighedPairs:
        """Return the weighed candidate pairs.

        ``log_prior`` holds, per person, log2 of the chance that a row is that person before anything is
        compared; an engine may use it to stop searching for rows that are settled, and adds it to nothing.
        """
        ...
