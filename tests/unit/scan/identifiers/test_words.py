"""Headers are understood however they are spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.scan.identifiers.words import is_header_word, rules_for_header, simplified


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("DateOfBirth", "date-of-birth"),
        ("date_of_birth", "date-of-birth"),
        ("Fecha de Nacimiento", "date-of-birth"),
        ("Né(e) le", "date-of-birth"),
        ("GEBURTSDATUM", "date-of-birth"),
        ("A-Number", "alien-registration-number"),
        ("ANumber", "alien-registration-number"),
        ("Apellidos", "family-name"),
        ("Prénom", "given-name"),
        ("Correo electrónico", "email"),
        ("Fear Interview Result", "fear-interview-result"),
        ("Nacionalidad", "nationality"),
    ],
)
def test_a_header_is_known_in_any_spelling(header: str, kind: str) -> None:
    shares = rules_for_header(header)
    assert max(shares, key=lambda found: shares[found]) == kind


@pytest.mark.parametrize("header", ["Facility Name", "File name", "Product", "Total", "", "Quarter"])
def test_names_of_things_are_not_names_of_persons(header: str) -> None:
    assert "full-name" not in rules_for_header(header)


def test_a_sentence_is_no_header_word() -> None:
    assert is_header_word("Date of birth")
    assert not is_header_word("The name of the rose and other stories")


@given(st.text(max_size=30))
def test_simplifying_twice_is_simplifying_once(text: str) -> None:
    assert simplified(simplified(text)) == simplified(text)
