from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.drill.romanising import is_native_script, romanise


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("გიორგი", "Giorgi"),
        ("Александр", "Aleksandr"),
        ("احمدی", "Ahmadi"),
        ("محمود", "Mahmud"),
        ("मोहन", "Mohan"),
        ("王", "Wang"),
        ("محمد رضا", "Mahmad Rada"),
    ],
)
def test_a_name_in_another_script_gets_a_spelling_that_can_be_spoken(name: str, spelling: str):
    assert romanise(name) == spelling


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=14))
def test_no_spelling_of_an_arabic_name_has_three_consonants_in_a_row_beyond_one_letter_pairs(name: str):
    spelling = romanise(name)
    # one Arabic letter may stand as two Latin ones (sh, kh, th, dh, gh), which reads as one sound
    sounds = re.sub("sh|kh|th|dh|gh", "x", spelling.lower())
    assert re.fullmatch("[a-z ]*", spelling.lower())
    assert not re.search("[^aeiou ]{4}", sounds)


@pytest.mark.parametrize(
    ("name", "native"), [("Nguyễn", False), ("Muñoz", False), ("محمد", True), ("李", True)]
)
def test_vietnamese_is_latin_script_and_arabic_is_not(name: str, native: bool):
    assert is_native_script(name) is native
