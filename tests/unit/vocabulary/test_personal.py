"""A personal value can be compared and counted without being shown. Its masks are in tests/house."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.vocabulary.personal import Personal, masked_sample


@given(st.text(), st.text())
def test_two_personal_values_are_equal_exactly_when_what_they_hide_is(one: str, other: str) -> None:
    assert (Personal(one) == Personal(other)) is (one == other)
    assert len({Personal(one), Personal(other)}) == len({one, other})


def test_a_personal_value_never_equals_bare_text() -> None:
    assert Personal("Maria") != "Maria"


@pytest.mark.parametrize(("value", "length"), [("", 0), ("Maria", 5)])
def test_an_empty_value_is_false_and_its_length_is_known(value: str, length: int) -> None:
    assert bool(Personal(value)) is (length > 0)
    assert len(Personal(value)) == length


@pytest.mark.parametrize(
    ("value", "sample"),
    [("", ""), ("Li", "••"), ("Anne", "••••"), ("Maria", "M•••a"), ("A012345678", "A••••••••8")],
)
def test_a_sample_shows_the_ends_of_long_values_and_nothing_of_short_ones(value: str, sample: str) -> None:
    assert masked_sample(value) == Personal(value).sample() == sample


@given(st.text(min_size=5))
def test_a_sample_keeps_the_length_and_hides_all_between_the_ends(value: str) -> None:
    assert masked_sample(value) == value[0] + "•" * (len(value) - 2) + value[-1]
