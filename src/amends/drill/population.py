"""The people of the registry, as integer arrays: a million of them take some sixty megabytes.

Each person belongs to a naming culture, which decides names, nationality and language together.
Rendering into text happens later and chunk by chunk (`amends.drill.registry_files`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from amends.drill.cultures import Culture, Pool, name_book
from amends.drill.scenarios import Scenario

Integers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

NOBODY: Final = -1
"""Stands where a person has no second surname, no second given name, no representative ..."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAYS_A_YEAR: Final = 365.2425
_AGE_SHAPE, _AGE_SCALE, _OLDEST = 9.0, 3.6, 88.0
_OLD_SERIES_SHARE: Final = 0.15
_OLD_SERIES: Final = (1_000_000, 99_000_000)
_NEW_SERIES: Final = (200_000_000, 249_000_000)


@dataclass(slots=True)
class Population:
    """One entry per person in every array; names are tokens of `amends.drill.cultures.NameBook`."""

    culture: npt.NDArray[np.int8]
    female: Flags
    family_first: Integers
    family_second: Integers
    given_first: Integers
    """`NOBODY` for people with a single name."""
    given_second: Integers
    born: Integers
    """Days since 1970-01-01."""
    nationality: npt.NDArray[np.int16]
    """Position in `nationalities()`."""
    language: npt.NDArray[np.int16]
    """Position in `languages()`."""
    number: npt.NDArray[np.int64]
    """Nine-digit identification number, leading zeros implied; no two people share one."""
    has_native: Flags
    """Whether the registry holds the name in its own script."""
    kin: npt.NDArray[np.int8]
    """0 none, else position in `amends.drill.kinship.KINDS` plus one."""

    def __len__(self) -> int:
        return len(self.number)

    def take(self, places: npt.NDArray[Any] | slice) -> Population:
        """Return the people at these places, in this order."""
        return Population(**{each.name: getattr(self, each.name)[places] for each in fields(self)})


def nationalities() -> tuple[str, ...]:
    """Return every nationality that occurs, in a fixed order."""
    return tuple(sorted({name for culture in name_book().cultures for name in culture.nationalities}))


def languages() -> tuple[str, ...]:
    """Return every language that occurs (BCP 47), in a fixed order."""
    return tuple(sorted({name for culture in name_book().cultures for name in culture.languages}))


def make_population(count: int, scenario: Scenario, rng: np.random.Generator) -> Population:
    """Return ``count`` people without kinship between them; see `amends.drill.kinship`."""
    cultures = name_book().cultures
    weights = np.array([culture.weight for culture in cultures])
    people = _blank(count)
    people.culture[:] = rng.choice(len(cultures), size=count, p=weights / weights.sum())
    people.female[:] = rng.random(count) < 0.31  # about a third, as in comparable populations
    people.number[:] = _numbers(count, rng)
    people.born[:] = _births(count, scenario.list.as_of, rng)
    for position, culture in enumerate(cultures):
        _fill(people, np.flatnonzero(people.culture == position), culture, rng)
    planted = rng.random(count) < scenario.registry.canary_names
    people.given_second[planted & (people.given_first != NOBODY)] = name_book().canary
    return people


def _blank(count: int) -> Population:
    def tokens() -> Integers:
        return np.full(count, NOBODY, dtype=np.int32)

    return Population(
        culture=np.zeros(count, dtype=np.int8),
        female=np.zeros(count, dtype=np.bool_),
        family_first=tokens(),
        family_second=tokens(),
        given_first=tokens(),
        given_second=tokens(),
        born=np.zeros(count, dtype=np.int32),
        nationality=np.zeros(count, dtype=np.int16),
        language=np.zeros(count, dtype=np.int16),
        number=np.zeros(count, dtype=np.int64),
        has_native=np.zeros(count, dtype=np.bool_),
        kin=np.zeros(count, dtype=np.int8),
    )


def _fill(
    people: Population, places: npt.NDArray[np.intp], culture: Culture, rng: np.random.Generator
) -> None:
    """Give names, nationality and language to the people of one culture."""
    count = len(places)
    female = people.female[places]
    chance = rng.random((5, count))
    people.family_first[places] = _by_sex(culture.families, female, rng)
    second = _by_sex(culture.families, female, rng)
    people.family_second[places] = np.where(chance[0] < culture.two_surnames, second, NOBODY)
    people.given_first[places] = _by_sex(culture.given, female, rng)
    middle = np.where(chance[1] < culture.two_given_names, _by_sex(culture.given, female, rng), NOBODY)
    if culture.fathers is not None:
        middle = np.where(chance[1] < culture.patronymics, _by_sex(culture.fathers, female, rng), middle)
    middle[middle == people.given_first[places]] = NOBODY
    people.given_second[places] = middle
    single = places[chance[2] < culture.mononyms]
    for names in (people.family_second, people.given_first, people.given_second):
        names[single] = NOBODY
    people.has_native[places] = chance[3] < culture.native_names
    unknown = places[chance[4] < culture.unknown_birthdays]
    people.born[unknown] = _first_of_january(people.born[unknown])
    people.nationality[places] = _choose(culture.nationalities, nationalities(), count, rng)
    people.language[places] = _choose(culture.languages, languages(), count, rng)


def _by_sex(pools: tuple[Pool, Pool], female: Flags, rng: np.random.Generator) -> Integers:
    male_names, female_names = (pool.draw(len(female), rng) for pool in pools)
    return np.where(female, female_names, male_names).astype(np.int32)


def _choose(
    weights: Mapping[str, float], order: tuple[str, ...], count: int, rng: np.random.Generator
) -> npt.NDArray[np.int16]:
    places = np.array([order.index(name) for name in weights], dtype=np.int16)
    chance = np.array(list(weights.values()))
    return places[rng.choice(len(places), size=count, p=chance / chance.sum())]


def _births(count: int, as_of: date, rng: np.random.Generator) -> Integers:
    """Ages follow a gamma distribution about thirty-two years; one in some twenty is a minor."""
    age = np.clip(rng.gamma(_AGE_SHAPE, _AGE_SCALE, count), 0.2, _OLDEST)
    return (as_of.toordinal() - _EPOCH - np.ceil(age * _DAYS_A_YEAR)).astype(np.int32)


def _first_of_january(days: Integers) -> Integers:
    """Offices write the first of January where the day of birth is not known."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]")
    return years.astype("datetime64[D]").astype(np.int32)


def _numbers(count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return distinct numbers in random order; an old series (leading zeros) and a new one.

    Neighbours differ by two at least, so that a number plus one stays free for a relative who was
    registered at the same counter.
    """
    old = round(count * _OLD_SERIES_SHARE)
    numbers = np.concatenate((_spread(old, _OLD_SERIES, rng), _spread(count - old, _NEW_SERIES, rng)))
    return rng.permutation(numbers)


def _spread(count: int, series: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    first, last = series
    widest = max(4, 2 * ((last - first) // (count + 1)) - 2)
    return first + np.cumsum(rng.integers(2, widest, size=count, endpoint=True))
