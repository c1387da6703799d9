"""Names of persons are told from other words by lists, order and place; and a list of them is a list of people."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.scan.person_names.column import are_no_names, names_in
from amends.scan.person_names.gazetteer import FOLDER, NameList, family_names, folded, given_names
from amends.scan.person_names.in_text import PersonNameDetector, names_of
from amends.scan.person_names.telling import told
from amends.scan.screening import screen
from amends.vocabulary.outcomes import ScreeningVerdict

PEOPLE = (
    "Maria Lopez Garcia",
    "Nguyen, Van An",
    "OKAFOR, Chidi",
    "Ahmed Hassan",
    "Jean-Pierre Dubois",
    "Seán O'Neill",
)

LISTED = ("Maria Lopez", "Ahmed Hassan", "Jean-Pierre Dubois", "Carlos Garcia", "Boris Petrov", "Priya Singh")


def _named(text: str) -> list[str]:
    return [text[one.start : one.end] for one in names_of(text)]


@pytest.mark.parametrize("name", PEOPLE)
def test_a_full_name_is_told_in_either_order_and_in_capitals(name: str):
    assert told(name).strength > 0
    assert told(name).full or told(name).partly


@pytest.mark.parametrize(
    "text", ["Adams County Jail", "Jackson Street", "Martin Memorial Hospital", "May", "Brown"]
)
def test_a_place_that_is_called_like_somebody_and_an_ordinary_word_are_no_persons(text: str):
    assert told(text).strength == 0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The report was read by Maria Lopez on Monday.", ["Maria Lopez"]),
        ("He lives with LOPEZ GARCIA, Maria in town.", ["LOPEZ GARCIA, Maria"]),
        ("We asked Mrs. Okafor about it.", ["Okafor"]),
        ("Detainee Ahmed Hassan was moved.", ["Ahmed Hassan"]),
        ("My name is Priya and I live here.", ["Priya"]),
        ("Vincent van der Berg and J. R. Garcia came.", ["Vincent van der Berg", "J. R. Garcia"]),
        ("The Adams County Detention Center is open.", []),
        ("Send it to john.smith@mail.example or /home/John Smith.txt", []),
        ("Maria Lopez's letter", ["Maria Lopez"]),
        ("Firms: Hawkins, Whitfield and Partners", []),
    ],
)
def test_names_in_running_text_are_found_by_order_title_and_announcement(text: str, names: list[str]):
    assert [name.removesuffix("'s") for name in _named(text)] == names


def test_a_single_name_in_a_text_is_indirect_and_a_list_of_names_is_direct():
    detector = PersonNameDetector()
    (alone,) = detector.findings(["A note on gardens, written by Maria Lopez for the town."])
    assert (alone.kind, alone.identifying, alone.count) == ("full-name", "indirect", 1)
    (listed,) = detector.findings(["\n".join(f"- {name}, Zzcanary Center" for name in LISTED)])
    assert (listed.identifying, listed.count >= 5) == ("direct", True)
    lines = list(detector.findings(list(LISTED)))
    assert {one.identifying for one in lines} == {"direct"}


def test_what_is_shown_of_a_name_is_masked():
    (found,) = PersonNameDetector().findings(["It was Maria Zzcanary Lopez."])
    assert "Lopez" not in found.sample
    assert "Zzcanary" not in found.sample


def test_columns_of_names_are_told_without_a_header_and_others_are_not():
    full = names_in(list(PEOPLE))
    assert full is not None
    assert full.kind == "full-name"
    families = names_in(["Lopez", "Okafor", "Nguyen", "Dubois", "Petrov", "Haddad"])
    assert families is not None
    assert families.kind == "family-name"
    givens = names_in(["Maria", "Ahmed", "Fatima", "Jean", "Priya", "Carlos"])
    assert givens is not None
    assert givens.kind == "given-name"
    assert names_in(["table", "chair", "lamp", "desk", "shelf", "Sofa"]) is None
    assert names_in(["Red Table", "Blue Chair", "Green Lamp", "Oak Desk", "Tall Shelf"]) is None
    assert names_in(["Maria Lopez"] * 40) is None


def test_twenty_things_that_nobody_is_called_contradict_a_header():
    assert are_no_names([f"widget {chr(97 + number)}{chr(97 + number)}x" for number in range(24)])
    assert not are_no_names(["Maria Lopez", *(f"qqx{chr(97 + number)}zz" for number in range(24))])
    assert not are_no_names(["widget"] * 40)


def test_a_list_of_names_and_facilities_with_no_number_in_it_is_found_as_so_many_people(tmp_path: Path):
    families = ["Lopez", "Okafor", "Nguyen", "Dubois", "Petrov", "Haddad", "Hassan", "Garcia"]
    givens = ["Maria", "Chidi", "An", "Jean", "Boris", "Farid", "Ahmed", "Carlos"]
    rows = [f"{family},{name},Zzcanary Center,moved" for family, name in zip(families, givens, strict=True)]
    file = tmp_path / "list.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    screening = screen(file)
    assert screening.verdict is ScreeningVerdict.FINDINGS
    assert [(finding.kind, finding.people) for finding in screening.findings] == [("list-of-persons", 8)]


def test_a_price_list_is_no_list_of_persons(tmp_path: Path):
    file = tmp_path / "prices.csv"
    rows = "\n".join(f"widget {chr(97 + number)}{chr(98 + number)}q,{number}.50" for number in range(24))
    file.write_text(f"Name,Price\n{rows}\n", encoding="utf-8")
    assert screen(file).verdict is ScreeningVerdict.CLEAR


@pytest.mark.parametrize("name", ["family", "given", "ordinary"])
def test_the_lists_are_folded_ordered_and_without_repetition(name: str):
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert all(folded(line) == line for line in lines[::50])


@given(st.integers(0, 10**6))
def test_a_look_up_in_the_bytes_finds_each_line(number: int):
    lines = (FOLDER / "given.txt").read_text(encoding="utf-8").splitlines()
    assert lines[number % len(lines)] in given_names()


@given(st.text(max_size=12))
def test_a_look_up_in_the_bytes_says_what_a_set_says(name: str):
    everything = frozenset((FOLDER / "given.txt").read_text(encoding="utf-8").split())
    assert (name in NameList("given")) == (name in everything)


def test_the_lists_know_names_of_many_countries():
    for name in ("garcia", "nguyen", "okafor", "haddad", "petrov", "kowalska", "yilmaz", "singh", "abdi"):
        assert name in family_names(), name
