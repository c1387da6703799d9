"""How many people of a list are in an incident's register: a count, never who, and journalled (R49, R50)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from amends.casework.count_affected import count_affected, overlap_detector
from amends.ledger import journal
from amends.ledger.models import Erasure
from amends.scan.opening import open_file
from amends.scan.screening import Finding
from amends.vocabulary.outcomes import Skipped
from tests.unit.casework.hand_made import NOW, HandMade, act

STRANGERS = (("Z", "No-One", "1961-01-01"), ("Q", "Else", "1962-02-02"))


def written(folder: Path, *rows: tuple[str, ...], name: str = "out.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_a_list_is_counted_by_numbers_however_they_are_written(people: HandMade, tmp_path: Path):
    incident = people.identified()
    listed = written(
        tmp_path,
        ("Seat", "Ref"),
        ("1", "200-000-002"),
        ("2", "A 200 000 006"),
        ("3", "A111222333"),
        ("4", "200000009"),
    )
    counted = count_affected(incident=incident, opened=open_file(listed), act=act())
    (overlap,) = counted.overlaps
    assert (overlap.people, overlap.entries, overlap.by_name_alone, counted.not_compared) == (3, 4, 0, "")


def test_a_list_of_names_alone_is_counted_in_any_order_and_without_accents(people: HandMade, tmp_path: Path):
    incident = people.identified()
    listed = written(
        tmp_path,
        ("Passenger", "Seat"),
        ("ÁNA LOBO", "1"),
        ("Okafor, Chidi", "2"),
        ("Somebody Else", "3"),
        ("Rao", "4"),
    )
    (overlap,) = count_affected(incident=incident, opened=open_file(listed), act=act()).overlaps
    assert (overlap.people, overlap.by_name_alone) == (2, 2)


def test_a_namesake_with_another_day_of_birth_is_somebody_else(people: HandMade, tmp_path: Path):
    incident = people.identified()
    rows = (
        ("Last", "First", "Born"),
        ("Lobo", "Ana", "11/02/1990"),
        ("Okafor", "Chidi", "1999-12-31"),
        *STRANGERS,
    )
    (overlap,) = count_affected(
        incident=incident, opened=open_file(written(tmp_path, *rows)), act=act()
    ).overlaps
    assert (overlap.people, overlap.by_name_alone) == (1, 0)


def test_a_message_that_names_two_of_them_is_counted(people: HandMade, tmp_path: Path):
    incident = people.identified()
    message = tmp_path / "note.txt"
    message.write_text("Kindly confirm seats for Farid Haddad (A200-000-007),\nGita Rao and Zoe Nobody.\n")
    (overlap,) = count_affected(incident=incident, opened=open_file(message), act=act()).overlaps
    assert overlap.people == 2


def test_a_list_of_strangers_overlaps_with_nothing(people: HandMade, tmp_path: Path):
    incident = people.identified()
    listed = written(tmp_path, ("Last", "First", "Born"), *STRANGERS)
    assert count_affected(incident=incident, opened=open_file(listed), act=act()).overlaps == ()


def test_each_question_is_journalled_with_figures_and_without_anybody(people: HandMade, tmp_path: Path):
    incident = people.identified()
    listed = written(tmp_path, ("Passenger",), ("Ana Lobo",), ("Gita Rao",))
    count_affected(incident=incident, opened=open_file(listed), act=act("outgoing list"))
    entry = list(journal.entries())[-1]
    assert (entry.verb, entry.incident, entry.reason) == (
        "count_affected",
        incident.reference,
        "outgoing list",
    )
    assert entry.detail == {"entries": 2, "found": 2, "by_name_alone": 2, "not_compared": ""}


def test_before_the_people_are_known_numbers_are_counted_and_the_answer_is_incomplete(
    people: HandMade, tmp_path: Path
):
    incident = people.protected()
    listed = written(tmp_path, ("Ref", "Passenger"), ("A200000002", "Ana Lobo"), ("A111222333", "Gita Rao"))
    found = list(overlap_detector(incident=incident, act=act())(open_file(listed)))
    assert [(type(one), one.people if isinstance(one, Finding) else one.code) for one in found] == [
        (Finding, 1),
        (Skipped, "register-unknown"),
    ]


@pytest.mark.parametrize("kind", ["identifiers", "person-details"])
def test_a_register_that_has_been_erased_leaves_the_answer_incomplete(
    people: HandMade, tmp_path: Path, kind: str
):
    incident = people.identified()
    Erasure.objects.create(incident=incident, kind=kind, rule="exercise", data_keys=[], ordered_at=NOW)
    listed = written(tmp_path, ("Last", "First", "Born"), *STRANGERS)
    (skipped,) = overlap_detector(incident=incident, act=act())(open_file(listed))
    assert isinstance(skipped, Skipped)
    assert skipped.code == "register-erased"


def test_a_finding_says_how_many_and_not_who(people: HandMade, tmp_path: Path):
    incident = people.identified()
    listed = written(tmp_path, ("Passenger", "Ref"), ("Ana Lobo", "A200000002"), ("Gita Rao", ""))
    (finding,) = overlap_detector(incident=incident, act=act())(open_file(listed))
    assert isinstance(finding, Finding)
    assert (finding.kind, finding.people, finding.provenance.steps[0]) == ("incident-overlap", 2, "out.csv")
    assert "At least 2 of 2 entries" in finding.reason
    assert not any(word in repr(finding) for word in ("Lobo", "Gita", "200000002"))
