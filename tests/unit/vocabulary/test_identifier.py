"""Two writings of one identification number are one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.vocabulary.identifier import normalised_identifier


@pytest.mark.parametrize(
    "written",
    [
        "A012345678",
        "a 012-345-678",
        "012345678",
        "12345678",
        "A#012.345.678",
        "０１２３４５６７８",
        "٠١٢٣٤٥٦٧٨",
    ],
)
def test_separators_letters_zeros_and_scripts_make_no_difference(written: str) -> None:
    assert normalised_identifier(written) == "12345678"


@pytest.mark.parametrize("nothing", ["", "   ", "---", "0000000"])
def test_what_holds_no_number_is_empty(nothing: str) -> None:
    assert normalised_identifier(nothing) == ""


def test_letters_count_where_there_are_too_few_digits() -> None:
    assert normalised_identifier("ab-12") == "AB12"
    assert normalised_identifier("cd-12") != normalised_identifier("ab-12")


@given(st.integers(min_value=1000, max_value=10**9), st.integers(min_value=0, max_value=4))
def test_leading_zeros_never_matter_and_nothing_else_is_lost(number: int, zeros: int) -> None:
    assert normalised_identifier("A" + "0" * zeros + str(number)) == str(number)


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalised_identifier(text)
    assert normalised_identifier(once) == once
