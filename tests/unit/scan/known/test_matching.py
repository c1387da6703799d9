"""The organisation's own people are found in tables and texts, however they are written, and others are not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from amends.scan.known.evidence import KnownPeople
from amends.scan.known.index import KnownIndex
from amends.scan.known.keys import Fingerprinter
from amends.scan.known.matching import known_people
from amends.scan.parts import Part
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.errors import UsageError
from amends.vocabulary.provenance import Provenance
from tests.samples.known_registry import KEY, Person, index_of

FAMILIES = ("García López", "Mendoza", "Okonkwo", "Nguyễn", "Müller", "Haddad", "Petrov", "Silva")
GIVENS = ("Juan Carlos", "Marisol", "Chidi", "Thuy Linh", "Jürgen", "Layla", "Oksana", "Beatriz")
PLACE = Provenance.of("release.csv")


def registry(size: int = 400) -> list[Person]:
    """Return invented people with rare names; every one bears the canary."""
    people = []
    for number in range(size):
        family = f"{FAMILIES[number % 8]} {_made_up(number)}"
        given = f"{GIVENS[number // 8 % 8]} Zzcanary"
        born = f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}"
        people.append((f"A{20_000_000 + number * 7_919:09}", family, given, born))
    return people


def _made_up(number: int) -> str:
    syllables = ("ba", "ko", "ri", "tu", "le", "ma", "shi", "vo", "ze", "du")
    return "".join(syllables[int(digit)] for digit in f"{number:03}").capitalize()


PEOPLE = registry()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnownIndex:
    return index_of(tmp_path_factory.mktemp("index") / "custody.known", PEOPLE)


def found_in(index: KnownIndex, opened: OpenedFile) -> tuple[KnownPeople, ...]:
    return known_people(opened, index, Fingerprinter(KEY))


def table(
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    *,
    hidden: str = "",
    hidden_rows: tuple[int, ...] = (),
) -> OpenedFile:
    numbers = tuple(range(2, len(rows) + 2))
    unseen = dict.fromkeys(hidden_rows, "hidden-row")
    return OpenedFile((Table(PLACE, "release", hidden, columns, tuple(rows), numbers, unseen),), ())


def text(*paragraphs: str, hidden: str = "") -> OpenedFile:
    return OpenedFile((), (), tuple(Part(PLACE, "paragraph", hidden, line) for line in paragraphs))


def summary(found: tuple[KnownPeople, ...]) -> list[tuple[str, int, int]]:
    return [(one.kind, one.people, one.hidden_people) for one in found]


def test_people_are_found_by_number_and_name_although_zeros_and_accents_are_lost(index: KnownIndex) -> None:
    rows = [(str(int(i[1:])), f.upper().replace("Í", "I"), g) for i, f, g, _ in PEOPLE[:20]]
    assert summary(found_in(index, table(("No", "Last", "First"), rows))) == [("known-people", 20, 0)]


def test_people_are_found_by_name_and_birthday_in_any_order_and_reading(index: KnownIndex) -> None:
    rows = []
    for _, family, given, born in PEOPLE[:20]:
        year, month, day = born.split("-")
        rows.append((f"{given} {family}", f"{int(month)}/{int(day)}/{year}"))
    assert summary(found_in(index, table(("Who", "Born"), rows))) == [("known-people", 20, 0)]


def test_one_row_is_enough_where_two_things_agree(index: KnownIndex) -> None:
    number, family, given, _ = PEOPLE[3]
    assert summary(found_in(index, table(("A", "B"), [(number, f"{family}, {given}")]))) == [
        ("known-people", 1, 0)
    ]


def test_a_row_that_was_taken_for_the_header_is_a_person_too(index: KnownIndex) -> None:
    number, family, given, _ = PEOPLE[3]
    assert summary(found_in(index, table((number, family, given), []))) == [("known-people", 1, 0)]


def test_hidden_rows_and_sheets_are_counted_apart(index: KnownIndex) -> None:
    rows = [(i, f, g) for i, f, g, _ in PEOPLE[:10]]
    columns = ("No", "Last", "First")
    shown = found_in(index, table(columns, rows, hidden_rows=(3, 4)))
    assert summary(shown) == [("known-people", 10, 2)]
    assert summary(found_in(index, table(columns, rows, hidden="very-hidden-sheet"))) == [
        ("known-people", 10, 10)
    ]


def test_a_person_in_two_rows_is_one_person(index: KnownIndex) -> None:
    number, family, given, born = PEOPLE[5]
    rows = [(number, family, given, born), ("", family, given, born), (number, family, "", "")]
    assert summary(found_in(index, table(("No", "Last", "First", "Born"), rows))) == [("known-people", 1, 0)]


def test_a_bare_list_of_names_is_found(index: KnownIndex) -> None:
    rows = [(f, g) for _, f, g, _ in PEOPLE[:30]]
    (found,) = found_in(index, table(("Last", "First"), rows))
    assert found.kind == "known-names"
    assert found.people == 30


def test_a_bare_list_of_numbers_is_found(index: KnownIndex) -> None:
    rows = [(i,) for i, *_ in PEOPLE[:30]]
    (found,) = found_in(index, table(("No",), rows))
    assert (found.kind, found.people) == ("known-identifiers", 30)


def test_a_bare_list_of_names_in_a_text_is_found_and_counted_once_a_line(index: KnownIndex) -> None:
    lines = [f"{g} {f}" for _, f, g, _ in PEOPLE[:12]]
    (found,) = found_in(index, text("Present were:", *lines))
    assert found.kind == "known-names"
    assert found.reason.startswith("12 of 12 names")


def test_people_are_found_in_prose(index: KnownIndex) -> None:
    (n1, f1, g1, b1), (_, f2, g2, b2) = PEOPLE[10], PEOPLE[11]
    year, month, day = b2.split("-")
    said = f"We heard {g1} {f1} ({n1}) on Monday. {g2} {f2}, born {day}.{month}.{year}, was absent."
    assert summary(found_in(index, text(said)))[0][:2] == ("known-people", 1)
    assert summary(found_in(index, text(said, hidden="comment")))[0] == ("known-people", 1, 1)
    assert summary(found_in(index, text(f"{g2} {f2}, born {b2}"))) == [("known-people", 1, 0)]
    assert b1


def test_transliterated_and_spelt_out_names_are_found(tmp_path: Path) -> None:
    people = [
        ("A000000777", "Müller", "Jürgen Zzcanary", "1970-01-02"),
        ("", "Petrova", "Olga", "1971-02-03"),
    ]
    index = index_of(tmp_path / "i.known", people, others=["", "Ольга Петрова"])
    for family, given in (("Mueller", "Juergen Zzcanary"), ("MULLER", "JURGEN ZZCANARY")):
        assert summary(found_in(index, table(("a", "b", "c"), [(family, given, "1970-01-02")]))) == [
            ("known-people", 1, 0)
        ]
    assert (
        summary(found_in(index, table(("a", "b"), [("ПЕТРОВА Ольга", "3.2.1971")])))[0][0] == "known-people"
    )


@pytest.mark.parametrize("seed", range(3))
def test_other_people_with_random_numbers_are_not_found(index: KnownIndex, seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = rng.integers(10**8, 10**9, 2_000)
    rows = [
        (
            str(number),
            f"{FAMILIES[number % 8]} Nobody",
            GIVENS[number // 8 % 8],
            f"{1950 + number % 50}-06-30",
        )
        for number in numbers.tolist()
    ]
    assert found_in(index, table(("No", "Last", "First", "Born"), rows)) == ()


def test_one_identifier_or_one_name_alone_is_nobody(index: KnownIndex) -> None:
    number, family, given, born = PEOPLE[3]
    assert found_in(index, table(("No", "Amount"), [(number, "17")])) == ()
    assert found_in(index, text(f"Invoice {number} is paid.", "The weather was fine.")) == ()
    assert found_in(index, text(f"{given} {family} spoke.")) == ()
    assert found_in(index, table(("Day",), [(born,)])) == ()


def test_a_number_of_one_person_with_the_name_of_another_is_nobody(index: KnownIndex) -> None:
    rows = [(PEOPLE[k][0], PEOPLE[k + 101][1].split()[-1], "Nobody") for k in range(3)]
    assert found_in(index, table(("No", "Last", "First"), rows)) == ()


def test_statistics_and_prose_say_nothing(index: KnownIndex) -> None:
    rows = [(f"2022-{month:02}", str(1_000 + month), "Guatemala") for month in range(1, 13)]
    assert found_in(index, table(("Month", "Count", "Country"), rows)) == ()
    prose = "The facility reported 12,345 arrivals between 2022-01-03 and 2022-02-04. " * 50
    assert found_in(index, text(prose)) == ()


def test_no_finding_shows_a_person(index: KnownIndex) -> None:
    rows = [(i, f, g) for i, f, g, _ in PEOPLE[:10]]
    shown = repr(found_in(index, table(("No", "Last", "First"), rows)))
    assert not any(part in shown for i, f, g, _ in PEOPLE[:10] for part in (i, f, g))


def test_another_key_is_refused_instead_of_finding_nobody(index: KnownIndex) -> None:
    with pytest.raises(UsageError) as refused:
        known_people(text("x"), index, Fingerprinter(bytes(16)))
    assert refused.value.code == "index-key-wrong"
