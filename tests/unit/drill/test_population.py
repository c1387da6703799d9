from __future__ import annotations

import numpy as np
import pytest

from amends.drill.canary import CANARY_NAME
from amends.drill.chance import stream
from amends.drill.cultures import name_book
from amends.drill.kinship import KINDS, plant_kinship
from amends.drill.population import NOBODY, Population, make_population
from amends.drill.scenarios import Scenario


@pytest.fixture(scope="module")
def people(scenario: Scenario) -> Population:
    made = make_population(30_000, scenario, stream(5, "population"))
    plant_kinship(made, 0.1, stream(5, "kinship"))
    return made


def test_no_two_people_share_an_identification_number(people: Population):
    assert len(np.unique(people.number)) == len(people)
    assert people.number.min() > 0
    assert people.number.max() < 10**9


def test_some_identification_numbers_begin_with_a_zero(people: Population):
    assert 0.1 < np.mean(people.number < 10**8) < 0.2


def test_a_person_with_a_single_name_has_a_family_name_only(people: Population):
    single = people.given_first == NOBODY
    assert 0 < single.sum() < 0.1 * len(people)
    assert np.all(people.given_second[single] == NOBODY)
    assert np.all(people.family_first != NOBODY)


def test_there_are_minors_and_there_are_people_born_on_a_first_of_january_beyond_chance(
    people: Population, scenario: Scenario
):
    born = people.born.astype("datetime64[D]")
    assert 0.01 < np.mean(born > np.datetime64(scenario.list.as_of) - np.timedelta64(6574, "D")) < 0.15
    first_days = np.mean(born == born.astype("datetime64[Y]").astype("datetime64[D]"))
    assert first_days > 3 / 365


def test_the_planted_name_stands_for_a_small_share_of_people(people: Population):
    book = name_book()
    assert book.latin[book.canary] == CANARY_NAME
    assert 0 < np.mean(people.given_second == book.canary) < 0.01


def _pairs(people: Population, kind: str) -> list[tuple[int, int]]:
    """Return pairs found by what they share, not by the order in which they were planted."""
    chosen = np.flatnonzero(people.kin == KINDS.index(kind) + 1)
    found: dict[tuple[int, ...], list[int]] = {}
    for place in chosen.tolist():
        key: tuple[int, ...] = (int(people.family_first[place]), int(people.family_second[place]))
        key += (int(people.born[place]),) if kind == "twin" else (int(people.given_first[place]),)
        found.setdefault(key, []).append(place)
    return [(group[0], group[1]) for group in found.values() if len(group) == 2]


def test_twins_share_family_name_and_birthday_and_differ_in_their_given_names(people: Population):
    pairs = _pairs(people, "twin")
    assert len(pairs) > 100
    differing = [people.given_first[first] != people.given_first[second] for first, second in pairs]
    assert np.mean(differing) > 0.95


def test_namesakes_share_the_whole_name_and_the_year_and_not_the_day(people: Population):
    pairs = _pairs(people, "namesake")
    assert len(pairs) > 100
    days = people.born.astype("datetime64[D]")
    same_year = [days[a].astype("datetime64[Y]") == days[b].astype("datetime64[Y]") for a, b in pairs]
    assert np.mean(same_year) > 0.95
    assert all(days[a] != days[b] for a, b in pairs)


def test_fathers_and_sons_share_the_name_and_are_a_generation_apart(people: Population):
    pairs = _pairs(people, "father-and-son")
    assert len(pairs) > 100
    years = np.abs(np.array([people.born[a] - people.born[b] for a, b in pairs])) / 365
    assert np.mean((years >= 18.9) & (years < 34.1)) > 0.95
