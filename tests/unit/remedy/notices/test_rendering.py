from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.remedy.notices.manifest import MANIFEST_NAME, Manifest
from amends.remedy.notices.rendering import render_letters
from amends.remedy.notices.typesetting import LAYOUT_FILE
from amends.remedy.notices.wording import load_wording
from amends.vocabulary.errors import FaultError, RefusalError, UsageError
from amends.vocabulary.personal import Personal
from tests.unit.remedy.notices.synthetic_letters import (
    CANARY,
    SENDER,
    breach_notice,
    clawback,
    complete_letter,
    disclosure_clawback,
    disclosure_notice,
    pages_of,
    representative_notice,
    text_of,
)

TO_THE_AFFECTED = [
    "breach_notice",
    "representative_notice",
    "disclosure_notice",
    "representative_disclosure_notice",
]
HOSTILE_NAMES = [
    '#import "@preview/evil:1.0.0": *',
    '#read("/etc/passwd")',
    "] #panic() [",
    '"); #sys.inputs',
    "$ x^2 $ *bold* _it_ `raw`",
    "back\\slash \\u{41} //x /* y */",
    "<reference-line> @ref ~ --- '",
    "{addressee} {reply_by}",
]


def only_text(letter, folder: Path) -> str:
    report = render_letters([letter], folder, processes=1)
    return text_of(report.letters[0].path)


def test_a_notice_says_what_happened_what_is_owed_and_how_to_reach_help(tmp_path):
    text = only_text(breach_notice(), tmp_path)
    for said in (
        f"Amina {CANARY} Sample",
        "12 Sample Road",
        "N-000001",
        "Wednesday, 30 November 2022",
        "from Monday, 28 November 2022, at 09:45 (EST, UTC\N{MINUS SIGN}5)",
        "4 hours and 19 minutes",
        "Date of birth",
        "We do not know who downloaded the document.",
        "You will not be removed before 30 days have passed",
        "Your custody will be reviewed.",
        "by Friday, 30 December 2022",
        "Free legal help: Example Legal Aid.",
        "+1 202 555 0142",
        "help@office.example",
        "Office for Sample Cases, 100 Example Avenue, Springfield",
        "Signature of the person receiving",
        "Page 1 of 2",
    ):
        assert said in text


def test_a_notice_in_spanish_says_the_same_in_spanish(tmp_path):
    text = only_text(breach_notice(language="es"), tmp_path)
    for said in (
        "¿Qué ocurrió?",
        "4 horas y 19 minutos",
        "viernes, 30 de diciembre de 2022",
        "Acuse de recibo",
    ):
        assert said in text


def test_a_representative_reads_which_client_is_meant(tmp_path):
    assert f"your client Amina {CANARY} Sample, and nobody else" in only_text(
        representative_notice(), tmp_path
    )


def test_a_recipient_is_asked_and_learns_nothing_about_any_person(tmp_path):
    text = only_text(clawback(), tmp_path)
    assert CANARY not in text
    for said in (
        "at 10:12:08",
        "delete every copy",
        "backups",
        "Who else has it?",
        "reply by Friday, 30 December 2022",
    ):
        assert said in text
    assert "Acknowledgement of receipt" not in text


def test_a_person_reads_when_and_to_whom_information_was_told(tmp_path):
    text = only_text(disclosure_notice(), tmp_path)
    for said in (
        "On Wednesday, 7 December 2022, at 10:30 (EST, UTC\N{MINUS SIGN}5)",
        "directly to a foreign government.",
        "noticed on Thursday, 8 December 2022",
        "nothing was put in a public place",
        "You will not be removed before 30 days have passed",
        "by Friday, 30 December 2022",
        "Signature of the person receiving",
    ):
        assert said in text
    assert "0 seconds" not in text


def test_a_person_reads_the_same_about_a_disclosure_in_spanish(tmp_path):
    facts = replace(disclosure_notice().incident, disclosed_to="un gobierno extranjero")
    text = only_text(disclosure_notice(language="es", incident=facts), tmp_path)
    for said in (
        "El miércoles, 7 de diciembre de 2022",
        "institución: un gobierno extranjero.",
        "Acuse de recibo",
    ):
        assert said in text
    assert "0 segundos" not in text


def test_whom_staff_told_is_asked_and_has_nothing_confirmed(tmp_path):
    text = only_text(disclosure_clawback(), tmp_path)
    assert CANARY not in text
    for said in (
        "on Wednesday, 7 December 2022, at 10:30",
        "do not use it",
        "do not pass it on",
        "delete every note of it",
        "confirm by Friday, 30 December 2022",
        "Nothing in it confirms or denies anything about any person.",
    ):
        assert said in text
    assert "Acknowledgement of receipt" not in text


@pytest.mark.parametrize("paper", ["us-letter", "a4"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("template", TO_THE_AFFECTED)
def test_a_letter_with_much_to_say_ends_with_its_receipt_on_the_second_page(
    tmp_path, template, language, paper
):
    letter = replace(
        complete_letter(template, language),
        sender=replace(SENDER, paper=paper, hours="Monday to Friday, 9:00 to 17:00"),
        native_name=Personal("محمد"),
        native_language="ar",
        exposed_labels=tuple(f"{number}: information about the request" for number in range(15)),
        unknowns=("Our records have gaps. Somebody may have read it without leaving a trace in them.",) * 3,
        entitlements=("An individual review of the decision, heard by a judge of another office.",) * 6,
    )
    pdf = render_letters([letter], tmp_path, processes=1).letters[0].path
    assert pages_of(pdf) == 2
    assert text_of(pdf).count(load_wording(language).labels["receipt_title"]) == 1


def test_a_name_in_arabic_letters_stands_in_the_letter(tmp_path):
    text = only_text(breach_notice(native_name=Personal("محمد"), native_language="ar"), tmp_path)
    # An extractor gives right-to-left words in reading or in drawing order.
    assert "محمد" in text or "محمد"[::-1] in text


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_printed_and_never_run(tmp_path, name):
    assert name in only_text(breach_notice(addressee_name=Personal(name)), tmp_path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("#$\\]\"[{}*_`@<>/'~abc()", min_size=1, max_size=30))
def test_no_name_breaks_or_steers_the_page(tmp_path, name):
    text = only_text(breach_notice(addressee_name=Personal(f"X{name}X")), tmp_path)
    assert f"X{name}X" in text


def test_a_letter_that_no_font_can_print_is_undeliverable_and_makes_no_file(tmp_path):
    boxed = breach_notice(2, native_name=Personal(f"{CANARY}\N{ADLAM CAPITAL LETTER ALIF}"))
    report = render_letters([breach_notice(), boxed], tmp_path, processes=1)
    assert (report.count, report.rendered, len(report.undeliverable)) == (1, 1, 1)
    assert report.undeliverable[0].code == "no-glyph"
    assert report.undeliverable[0].reference == "N-000002"
    assert "Adlam" in report.undeliverable[0].reason
    assert CANARY not in report.undeliverable[0].reason
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["N-000001.pdf"]


def test_one_incomplete_letter_stops_the_batch_before_anything_is_written(tmp_path):
    with pytest.raises(RefusalError) as refused:
        render_letters([breach_notice(), breach_notice(2, unknowns=())], tmp_path / "letters", processes=1)
    assert (refused.value.code, refused.value.where) == ("notice-incomplete", "N-000002")
    assert not (tmp_path / "letters").exists()


def test_two_letters_never_share_a_file(tmp_path):
    with pytest.raises(UsageError) as refused:
        render_letters([breach_notice(), representative_notice(1)], tmp_path, processes=1)
    assert refused.value.code == "duplicate-reference"


def test_the_same_letter_gives_the_same_bytes_alone_and_in_a_batch_of_processes(tmp_path):
    letters = [breach_notice(number, language="es" if number % 2 else "en") for number in range(120)]
    batch = render_letters(letters, tmp_path / "batch", processes=2)
    alone = render_letters([letters[77]], tmp_path / "alone", processes=1)
    assert batch.rendered == 120
    assert batch.letters[77].sha256 == alone.letters[0].sha256
    assert batch.letters[77].path.read_bytes() == alone.letters[0].path.read_bytes()
    assert "N-000077" in text_of(batch.letters[77].path)


def test_a_letter_that_stands_is_not_set_again_and_a_changed_one_is(tmp_path):
    letters = [breach_notice(1), breach_notice(2)]
    render_letters(letters, tmp_path, processes=1)
    before = (tmp_path / "N-000001.pdf").stat().st_mtime_ns
    changed = [letters[0], breach_notice(2, reply_by=date(2023, 1, 15))]
    report = render_letters(changed, tmp_path, processes=1)
    assert (report.unchanged, report.replaced, report.rendered) == (1, 1, 0)
    assert (tmp_path / "N-000001.pdf").stat().st_mtime_ns == before
    assert "15 January 2023" in text_of(tmp_path / "N-000002.pdf")


def test_a_damaged_or_missing_letter_is_set_again(tmp_path):
    first = render_letters([breach_notice(1), breach_notice(2)], tmp_path, processes=1)
    (tmp_path / "N-000001.pdf").write_bytes(b"%PDF torn")
    (tmp_path / "N-000002.pdf").unlink()
    again = render_letters([breach_notice(1), breach_notice(2)], tmp_path, processes=1)
    assert (again.unchanged, again.replaced, again.rendered) == (0, 1, 1)
    assert [letter.sha256 for letter in again.letters] == [letter.sha256 for letter in first.letters]


def test_what_a_killed_run_left_is_swept_and_its_torn_line_ignored(tmp_path):
    render_letters([breach_notice(1)], tmp_path, processes=1)
    (tmp_path / ".typesetting-dead").mkdir()
    (tmp_path / ".typesetting-dead" / "letter.json").write_text(CANARY)
    (tmp_path / ".N-000009.pdf.partial").write_text(CANARY)
    with (tmp_path / MANIFEST_NAME).open("a") as file:
        file.write('{"reference": "N-0000')
    report = render_letters([breach_notice(1), breach_notice(2)], tmp_path, processes=1)
    assert (report.unchanged, report.rendered) == (1, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["N-000001.pdf", "N-000002.pdf", MANIFEST_NAME]
    assert render_letters([breach_notice(2)], tmp_path, processes=1).unchanged == 1


def test_two_runs_do_not_work_in_one_folder(tmp_path):
    with Manifest(tmp_path), pytest.raises(RefusalError) as refused:
        render_letters([breach_notice()], tmp_path, processes=1)
    assert refused.value.code == "letters-folder-busy"


def test_nobody_but_the_owner_can_read_the_letters_and_no_name_is_in_a_file_name(tmp_path):
    out = tmp_path / "letters"
    render_letters([breach_notice()], out, processes=1)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert stat.S_IMODE((out / "N-000001.pdf").stat().st_mode) == 0o600
    assert all(CANARY not in path.name for path in out.rglob("*"))
    lines = (out / MANIFEST_NAME).read_text().split()
    assert CANARY not in "".join(lines)
    assert json.loads("".join(lines))["reference"] == "N-000001"


def test_a_folder_that_cannot_be_made_is_a_fault_with_a_hint(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FaultError) as fault:
        render_letters([breach_notice()], tmp_path / "file", processes=1)
    assert fault.value.code == "letters-not-written"


def test_the_letter_is_tagged_for_screen_readers_in_its_language(tmp_path):
    report = render_letters(
        [breach_notice(language="es", sender=replace(SENDER, paper="a4"))], tmp_path, processes=1
    )
    content = report.letters[0].path.read_bytes()
    assert b"/Lang(es" in content or b"/Lang (es" in content
    assert b"pdfuaid:part" in content


def test_no_letters_make_no_files_and_no_trouble(tmp_path):
    report = render_letters([], tmp_path, processes=2)
    assert (report.count, report.rendered, report.unchanged) == (0, 0, 0)


def test_no_rule_of_the_layout_captures_the_letter():
    """Such a rule is another one for each letter: typst then lays out every paragraph anew, at half the speed."""
    layout = LAYOUT_FILE.read_text(encoding="utf-8")
    rules = re.findall(r"^#show .*?^\}\)$", layout, flags=re.MULTILINE | re.DOTALL)
    assert rules
    assert [rule for rule in rules if re.search(r"\bletter\.", rule)] == []
