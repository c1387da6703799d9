"""One answer for one audience: what stops a file, what it may have, what somebody answers for, what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from amends.scan.allowing import Allowance
from amends.scan.audience_screening import Conditions, Standing, screen_for, screen_opened_for
from amends.scan.audiences.loading import audience_named
from amends.scan.mail_recipients import MailRules
from amends.scan.screening import Finding
from amends.scan.tables import OpenedFile
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import Provenance

LISTED = "Name,Date of Birth\nAna Zzcanary,1990-02-11\nBo Zzcanary,1991-02-11\n"
HEAD = "From: desk@agency.example\nSubject: Monday\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"
MAIL = MailRules(frozenset({"agency.example"}))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(LISTED, encoding="utf-8")
    return file


def message(folder: Path, *headers: str, body: str) -> Path:
    file = folder / "m.eml"
    file.write_text(HEAD + "".join(f"{header}\n" for header in headers) + f"\n{body}\n", encoding="utf-8")
    return file


def stops(file: Path, conditions: Conditions) -> set[str]:
    return {
        one.finding.kind for one in screen_for(file, conditions).weighed if one.standing is Standing.STOPS
    }


def test_the_verdict_follows_from_what_the_audience_may_have(listed: Path) -> None:
    assert screen_for(listed, Conditions()).verdict is ScreeningVerdict.FINDINGS
    government = screen_for(listed, Conditions(audience=audience_named("foreign-government")))
    assert government.verdict is ScreeningVerdict.CLEAR
    assert [one.standing for one in government.weighed] == [Standing.PERMITTED]
    assert government.screening.findings == ()


def test_what_somebody_answers_for_does_not_stop_and_what_was_not_read_still_does(listed: Path) -> None:
    entry = Allowance("list-of-persons", "**/list.csv", "Press desk", "They agreed", date(2999, 1, 1))

    def half_read(opened: OpenedFile) -> Iterator[Finding | Skipped]:
        yield Skipped(Provenance.of("list.csv"), "corrupt", "It is damaged.")

    allowing = Conditions(allowances=(entry,))
    assert screen_for(listed, allowing).verdict is ScreeningVerdict.CLEAR
    assert (
        screen_for(listed, replace(allowing, detectors=(half_read,))).verdict is ScreeningVerdict.INCOMPLETE
    )
    assert screen_for(listed, Conditions(detectors=(half_read,))).verdict is ScreeningVerdict.FINDINGS


def test_an_allowance_for_one_content_does_not_cover_the_next(listed: Path) -> None:
    sha256 = screen_for(listed, Conditions()).sha256
    entry = Allowance("list-of-persons", "**", "Press desk", "They agreed", date(2999, 1, 1), sha256)
    assert stops(listed, Conditions(allowances=(entry,))) == set()
    listed.write_text(LISTED + "Cy Zzcanary,1992-02-11\n", encoding="utf-8")
    assert stops(listed, Conditions(allowances=(entry,))) == {"list-of-persons"}


def test_a_mail_to_two_people_about_somebody_is_stopped_for_its_recipients(tmp_path: Path) -> None:
    mail = message(
        tmp_path, "To: a@mail.example, b@mail.example", body="Her social security number is 536-22-8726."
    )
    partner = Conditions(audience=audience_named("partner-agency"), mail=MAIL, outgoing=True)
    assert stops(mail, partner) == {"recipients-in-sight"}


def test_a_mail_about_nobody_to_one_person_with_a_list_in_bcc_is_clear_when_it_is_sent(
    tmp_path: Path,
) -> None:
    blind = ", ".join(f"p{number}@mail.example" for number in range(50))
    mail = message(tmp_path, "To: desk@agency.example", f"Bcc: {blind}", body="We are closed on Monday.")
    sent, published = Conditions(mail=MAIL, outgoing=True), Conditions(mail=MAIL)
    assert screen_for(mail, sent).verdict is ScreeningVerdict.CLEAR
    assert "blind-copy" in stops(mail, published)


def test_words_about_an_incident_in_a_mail_to_several_are_said_of_those_who_got_it(tmp_path: Path) -> None:
    mail = message(tmp_path, "To: a@mail.example, b@mail.example", body="You hear from us after the breach. \n"
                   "All who were affected by the disclosure may call.")  # fmt: skip
    assert stops(mail, Conditions(mail=MAIL, outgoing=True)) == {"implied-membership", "recipients-in-sight"}


def test_a_list_in_an_archive_beside_a_telling_letter_is_found(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("list.csv", LISTED)
        archive.writestr("letter.txt", "All of them were affected by the accidental release.\n")
    found = stops(tmp_path / "out.zip", Conditions(audience=audience_named("foreign-government")))
    assert found == {"implied-membership"}


def test_nothing_is_found_in_nothing() -> None:
    answer = screen_opened_for(OpenedFile((), ()), Conditions(), shown="empty.csv")
    assert (answer.verdict, answer.weighed, answer.skipped) == (ScreeningVerdict.CLEAR, (), ())
