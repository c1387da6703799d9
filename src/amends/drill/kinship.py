"""People who are easily taken for one another: twins, namesakes born in one year, fathers and sons.

They are what tells a careful linker from a bold one. Relatives registered together carry consecutive
identification numbers, as families processed at one counter do.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.drill.cultures import name_book
from amends.drill.population import NOBODY, Population

KINDS: Final = ("twin", "namesake", "father-and-son")
_TWIN, _NAMESAKE, _SON = 1, 2, 3
_DAYS_A_YEAR: Final = 365
_BY_COUNTER: Final = 0.5


def plant_kinship(people: Population, share: float, rng: np.random.Generator) -> None:
    """Turn ``share`` of the people into the twin, namesake or father of another one, in place.

    Both of a pair bear the kind in ``people.kin``. A pair never shares a date of birth, a whole name and
    a number at once: by all three together anybody can be told from anybody.
    """
    pairs = int(len(people) * share / 2)
    chosen = rng.permutation(len(people))[: 2 * pairs]
    first, second = chosen[:pairs], chosen[pairs:]
    kind = rng.integers(_TWIN, _SON, size=pairs, endpoint=True).astype(np.int8)
    for names in (
        "culture",
        "family_first",
        "family_second",
        "nationality",
        "language",
        "female",
        "has_native",
    ):
        getattr(people, names)[second] = getattr(people, names)[first]
    _twins(people, first[kind == _TWIN], second[kind == _TWIN], rng)
    _namesakes(people, first[kind == _NAMESAKE], second[kind == _NAMESAKE], rng)
    _fathers(people, first[kind == _SON], second[kind == _SON], rng)
    together = (kind != _NAMESAKE) & (rng.random(pairs) < _BY_COUNTER)
    people.number[second[together]] = people.number[first[together]] + 1
    people.kin[first] = kind
    people.kin[second] = kind


def _twins(people: Population, first: np.ndarray, second: np.ndarray, rng: np.random.Generator) -> None:
    people.born[second] = people.born[first]
    people.given_second[second] = NOBODY
    for position, culture in enumerate(name_book().cultures):
        for sex in (0, 1):
            here = (people.culture[first] == position) & (people.female[first] == bool(sex))
            twins, names = second[here], culture.given[sex].draw(int(here.sum()), rng)
            same = names == people.given_first[first[here]]
            names[same] = culture.given[1 - sex].draw(int(same.sum()), rng)
            people.given_first[twins] = names


def _namesakes(people: Population, first: np.ndarray, second: np.ndarray, rng: np.random.Generator) -> None:
    people.given_first[second] = people.given_first[first]
    people.given_second[second] = people.given_second[first]
    years = people.born[first].astype("datetime64[D]").astype("datetime64[Y]")
    begins = years.astype("datetime64[D]").astype(np.int32)
    day = (people.born[first] - begins + rng.integers(20, 340, size=len(first))) % _DAYS_A_YEAR
    people.born[second] = begins + day


def _fathers(people: Population, first: np.ndarray, second: np.ndarray, rng: np.random.Generator) -> None:
    people.given_first[second] = people.given_first[first]
    people.given_second[second] = people.given_second[first]
    people.born[second] = people.born[first] - rng.integers(
        19 * _DAYS_A_YEAR, 34 * _DAYS_A_YEAR, size=len(first)
    )
