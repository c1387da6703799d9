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
        "12345678.0",
        " 12345678.000 ",
        "A012345678.0",
        "012-345-678.00",
        "１２３４５６７８.0",
        "1.2345678E7",
        "1.2345678e7",
        "1.2345678E+07",
    ],
)
def test_separators_letters_zeros_and_scripts_make_no_difference(written: str) -> None:
    assert normalised_identifier(written) == "12345678"


@pytest.mark.parametrize(
    ("written", "digits"),
    [("12.345.000", "12345000"), ("345.000", "345000"), ("1.234567E7", "12345670"), ("1.0E7", "10000000")],
)
def test_zeros_that_belong_to_a_number_stay(written: str, digits: str) -> None:
    assert normalised_identifier(written) == digits


@pytest.mark.parametrize("rounded", ["1.23E+07", "1E+07", "1.23457E+11", "1.23456789E7"])
def test_a_rounded_number_is_nobodys(rounded: str) -> None:
    assert normalised_identifier(rounded) == ""


@given(st.integers(min_value=1000, max_value=10**12))
def test_a_number_cell_that_became_text_is_the_number(number: int) -> None:
    digits = str(number)
    java = f"{digits[0]}.{digits[1:].rstrip('0') or '0'}E{len(digits) - 1}"
    for written in (f"{number}.0", f"A{number}.00", f"{number:.{len(digits) - 1}E}", java):
        assert normalised_identifier(written) == digits


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
