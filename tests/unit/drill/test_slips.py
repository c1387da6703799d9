from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.drill.cultures import name_book
from amends.drill.slips import SLIPS, SheetPerson, apply_slips, draw_slips


def _token(name: str) -> int:
    return name_book().latin.index(name)


def a_person(**changes: object) -> SheetPerson:
    plain: dict[str, object] = {
        "family": ["López", "Hernández"],
        "given": ["José", "Carlos"],
        "family_tokens": (_token("López"), _token("Hernández")),
        "given_tokens": (_token("José"), _token("Carlos")),
        "born": date(1985, 3, 7),
        "born_as_text": False,
        "identifier": "012345678",
        "identifier_form": "letter",
    }
    return SheetPerson(**{**plain, **changes})  # type: ignore[arg-type]


def slipped(name: str, seed: int = 0, **changes: object) -> tuple[SheetPerson, bool]:
    person = a_person(**changes)
    return person, SLIPS[name](person, np.random.default_rng(seed))


def test_every_rate_in_a_scenario_has_a_slip_and_every_slip_a_rate(scenario):
    assert list(draw_slips(scenario.slips, 1, np.random.default_rng(0))[0].keys() ^ SLIPS.keys()) == []


def test_day_and_month_change_places():
    person, done = slipped("date_day_month_swapped")
    assert done
    assert person.born == date(1985, 7, 3)


@pytest.mark.parametrize("born", [date(1985, 3, 13), date(1985, 4, 4), None])
def test_a_date_that_would_not_change_or_not_exist_is_not_swapped(born: date | None):
    person, done = slipped("date_day_month_swapped", born=born)
    assert not done
    assert person.born == born


def test_a_single_surname_cannot_be_dropped_or_reversed():
    for name in ("surname_dropped", "surnames_reversed"):
        person, done = slipped(name, family=["Wang"], family_tokens=(_token("Wang"),))
        assert not done
        assert person.family == ["Wang"]


def test_a_dropped_surname_leaves_one_of_the_two():
    kept = {tuple(slipped("surname_dropped", seed)[0].family) for seed in range(30)}
    assert kept == {("López",), ("Hernández",)}


def test_the_other_spelling_is_a_spelling_of_the_same_name():
    token = _token("Yousafzai")
    person, done = slipped(
        "other_spelling", given=[], given_tokens=(), family=["Yousafzai"], family_tokens=(token,)
    )
    assert done
    assert person.family == ["Yusufzai"]


def test_a_number_counts_as_a_slip_only_where_a_zero_is_lost():
    assert slipped("identifier_as_number")[1]
    person, done = slipped("identifier_as_number", identifier="212345678")
    assert not done
    assert person.identifier_form == "number"


@given(seed=st.integers(0, 10_000))
def test_a_mistyped_number_differs_in_one_digit_and_a_transposed_one_in_two_neighbours(seed: int):
    before = "012345678"
    mistyped = slipped("identifier_digit", seed)[0].identifier
    assert sum(a != b for a, b in zip(before, mistyped, strict=True)) == 1
    transposed = slipped("identifier_transposed", seed)[0].identifier
    changed = [at for at in range(9) if before[at] != transposed[at]]
    assert len(changed) == 2
    assert changed[1] == changed[0] + 1
    assert sorted(transposed) == sorted(before)


@given(
    seed=st.integers(0, 2**32 - 1),
    due=st.sets(st.sampled_from(sorted(SLIPS))),
    family=st.sampled_from([(), ("López",), ("López", "Hernández"), ("Wu",)]),
    given_names=st.sampled_from([(), ("José",), ("José", "Carlos")]),
    born=st.none() | st.dates(date(1920, 1, 1), date(2022, 11, 1)),
    identifier=st.sampled_from(["", "012345678", "200000000", "111111111"]),
)
def test_slips_taken_together_never_fail_and_are_recorded_only_where_due(
    seed, due, family, given_names, born, identifier
):
    person = a_person(
        family=list(family),
        family_tokens=tuple(_token(name) for name in family),
        given=list(given_names),
        given_tokens=tuple(_token(name) for name in given_names),
        born=born,
        identifier=identifier,
    )
    done = apply_slips(person, {name: name in due for name in SLIPS}, np.random.default_rng(seed))
    assert set(done) <= due
    assert len(person.identifier) in {0, 9}


def test_a_person_in_the_making_does_not_show_in_a_repr():
    assert "López" not in repr(a_person())
