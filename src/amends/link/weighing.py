"""Adds up what all comparisons say of a pair."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from amends.link.comparing_fields import compare_dates, compare_identifiers, compare_words
from amends.link.comparing_names import TokenWeights, compare_names
from amends.link.keys import Pairs
from amends.link.model import Model
from amends.link.people import Sides
from amends.link.weighed_pairs import WeighedPairs

_Scalar = TypeVar("_Scalar", bound=np.generic)
_NONE_CROWDED = np.empty(0, dtype=np.int32)


def weigh_pairs(pairs: Pairs, sides: Sides, model: Model, weights: TokenWeights) -> WeighedPairs:
    """Compare every pair in every field; fields are taken as independent, as the model of 1969 does."""
    names = compare_names(pairs, sides, model, weights)
    dates = compare_dates(pairs, sides, model)
    identifiers = compare_identifiers(pairs, sides, model)
    own, their = sides.rows, sides.persons
    nationality = compare_words(own.nationality.codes, their.nationality.codes, pairs, model.nationality_m)
    facility = compare_words(own.facility.codes, their.facility.codes, pairs, model.facility_m)
    return WeighedPairs(
        pairs=pairs,
        bits=names.bits + dates.bits + identifiers.bits + nationality.bits + facility.bits,
        names=names.flags,
        dates=dates.levels,
        identifiers=identifiers.levels,
        nationalities=nationality.levels,
        facilities=facility.levels,
        crowded=_NONE_CROWDED,
        oversized_keys=0,
    )


def together(first: WeighedPairs, second: WeighedPairs) -> WeighedPairs:
    """Return the pairs of both, which must not overlap, ordered by row and person."""
    rows = np.concatenate((first.pairs.rows, second.pairs.rows))
    persons = np.concatenate((first.pairs.persons, second.pairs.persons))
    order = np.lexsort((persons, rows))

    def joined(one: NDArray[_Scalar], other: NDArray[_Scalar]) -> NDArray[_Scalar]:
        return np.concatenate((one, other))[order]

    return WeighedPairs(
        pairs=Pairs(rows[order], persons[order]),
        bits=joined(first.bits, second.bits),
        names=joined(first.names, second.names),
        dates=joined(first.dates, second.dates),
        identifiers=joined(first.identifiers, second.identifiers),
        nationalities=joined(first.nationalities, second.nationalities),
        facilities=joined(first.facilities, second.facilities),
        crowded=np.union1d(first.crowded, second.crowded).astype(np.int32),
        oversized_keys=first.oversized_keys + second.oversized_keys,
    )
