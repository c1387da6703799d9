"""Wording that implies who was in an incident is found beside a list or beside words that point at one."""

from __future__ import annotations

import pytest

from amends.scan.implied_membership.detecting import implied_membership
from amends.scan.parts import OpenedFormat, Part
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.provenance import Provenance

SOURCE = Provenance.of("call.eml")


def opened(*paragraphs: str, tables: tuple[Table, ...] = ()) -> OpenedFile:
    parts = tuple(
        Part(SOURCE / f"paragraph {number}", "paragraph", "", text)
        for number, text in enumerate(paragraphs, 1)
    )
    return OpenedFile(tables, (), parts, (OpenedFormat(SOURCE, "eml", ""),))


def places(file: OpenedFile, *, lists_people: bool = False) -> list[str]:
    return [str(found.provenance) for found in implied_membership(file, lists_people=lists_people)]


@pytest.mark.parametrize(
    "text",
    [
        "Some of these people were affected by the disclosure.",
        "46 of the 103 passengers were in the leak of November.",
        "The information of several of your nationals was part of last week's data breach.",
        "We inadvertently released records; the individuals on the attached list are among them.",
        "Please note that those on tomorrow's flight are people whose information was released.",
        "SOME OF THEM\nWERE AFFECTED\nBY THE ACCIDENTAL RELEASE",
        "We write to tell you that your information was disclosed.",
        "Algunas de estas personas fueron afectadas por la divulgación.",
        "Varios de los 103 pasajeros figuran en la lista publicada por error.",
        "Adjuntamos el manifiesto de las personas cuyos datos fueron filtrados.",
    ],
)
def test_a_sentence_that_points_at_people_and_says_it_of_them_is_found(text: str) -> None:
    assert places(opened(text)) == ["call.eml ! paragraph 1"]


@pytest.mark.parametrize(
    "text",
    [
        "About 6,200 people were affected by the disclosure.",
        "Some of those affected by the breach have been notified.",
        "If your information was released, call the help line.",
        "These people are on tomorrow's flight.",
        "The attached list names the passengers.",
        "These individuals were released from custody on Monday.",
        "The report on the breach was published by the committee.",
        "Unas 6.200 personas fueron afectadas por la divulgación.",
        "La lista adjunta contiene los pasajeros del vuelo.",
        "Las personas detenidas fueron puestas en libertad.",
    ],
)
def test_what_is_said_of_nobody_in_particular_or_says_nothing_of_an_incident_is_not(text: str) -> None:
    assert places(opened(text)) == []


def test_the_halves_may_stand_in_neighbouring_paragraphs_in_either_order() -> None:
    assert places(opened("The manifest is attached.", "Several were part of the breach.")) != []
    assert places(opened("Several were part of the breach.", "The manifest is attached.")) != []


def test_the_same_words_in_a_file_that_lists_people_are_found() -> None:
    file = opened("Subject: affected by the disclosure")
    assert places(file) == []
    assert places(file, lists_people=True) == ["call.eml ! paragraph 1"]


def test_a_column_of_a_list_that_says_who_was_in_it_is_found() -> None:
    rows = (("Ana Zzcanary", "yes"), ("Bo Zzcanary", "no"))
    table = Table(SOURCE / "list.csv", "list", "", ("Name", "In November leak"), rows, (2, 3))
    assert places(opened(tables=(table,)), lists_people=True) == ["call.eml ! list.csv ! header"]
    assert places(opened(tables=(table,)), lists_people=False) == []


def test_a_remark_in_a_cell_is_found_with_its_row() -> None:
    rows = (("Ana Zzcanary", "was affected by the disclosure"), ("Bo Zzcanary", ""))
    table = Table(SOURCE / "list.csv", "list", "", ("Name", "Remark"), rows, (2, 3))
    assert places(opened(tables=(table,)), lists_people=True) == ["call.eml ! list.csv ! row 2"]


def test_what_was_said_is_not_repeated() -> None:
    (found,) = implied_membership(
        opened("Some of these people, Ana Zzcanary above all, were affected by the disclosure."),
        lists_people=False,
    )
    assert "Zzcanary" not in repr(found)
    assert "'some of these people'" in found.reason


def test_a_file_that_says_it_everywhere_is_not_a_report_of_a_thousand_lines() -> None:
    found = list(
        implied_membership(opened(*["Some of them were part of the breach."] * 1_000), lists_people=False)
    )
    assert len(found) == 51
    assert "950 more places" in found[-1].reason
