"""The letters of a response as they lie in the folder: one addressee each, one person each, both told at once."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pypdfium2 as pdfium
import pytest

from tests.small_incident import Responded, sha256_of


@dataclass(frozen=True)
class OwedNotice:
    """A notice of the ledger with what the registry knows of its person."""

    reference: str
    addressee: str
    state: str
    sha256: str
    method: str
    person_id: str
    name: str
    representative: str
    language: str
    channels: str
    deceased: bool


def text_of(pdf: Path) -> str:
    """Return the text of a letter; line breaks count as blanks, because a long name may be broken."""
    with closing(pdfium.PdfDocument(pdf)) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


@cache
def texts_of(folder: Path) -> dict[str, str]:
    return {pdf.stem: text_of(pdf) for pdf in sorted(folder.glob("*.pdf"))}


@pytest.fixture
def texts(responded: Responded) -> dict[str, str]:
    return texts_of(responded.out / "letters")


@pytest.fixture
def notices(responded: Responded) -> list[OwedNotice]:
    known = {
        person["person_id"]: person for person in pq.read_table(responded.incident.files.registry).to_pylist()
    }
    with closing(sqlite3.connect(responded.home / "ledger.sqlite3")) as ledger:
        rows = ledger.execute(
            "SELECT r.id, r.addressee, r.state, d.content_sha256, d.method, p.registry_person_id"
            " FROM ledger_remedy r JOIN ledger_affectedperson p ON p.id = r.person_id"
            " LEFT JOIN ledger_delivery d ON d.notice_id = r.id"
            " WHERE r.kind = 'notice' AND r.addressee IN ('person', 'representative')"
        ).fetchall()
    made = []
    for key, addressee, state, sha256, method, person_id in rows:
        person = known[person_id]
        made.append(
            OwedNotice(
                f"N-{key:06}",
                addressee,
                state,
                sha256 or "",
                method or "",
                person_id,
                f"{person['given_name']} {person['family_name']}".strip(),
                person["representative_name"],
                person["language"],
                person["contact_channels"],
                person["deceased"],
            )
        )
    return made


def test_there_is_one_letter_for_each_notice_that_was_prepared_and_no_other(texts, notices):
    prepared = {notice.reference for notice in notices if notice.state == "prepared"}
    assert set(texts) == prepared
    assert len(prepared) > 150


def test_the_recorded_hash_is_the_hash_of_the_letter(responded, notices):
    for notice in notices:
        if notice.state == "prepared":
            assert sha256_of(responded.out / "letters" / f"{notice.reference}.pdf") == notice.sha256


def test_every_letter_names_its_own_person(texts, notices):
    for notice in notices:
        if notice.state == "prepared":
            assert " ".join(notice.name.split()) in texts[notice.reference]


def test_no_letter_names_anybody_else(texts, notices):
    names = {" ".join(notice.name.split()) for notice in notices}
    for notice in notices:
        if notice.state == "prepared":
            text = texts[notice.reference].replace(" ".join(notice.name.split()), "")
            text = text.replace(notice.representative, "")
            strangers = [
                name for name in names if len(name) > 6 and re.search(rf"\b{re.escape(name)}\b", text)
            ]
            assert strangers == [], notice.reference


def test_the_search_for_strangers_finds_one(texts, notices):
    """The twin: a letter into which a second person's name was put is found by the same search."""
    first, second = [notice for notice in notices if notice.state == "prepared"][:2]
    text = texts[first.reference] + " " + second.name
    assert re.search(rf"\b{re.escape(second.name)}\b", text)


def test_a_letter_holds_no_identification_number_and_no_registry_reference(texts, responded):
    for person in pq.read_table(responded.incident.files.registry).slice(0, 400).to_pylist():
        digits = "".join(c for c in person["a_number"] if c.isdigit())
        for text in texts.values():
            assert digits not in text
            assert person["person_id"] not in text


def test_a_representative_is_written_to_on_the_day_of_the_client(notices):
    to_persons = {n.person_id for n in notices if n.addressee == "person" and n.state == "prepared"}
    to_representatives = [n for n in notices if n.addressee == "representative"]
    assert len(to_representatives) > 30
    assert all(notice.state == "prepared" for notice in to_representatives)
    untold = {n.person_id for n in to_representatives} - to_persons
    silenced = {n.person_id for n in notices if n.channels == "none" or n.deceased}
    assert untold <= silenced


def test_both_letters_bear_the_same_date(texts):
    dates = Counter(
        "30 November 2022" in text or "30 de noviembre de 2022" in text for text in texts.values()
    )
    assert dates == {True: len(texts)}


def test_the_letter_to_a_representative_names_the_representative_and_the_client(texts, notices):
    for notice in notices:
        if notice.addressee == "representative":
            assert " ".join(notice.representative.split()) in texts[notice.reference]


def test_a_person_who_must_not_be_written_to_gets_no_letter(texts, notices):
    silenced = [n for n in notices if n.addressee == "person" and n.channels == "none"]
    assert silenced
    for notice in silenced:
        assert notice.state == "withheld"
        assert notice.reference not in texts


def test_people_in_custody_are_handed_their_letter_and_others_are_sent_it(notices):
    methods = Counter((n.channels, n.method) for n in notices if n.addressee == "person" and n.method)
    assert set(methods) == {("hand", "hand"), ("post", "post")}


def test_spanish_speakers_are_written_to_in_spanish(texts, notices):
    to_persons = [n for n in notices if n.addressee == "person" and n.state == "prepared"]
    spanish = [n for n in to_persons if n.language == "es"]
    others = [n for n in to_persons if n.language != "es"]
    assert len(spanish) > 20
    assert len(others) > 20
    assert all("Nuestra referencia" in texts[n.reference] for n in spanish)
    assert all("Our reference" in texts[n.reference] for n in others)


def test_each_recipient_is_asked_in_a_letter_that_holds_no_person(responded):
    asked = texts_of(responded.out / "clawback")
    assert len(asked) > 10
    for text in asked.values():
        assert responded.incident.people.found_in(text) == []
