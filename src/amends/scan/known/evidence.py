"""What was found of an index's people at a place, and when that is more than chance."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final

from amends.vocabulary.provenance import Provenance

FEWEST_NAMES: Final = 3
"""Names alone that make a list: one or two are borne by others as well."""
FEWEST_IDENTIFIERS: Final = 5
"""Identifiers alone that make a list."""
EXPLAINED_BY_CHANCE: Final = 1e-4
_MOST_DIGITS_BY_CHANCE: Final = 12


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """People of an index at a place of a file: how many at least, and never who."""

    provenance: Provenance
    index: str
    kind: str
    """``known-people``: each corroborated; ``known-names`` and ``known-identifiers``: a list of them, corroborated by
    their number alone."""
    people: int
    hidden_people: int
    """How many of them where nobody sees them."""
    reason: str
    matched: frozenset[int] = field(default=frozenset(), repr=False)
    """Fingerprints that matched. Only with the key and the registry can anybody say whose (`resolving`)."""


@dataclass(frozen=True, slots=True)
class Chance:
    """How often somebody who is not in the index matches it all the same."""

    common_names: float
    """Of a name (`layout.Contents.common_names`)."""
    common_births: float
    """Of a name with a date of birth."""
    identifiers: int
    """How many the index has."""

    def of_identifier(self, digits: int) -> float:
        """Return the chance that a random number of so many digits is somebody's."""
        if digits > _MOST_DIGITS_BY_CHANCE:
            return 1e-4
        return min(1.0, self.identifiers / (9 * 10.0 ** (digits - 1)))


def more_than_chance(hits: int, trials: int, chance: float, *, limit: float = EXPLAINED_BY_CHANCE) -> bool:
    """Whether so many hits among so many trials say something.

    They do where chance alone gives as many in a smaller share of lists than ``limit``, by the bound of Chernoff and
    Hoeffding (W. Hoeffding, JASA 58, 1963, theorem 1): ``exp(-n * KL(hits/n || chance))``.
    """
    if not hits or not trials:
        return False
    share = min(1.0, hits / trials)
    if share <= chance or chance >= 1:
        return False
    floor = max(chance, 1e-12)
    divergence = share * math.log(share / floor)
    if share < 1:
        divergence += (1 - share) * math.log((1 - share) / (1 - floor))
    return math.exp(-trials * divergence) < limit


def is_list_of_names(hits: int, trials: int, chance: float) -> bool:
    """Whether names alone make a list of known people.

    Where most names of a population are borne by somebody of the index, chance can never be excluded; then half of the
    names are enough, because what may be our people is not published as if it were not.
    """
    if hits < FEWEST_NAMES:
        return False
    return hits * 2 >= trials or more_than_chance(hits, trials, chance)


class DistinctPeople:
    """Counts people by the marks that they were known by: whoever shares a mark is one person."""

    def __init__(self) -> None:
        self._leader: dict[Hashable, Hashable] = {}

    def add(self, marks: Iterable[Hashable]) -> None:
        """Note down one person's marks."""
        first: Hashable | None = None
        for mark in marks:
            leader = self._find(mark)
            if first is None:
                first = leader
            elif leader != first:
                self._leader[leader] = first

    def __len__(self) -> int:
        return sum(mark == leader for mark, leader in self._leader.items())

    def _find(self, mark: Hashable) -> Hashable:
        leader = self._leader.setdefault(mark, mark)
        while leader != self._leader[leader]:
            self._leader[mark] = leader = self._leader[leader]
        return leader
