from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from amends.link.identifiers import MISSING, near_cores, one_slip_apart, read_identifiers

CORES = st.integers(1, 999_999_999)


def cores(*texts):
    return read_identifiers(pa.array(texts)).cores.tolist()


@given(st.integers(1_000, 10**9 - 1))
def test_an_identifier_survives_what_spreadsheets_do_to_it(number):
    text = f"{number:09d}"
    written = (
        f"A{text}",
        f"{text[:3]}-{text[3:6]}-{text[6:]}",
        text,
        str(number),
        f"{number}.0",
        f" a {text} ",
    )
    assert set(cores(*written)) == {number}


def test_what_is_no_identifier_is_missing():
    assert cores("", None, "-", "000-000-000", "0")[:4] == [MISSING] * 4


def test_identifiers_of_letters_are_equal_only_to_themselves():
    first, second, third = cores("XK-ABCD", "xkabcd", "XKABCE")
    assert first == second != third
    assert first < MISSING


def test_an_identifier_too_long_for_a_number_is_still_told_apart():
    first, second = cores("1" * 25, "1" * 24 + "2")
    assert first != second
    assert max(first, second) < MISSING


def test_columns_of_numbers_are_read_like_text():
    assert read_identifiers(pa.array([12345678, None])).cores.tolist() == [12345678, MISSING]


@given(CORES, CORES)
def test_the_listed_slips_and_the_compared_slips_are_the_same_relation(one, other):
    near, _ = near_cores(np.array([one]), 9)
    listed = other in near.tolist()
    compared = bool(one_slip_apart(np.array([one]), np.array([other]))[0])
    assert listed == (compared and other != one)


@given(CORES, st.data())
def test_every_slip_of_a_typist_is_among_the_near_ones(number, data):
    text = f"{number:09d}"
    place = data.draw(st.integers(0, 7))
    digit = data.draw(st.sampled_from("0123456789"))
    slips = (
        text[:place] + digit + text[place + 1 :],
        text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        text[:place] + text[place + 1 :],
    )
    near, origins = near_cores(np.array([number]), 9)
    for slip in slips:
        if int(slip) not in {number, 0}:
            assert int(slip) in near.tolist()
            assert one_slip_apart(np.array([number]), np.array([int(slip)]))[0]
    assert set(origins.tolist()) <= {0}
