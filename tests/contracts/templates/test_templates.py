"""Every notice in every language: found by folder, so a new one is proved without a line here."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from amends.remedy.notices.composition import missing_elements
from amends.remedy.notices.fonts import families_for, uncovered
from amends.remedy.notices.notice_templates import TEMPLATES_FOLDER, languages_of, load_template, notices
from amends.remedy.notices.rendering import render_letters
from amends.remedy.notices.wording import load_wording
from tests.unit.remedy.notices.synthetic_letters import SENDER, complete_letter, pages_of, text_of

PAIRS = [(notice, language) for notice in notices() for language in languages_of(notice)]
NOTICES_TO_THE_AFFECTED = [
    pair for pair in PAIRS if load_template(*pair).audience in ("person", "representative")
]
ONE_SHEET = [pair for pair in PAIRS if load_template(*pair).compact]
DEMANDED_BY_R30 = {"what_happened", "which_data", "what_is_not_known", "what_we_do", "what_you_can_do"}
OF_PUBLICATION = {"published_where", "removed_at", "duration", "accessed_at"}
THREATS = re.compile(
    r"\b(must|shall|required to|obliged|prosecut\w*|penalt\w*|fine[sd]?|sue[sd]?|legal action|court|crim\w+|"
    r"law enforcement|police|demand\w*|order(s|ed)?|or else|consequences|liab\w+|unlawful\w*|illegal\w*)\b",
    re.IGNORECASE,
)


def help_in(language):
    return replace(SENDER, help_lines={language: ("Free legal help.",)})


def test_there_is_a_folder_for_each_kind_of_letter():
    published = {"breach_notice", "representative_notice", "clawback"}
    told = {"disclosure_notice", "representative_disclosure_notice", "disclosure_clawback"}
    later = {"supplementary_notice", "representative_supplementary_notice"}
    besides = {"tribunal_notice", "adverse_assumption_certificate"}
    assert published | told | later | besides <= set(notices())
    folders = {path.name for path in TEMPLATES_FOLDER.iterdir() if path.is_dir()}
    assert folders == set(notices())


@pytest.mark.parametrize(("notice", "language"), PAIRS)
def test_every_placeholder_is_known_and_every_demanded_one_used(notice, language):
    template = load_template(notice, language)
    demanded = frozenset().union(*template.elements.values())
    assert demanded <= template.fields()
    assert not template.fields() & template.forbidden


@pytest.mark.parametrize(("notice", "language"), NOTICES_TO_THE_AFFECTED)
def test_a_notice_to_the_affected_has_every_element_that_is_owed(notice, language):
    template = load_template(notice, language)
    assert set(template.elements) >= DEMANDED_BY_R30
    assert "help" in template.fields()
    assert template.receipt


@pytest.mark.parametrize(("notice", "language"), PAIRS)
def test_every_language_has_the_elements_in_the_same_order(notice, language):
    first = load_template(notice, languages_of(notice)[0])
    orders = [
        [section.element for section in template.sections]
        for template in (first, load_template(notice, language))
    ]
    assert orders[0] == orders[1]


@pytest.mark.parametrize(("notice", "language"), PAIRS)
def test_a_complete_letter_is_printed_and_leaves_no_placeholder(tmp_path, notice, language):
    letter = replace(complete_letter(notice, language), sender=help_in(language))
    assert missing_elements(letter) == ()
    report = render_letters([letter], tmp_path, processes=1)
    text = text_of(report.letters[0].path)
    assert report.count == 1
    assert "{" not in text
    assert "}" not in text
    assert load_wording(language).say_date(letter.sent_on) in text


@pytest.mark.parametrize(("notice", "language"), ONE_SHEET)
def test_what_gets_filed_or_shown_stands_on_one_sheet_even_where_much_is_to_be_said(
    tmp_path, notice, language
):
    letter = replace(complete_letter(notice, language), sender=help_in(language))
    kinds = tuple(f"Kind of data number {number}" for number in range(1, 11))
    full = replace(letter, exposed_labels=kinds)
    report = render_letters([full], tmp_path, processes=1)
    assert pages_of(report.letters[0].path) == 1


def test_a_letter_about_one_person_to_a_court_or_a_stranger_carries_no_number_and_no_address_of_the_person():
    shown = {"exposed_labels", "person", "case_number"}
    for notice in ("tribunal_notice", "adverse_assumption_certificate"):
        for language in languages_of(notice):
            fields = load_template(notice, language).fields()
            assert fields & {"person", "exposed_labels"} <= shown
            assert "help" not in fields
    assert load_template("tribunal_notice", "en").audience == "tribunal"


@pytest.mark.parametrize(("notice", "language"), [pair for pair in PAIRS if "disclosure" in pair[0]])
def test_a_letter_about_a_direct_disclosure_speaks_of_no_public_place_and_no_duration(notice, language):
    assert not load_template(notice, language).fields() & OF_PUBLICATION


@pytest.mark.parametrize("published", ["breach_notice", "representative_notice"])
def test_a_notice_of_a_direct_disclosure_owes_every_element_that_a_published_one_owes(published):
    told = published.replace("breach", "disclosure").replace("ive_notice", "ive_disclosure_notice")
    owed, kept = load_template(published, "en").elements, load_template(told, "en").elements
    assert owed.keys() == kept.keys()
    assert all(owed[element] - OF_PUBLICATION <= kept[element] for element in owed)


@pytest.mark.parametrize("language", sorted({language for _, language in PAIRS}))
def test_a_language_has_twelve_months_seven_days_and_words_that_can_be_printed(language):
    wording = load_wording(language)
    assert (len(set(wording.months)), len(set(wording.weekdays))) == (12, 7)
    assert wording.labels.keys() == load_wording("en").labels.keys()
    words = "".join((*wording.months, *wording.weekdays, str(wording.labels)))
    assert uncovered(words, families_for(language)) == frozenset()


def test_a_letter_to_a_recipient_threatens_nothing_and_claims_no_power():
    for notice, language in PAIRS:
        if load_template(notice, language).audience == "recipient":
            words = (TEMPLATES_FOLDER / notice / language / "text.toml").read_text(encoding="utf-8")
            assert THREATS.findall(words) == []
