"""Which letters are written: to whom, in what way, about which of their data; and which are not, and why."""

from __future__ import annotations

import inspect
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from amends.casework.advance_remedy import Shown, advance_remedy
from amends.casework.queries import letters as queries
from amends.casework.queries.letters import LetterBatch, LetterWriter, exposed_labels, why_no_letter
from amends.casework.results.prepare_letters import prepare_letters
from amends.ledger.models import Incident, Remedy
from amends.remedy.notices import letters as notices
from amends.remedy.notices.letters import Letter, Sender
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.personal import Personal
from tests.unit.casework.hand_made import NOW, HandMade, act, person, remedies

SENDER = Sender(
    organisation="Example Agency",
    phone="+1 555 0100",
    email="privacy@agency.example",
    address_lines=("1 Example Street",),
    signatory="A. Example",
    signatory_role="Privacy officer",
    help_lines={"en": ("Call +1 555 0101.",), "es": ("Llame al +1 555 0101.",)},
)


def batch_of(incident: Incident, now=NOW) -> LetterBatch:
    return LetterWriter(incident, SENDER, today=now).notices()


def owner(notice: Remedy) -> tuple[str, str]:
    """Return registry id and addressee of a notice."""
    assert notice.person is not None
    return notice.person.registry_person_id, notice.addressee


def by_person(batch: LetterBatch, incident: Incident) -> dict[tuple[str, str], queries.PlannedLetter]:
    """Return (registry id, addressee) → letter."""
    owners = {notice.pk: owner(notice) for notice in remedies(incident, "notice")}
    return {owners[item.remedy]: item for item in batch.letters}


def why_withheld(batch: LetterBatch, incident: Incident) -> dict[tuple[str, str], str]:
    owners = {notice.pk: owner(notice) for notice in remedies(incident, "notice")}
    return {owners[item.remedy]: item.reason for item in batch.withheld}


def test_every_notice_is_either_a_letter_or_withheld_with_a_reason(people: HandMade):
    incident = people.planned()
    batch = batch_of(incident)
    told = ("person", "representative", "guardian", "next_of_kin")
    owed = {r.pk for r in remedies(incident, "notice", addressee__in=told)}
    settled = [*(item.remedy for item in batch.letters), *(item.remedy for item in batch.withheld)]
    assert sorted(settled) == sorted(owed)
    assert all(item.reason for item in batch.withheld)


def test_a_person_whom_the_registry_forbids_to_write_to_never_enters_a_batch(people: HandMade):
    incident = people.planned()
    batch = batch_of(incident)
    assert ("P4", "person") not in by_person(batch, incident)
    assert "no letter" in why_withheld(batch, incident)["P4", "person"]


def test_the_representative_of_a_person_who_gets_no_letter_is_told_all_the_same(people: HandMade):
    incident = people.planned()
    letter = by_person(batch_of(incident), incident)["P4", "representative"].letter
    assert letter.addressee_name.reveal() == "Tomas Solicitor"
    assert not letter.person_also_told


@pytest.mark.parametrize("mark", ["NONE", " none ", "post|none", "none;hand", "None, post"])
def test_the_mark_for_no_letter_is_understood_however_it_is_written(tmp_path: Path, ledger, mark):
    people = HandMade.written(tmp_path / "marked", ledger, P3=mark)
    incident = people.planned()
    assert ("P3", "person") not in by_person(batch_of(incident), incident)


@pytest.mark.parametrize("mark", ["hand", "telephone", "ask first"])
def test_a_way_that_the_mark_does_not_allow_is_not_taken(tmp_path: Path, ledger, mark):
    """Boris is released, so his letter would go by post."""
    people = HandMade.written(tmp_path / "marked", ledger, P3=mark)
    incident = people.planned()
    batch = batch_of(incident)
    assert ("P3", "person") not in by_person(batch, incident)
    assert "does not allow" in why_withheld(batch, incident)["P3", "person"]


def test_a_person_without_a_mark_is_written_to(tmp_path: Path, ledger):
    people = HandMade.written(tmp_path / "marked", ledger, P3="")
    incident = people.planned()
    assert ("P3", "person") in by_person(batch_of(incident), incident)


def test_a_row_that_nobody_could_link_gets_no_letter_and_stays_open(people: HandMade):
    from amends.casework.close_incident import what_is_open

    incident = people.planned()
    batch = batch_of(incident)
    assert "" not in {client for client, _ in by_person(batch, incident)}
    assert "not linked" in why_withheld(batch, incident)["", "person"]
    for item in batch.withheld:
        advance_remedy(incident=incident, remedies=[item.remedy], step="withhold", act=act(item.reason))
    assert what_is_open(incident)["notices"] >= len(batch.withheld)


def test_the_dead_are_not_written_to_and_somebody_is_asked_to_find_the_next_of_kin(people: HandMade):
    incident = people.planned()
    assert "next of kin" in why_withheld(batch_of(incident), incident)["P6", "person"]


def test_a_person_without_an_address_is_not_written_to_by_post(people: HandMade):
    incident = people.planned()
    assert why_withheld(batch_of(incident), incident)["P7", "person"] == "no address is known"


def test_a_person_in_custody_is_handed_the_letter_and_it_shows_no_address(people: HandMade):
    incident = people.planned()
    made = by_person(batch_of(incident), incident)
    assert made["P2", "person"].method == "hand"
    assert made["P2", "person"].letter.address_lines == ()
    assert made["P3", "person"].method == "post"
    assert [line.reveal() for line in made["P3", "person"].letter.address_lines] == [
        "9 Long Road",
        "ZZCANARY Village",
    ]


def test_person_and_representative_are_written_to_on_the_same_day(people: HandMade):
    incident = people.planned()
    made = by_person(batch_of(incident), incident)
    for client in ("P2", "P9"):
        assert made[client, "person"].letter.sent_on == made[client, "representative"].letter.sent_on


def test_a_letter_tells_which_of_this_persons_data_was_exposed_and_not_which_of_others(people: HandMade):
    incident = people.planned()
    made = by_person(batch_of(incident), incident)
    ana, boris, gita = (made[client, "person"].letter.exposed_labels for client in ("P2", "P3", "P9"))
    english = made["P2", "representative"].letter.exposed_labels
    birth = exposed_labels(("date-of-birth",), "en")
    mail = exposed_labels(("email",), "en")
    assert set(birth) <= set(gita)
    assert not set(birth) & set(boris), "Boris' date of birth did not stand in the sheet"
    assert set(mail) <= set(english), "the second row of Ana exposed her address"
    assert not set(mail) & set(gita)
    assert len(ana) == len(english), "counsel is told what the client is told"


def test_the_person_is_written_to_in_their_language_and_counsel_in_that_of_the_court(people: HandMade):
    incident = people.planned()
    made = by_person(batch_of(incident), incident)
    assert made["P2", "person"].letter.language == "es"
    assert made["P2", "representative"].letter.language == "en"


def test_counsel_of_two_people_gets_two_letters_that_name_one_each(people: HandMade):
    incident = people.planned()
    made = by_person(batch_of(incident), incident)
    to_counsel = [made[client, "representative"].letter for client in ("P2", "P9")]
    assert [letter.addressee_name.reveal() for letter in to_counsel] == ["Rosa Counsel"] * 2
    assert [letter.person_name.reveal() for letter in to_counsel if letter.person_name] == [
        "Ana Lobo",
        "Gita Rao",
    ]
    assert len({letter.reference for letter in to_counsel}) == 2


def test_no_letter_has_room_for_a_second_person():
    """R33: the type itself has one addressee and at most one person."""
    fields = {
        name for name, annotation in inspect.get_annotations(Letter).items() if "Personal" in str(annotation)
    }
    # A case number is the tribunal's name for that one person's case.
    assert fields == {"addressee_name", "address_lines", "native_name", "person_name", "case_number"}


def test_no_function_of_the_letters_takes_several_names():
    for module in (notices, queries):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__:
                continue
            for parameter in inspect.signature(function).parameters.values():
                annotation = str(parameter.annotation)
                listed = any(word in annotation for word in ("Sequence", "list", "tuple", "Iterable"))
                assert not (listed and "AffectedPerson" in annotation), f"{name} takes several people"


def test_why_no_letter_says_nothing_against_a_letter_that_may_be_written(people: HandMade):
    incident = people.planned()
    assert why_no_letter(person(incident, "P3"), "person") == ""
    assert why_no_letter(person(incident, "P6"), "representative") == ""


def test_letters_are_rendered_once_recorded_once_and_stand_as_recorded(people: HandMade, tmp_path: Path):
    incident = people.planned()
    out = tmp_path / "letters"
    first = prepare_letters(batch_of(incident).letters, out=out, processes=1)
    assert first.present == len(first.heads) == len(list(out.glob("*.pdf"))) == 6
    shown = Shown(content=first.heads)
    advance_remedy(incident=incident, remedies=list(first.heads), step="prepare", act=act(), shown=shown)
    kept = {path.name: path.read_bytes() for path in out.glob("*.pdf")}

    later = prepare_letters(batch_of(incident, act(days=20).now).letters, out=out, processes=1)
    assert (later.heads, later.present) == ({}, 6)
    assert {path.name: path.read_bytes() for path in out.glob("*.pdf")} == kept
    for pdf in out.glob("*.pdf"):
        with closing(pdfium.PdfDocument(pdf)) as document:
            assert len(document) >= 1


def test_a_letter_that_would_come_out_differently_from_the_recorded_one_is_refused(
    people: HandMade, tmp_path: Path
):
    from amends.ledger.models import Delivery

    incident = people.planned()
    out = tmp_path / "letters"
    first = prepare_letters(batch_of(incident).letters, out=out, processes=1)
    shown = Shown(content=first.heads)
    advance_remedy(incident=incident, remedies=list(first.heads), step="prepare", act=act(), shown=shown)
    Delivery.objects.filter(notice=min(first.heads)).update(content_sha256="0" * 64)
    with pytest.raises(RefusalError) as refused:
        prepare_letters(batch_of(incident).letters, out=out, processes=1)
    assert refused.value.code == "letter-differs"


def test_a_letter_that_came_back_is_written_anew_as_a_second_attempt(people: HandMade, tmp_path: Path):
    incident = people.planned()
    batch = batch_of(incident)
    boris = by_person(batch, incident)["P3", "person"]
    prepared = prepare_letters([boris], out=tmp_path, processes=1)
    one = [boris.remedy]
    shown = Shown(content=prepared.heads)
    advance_remedy(incident=incident, remedies=one, step="prepare", act=act(), shown=shown)
    advance_remedy(incident=incident, remedies=one, step="dispatch", act=act())
    proof = Shown(proof="envelope 4")
    advance_remedy(incident=incident, remedies=one, step="record_return", act=act(), shown=proof)
    advance_remedy(incident=incident, remedies=one, step="try_again", act=act())
    again = by_person(batch_of(incident, act(days=40).now), incident)["P3", "person"]
    assert again.prepared_sha256 == ""
    assert again.letter.sent_on > boris.letter.sent_on


def test_a_recipient_is_asked_without_a_word_about_anybody(people: HandMade):
    incident = people.planned()
    (asked,) = LetterWriter(incident, SENDER, today=NOW).clawbacks()
    letter = asked.letter
    assert "192.0.2.9" in letter.addressee_name.reveal()
    assert (letter.person_name, letter.exposed_labels, letter.entitlements) == (None, (), ())


def test_a_planned_letter_shows_no_name_when_it_is_printed(people: HandMade):
    batch = batch_of(people.planned())
    text = repr(batch)
    for name in ("Petrov", "Lobo", "Rosa", "Long Road", "ZZCANARY"):
        assert name not in text
    assert repr(Personal("Boris")) in text
