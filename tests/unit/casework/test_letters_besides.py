"""A court is told of one person's case and of nothing else; everyone can show what must be assumed about recipients."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from amends.casework.identification import person_records
from amends.casework.queries.letters import LetterBatch
from amends.casework.queries.letters_besides import LettersBesides
from amends.casework.results.prepare_letters import prepare_letters
from amends.casework.set_recipient_policy import set_recipient_policy
from amends.cli.letters_run import LettersRun, write_letters
from amends.exposure import adverse
from amends.ledger.models import AffectedPerson, ExposureRecord, Incident, RecipientPolicy, Remedy
from amends.remedy.certificates import has_wording, is_owed, plan_certificates, reason_sentences
from amends.remedy.notices.composition import compose
from amends.vocabulary.errors import UsageError
from amends.vocabulary.personal import Personal
from tests.unit.casework import hand_made
from tests.unit.casework.hand_made import NOW, HandMade, act, everything, person, remedies
from tests.unit.casework.test_letters import SENDER
from tests.unit.remedy.notices.synthetic_letters import pages_of, text_of

COURT = ("The Immigration Court", "5 Law Street|Capital")


def with_court(people: HandMade, court: tuple[str, str] = COURT, case: str = "12/77") -> HandMade:
    """The same people, with a court in the registry for Ana (P2), who has a positive finding."""
    from amends.link.mapping import Mapping
    from amends.link.registry import Registry

    rows = [[*row, *((*court, case) if row[0] == "P2" else ("", "", ""))] for row in hand_made.REGISTRY]
    columns = (*hand_made.REGISTRY_COLUMNS, "court", "court_address", "court_case")
    hand_made._write(people.folder / "registry.csv", (columns, *rows))
    text = (people.folder / "mapping.toml").read_text(encoding="utf-8")
    mapped = (
        'tribunal_name = "court"\ntribunal_address = "court_address"\ntribunal_case = "court_case"\n[status]'
    )
    (people.folder / "mapping.toml").write_text(text.replace("[status]", mapped, 1), encoding="utf-8")
    people.mapping = Mapping.load(people.folder / "mapping.toml")
    people.registry = Registry.open(people.folder / "registry.csv", people.mapping)
    return people


def besides(incident: Incident) -> LettersBesides:
    return LettersBesides(incident, SENDER, NOW)


def written(incident: Incident, out: Path) -> LettersRun:
    return write_letters(incident, SENDER, out=out, act=act, processes=1)


def test_a_court_that_the_registry_names_is_written_to_about_one_person(people: HandMade, tmp_path: Path):
    incident = with_court(people).planned()
    run = written(incident, tmp_path / "out")
    assert run.to_tribunals == 1
    (notice,) = remedies(incident, "notice", addressee="tribunal")
    file = tmp_path / "out" / "tribunals" / f"{notice.reference}.pdf"
    text = text_of(file)
    assert (notice.state, pages_of(file)) == ("prepared", 1)
    for said in (
        "The Immigration Court",
        "5 Law Street",
        "Ana Lobo",
        "12/77",
        "keep this notice out of any file",
    ):
        assert said in text
    assert "An individual review of custody." in text
    (delivery,) = notice.deliveries.all()
    assert delivery.content_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_letter_to_a_court_tells_no_number_birthday_or_address_and_names_nobody_else(
    people: HandMade, tmp_path: Path
):
    incident = with_court(people).planned()
    written(incident, tmp_path / "out")
    (file,) = (tmp_path / "out" / "tribunals").glob("*.pdf")
    text = text_of(file)
    for secret in ("200000002", "1990", "9 Long Road", "Positive", "Rosa Counsel"):
        assert secret not in text
    for row in hand_made.REGISTRY:
        if row[0] != "P2":
            assert row[2] not in text


def test_a_second_run_writes_the_same_letters_and_changes_nothing(people: HandMade, tmp_path: Path):
    incident = with_court(people).planned()
    first = written(incident, tmp_path / "out")
    files = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*.pdf")}
    before = everything()
    again = written(incident, tmp_path / "out")
    assert (again.to_tribunals, again.certificates) == (first.to_tribunals, first.certificates)
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*.pdf")} == files
    assert everything() == before


@pytest.mark.parametrize("court", [None, ("", ""), ("The Immigration Court", "")])
def test_without_a_court_in_the_registry_the_notice_stays_owed_and_the_reason_is_shown(
    people: HandMade, tmp_path: Path, court
):
    incident = (people if court is None else with_court(people, court)).planned()
    run = written(incident, tmp_path / "out")
    (notice,) = remedies(incident, "notice", addressee="tribunal")
    assert notice.state == "owed"
    assert run.withheld["court: the registry names no court for this person's case"] == 1
    assert not list((tmp_path / "out").glob("tribunals/*.pdf"))


def test_a_court_is_not_told_before_the_person_or_who_stands_for_them(people: HandMade):
    incident = with_court(people).planned()
    (withheld,) = besides(incident).to_tribunals().withheld
    assert "not told first" in withheld.reason
    assert withheld.stays_owed


def test_an_old_record_without_a_court_is_no_fault(people: HandMade, monkeypatch):
    monkeypatch.setattr(person_records, "_SEALED", person_records._SEALED[:6])
    incident = people.planned()
    (withheld,) = besides(incident).to_tribunals().withheld
    assert "names no court" in withheld.reason


# ------------------------------------------------------------------ certificates


def made(batch: LetterBatch) -> dict[str, str]:
    """Return registry id → name of the addressee."""
    owners = {
        r.pk: r.person.registry_person_id for r in Remedy.objects.filter(person__isnull=False) if r.person
    }
    return {owners[item.remedy]: item.letter.addressee_name.reveal() for item in batch.letters}


def test_where_the_assessment_leaves_recipients_unknown_everyone_is_owed_a_certificate(people: HandMade):
    incident = people.planned()
    assert ExposureRecord.objects.get().adverse_assumption
    owed = remedies(incident, "notice", addressee="certificate")
    assert len(owed) == AffectedPerson.objects.count()
    assert plan_certificates(incident, now=NOW) == 0


def test_where_everything_is_known_nobody_is_owed_one_until_the_policy_withholds_it(people: HandMade):
    from amends.casework.plan_remedies import plan_remedies

    incident = people.identified()
    ExposureRecord.objects.update(adverse_assumption=False, adverse_reasons=[])
    plan_remedies(incident=incident, act=act("plan"))
    assert not is_owed(incident)
    assert remedies(incident, "notice", addressee="certificate") == []
    assert set_recipient_policy(incident=incident, tells="described", act=act("x")).certificates == 0
    done = set_recipient_policy(incident=incident, tells="withheld", act=act("an inquiry is under way"))
    assert (done.version, done.certificates) == (2, AffectedPerson.objects.count())
    before = everything()
    assert set_recipient_policy(incident=incident, tells="withheld", act=act("again")).already
    assert everything() == before
    set_recipient_policy(incident=incident, tells="named", act=act("the inquiry is over"))
    assert len(remedies(incident, "notice", addressee="certificate")) == done.certificates, (
        "none is taken away"
    )
    assert [p.tells for p in RecipientPolicy.objects.order_by("version")] == [
        "described",
        "withheld",
        "named",
    ]


def test_a_policy_that_does_not_exist_is_refused(people: HandMade):
    with pytest.raises(UsageError) as refused:
        set_recipient_policy(incident=people.planned(), tells="secret", act=act())
    assert refused.value.code == "recipient-policy-unknown"


def test_a_certificate_goes_where_the_person_is_safely_written_to_and_else_to_who_stands_for_them(
    people: HandMade,
):
    incident = people.planned()
    batch = besides(incident).certificates()
    assert made(batch) == {
        "P2": "Ana Lobo",
        "P3": "Boris Petrov",
        "P4": "Tomas Solicitor",
        "P9": "Gita Rao",
    }
    assert len(batch.withheld) == 3
    assert {item.method for item in batch.letters if item.letter.language == "es"} == {"hand"}
    certified = {item.letter.person_name.reveal() for item in batch.letters if item.letter.person_name}
    assert "Chidi Okafor" in certified


def test_a_certificate_says_what_must_be_assumed_why_and_how_to_verify_it_on_one_page(
    people: HandMade, tmp_path: Path
):
    incident = people.planned()
    run = written(incident, tmp_path / "out")
    assert run.certificates == 4
    (notice,) = remedies(incident, "notice", person(incident, "P3"), addressee="certificate")
    file = tmp_path / "out" / "certificates" / f"{notice.reference}.pdf"
    text = text_of(file)
    assert pages_of(file) == 1
    for said in (
        "It must be assumed that those whom Boris Petrov fears",
        "Why this must be assumed",
        "verify",
    ):
        assert said in text
    for reason in ExposureRecord.objects.get().adverse_reasons:
        (sentence,) = reason_sentences(
            ExposureRecord(adverse_assumption=True, adverse_reasons=[reason]), "en", withheld=False
        )
        assert sentence in text
    assert notice.reference in text
    assert "200000003" not in text


def test_a_certificate_holds_up_no_hold_and_no_count_of_who_was_told(people: HandMade):
    from amends.casework.publish_figures import publish_figures

    incident = people.planned()
    figures = publish_figures(incident=incident, act=act()).values
    assert figures["certificates"] == figures["persons"] == figures["notices_to_persons"]


REASONS = (
    "no access log was given, so nothing is known about who read the document",
    "the logs do not cover the whole window: 2 hole(s), the longest of 1 h 3 min",
    "so few requests are logged in access.log that up to half an hour could be missing without a trace",
    "3 log line(s) that may fall into the window could not be read, 1 of which seem to name the document",
    "4 more log line(s) could not be read",
    "1 client(s) renewed a copy (304) that the logs do not show being made",
    "2 crawler(s) took a full copy, which caches and archives may serve unseen",
    "1 client(s) obtained data before or after the stated window: the stated times may be wrong",
    "the logs do not tell what 5 request(s) obtained",
    "2 request(s) came through an intermediary, so the reader behind it is not proved",
)


def test_every_reason_of_the_assessment_has_its_own_words_in_every_language():
    assert len(REASONS) == len(adverse._RULES), "a new reason needs its wording in certificates.toml"
    for language in ("en", "es"):
        said = {
            reason_sentences(
                ExposureRecord(adverse_assumption=True, adverse_reasons=[reason]), language, withheld=False
            )
            for reason in REASONS
        }
        assert len(said) == len(REASONS)
    assert all(has_wording(reason) for reason in REASONS)


def test_a_reason_without_words_is_told_by_a_sentence_that_says_less_and_is_never_left_out():
    record = ExposureRecord(adverse_assumption=True, adverse_reasons=["a reason of tomorrow in /var/log/x"])
    for language in ("en", "es"):
        (sentence,) = reason_sentences(record, language, withheld=False)
        assert sentence
        assert "/var" not in sentence
    assert len(reason_sentences(record, "en", withheld=True)) == 2
    assert len(reason_sentences(None, "es", withheld=False)) == 1


def test_after_a_direct_disclosure_neither_letter_speaks_of_a_public_place(people: HandMade):
    incident = with_court(people).planned()
    Incident.objects.update(url="", disclosed_to="a foreign government")
    incident.refresh_from_db()
    Remedy.objects.filter(kind="notice", addressee="person").update(state="prepared")
    writer = besides(incident)
    letters = [*writer.to_tribunals().letters, *writer.certificates().letters]
    assert len(letters) == 5
    for item in letters:
        page = compose(item.letter, ("Noto Sans",)).text.reveal()
        assert "public place" not in page
        assert "lugar público" not in page
    assert prepare_letters([], out=Path("/nowhere"), processes=1).present == 0
    assert isinstance(letters[0].letter.person_name, Personal)
