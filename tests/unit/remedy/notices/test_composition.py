from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.remedy.notices.composition import compose, missing_elements
from amends.remedy.notices.wording import load_wording
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.personal import Personal
from tests.unit.remedy.notices.synthetic_letters import (
    CANARY,
    DISCLOSURE,
    INCIDENT,
    SENDER,
    breach_notice,
    clawback,
    disclosure_clawback,
    disclosure_notice,
    representative_disclosure_notice,
    representative_notice,
)

FONTS = ("Noto Sans",)
HOLES = [
    ("what_happened: published_where", {"incident": replace(INCIDENT, published_where=" ")}),
    ("which_data: exposed_labels", {"exposed_labels": ()}),
    ("which_data: exposed_labels", {"exposed_labels": ("Name", "")}),
    ("what_is_not_known: unknowns", {"unknowns": ()}),
    ("what_we_do: entitlements", {"entitlements": ()}),
    ("what_you_can_do: reply_by", {"reply_by": None}),
    ("how_to_reach_help: help", {"sender": replace(SENDER, help_lines={})}),
    ("how_to_reach_help: contact", {"sender": replace(SENDER, phone="")}),
    ("greeting: addressee", {"addressee_name": Personal("\u202e ")}),
]


def page_of(letter):
    return json.loads(compose(letter, FONTS).text.reveal())


def all_text(value):
    if isinstance(value, str):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return " ".join(" ".join(all_text(part) for part in parts).split())


@pytest.mark.parametrize(("hole", "changes"), HOLES)
def test_a_notice_with_a_hole_is_refused_and_the_element_is_named(hole, changes):
    letter = breach_notice(**changes)
    assert missing_elements(letter) == (hole,)
    with pytest.raises(RefusalError) as refused:
        compose(letter, FONTS)
    assert refused.value.code == "notice-incomplete"
    assert hole in refused.value.message
    assert CANARY not in f"{refused.value} {refused.value.hint}"


def test_a_complete_notice_lacks_nothing():
    assert missing_elements(breach_notice()) == ()
    assert missing_elements(clawback()) == ()


@pytest.mark.parametrize(
    ("make", "hole", "changes"),
    [
        (disclosure_notice, "which_data: exposed_labels", {"exposed_labels": ()}),
        (disclosure_notice, "what_is_not_known: unknowns", {"unknowns": ()}),
        (disclosure_notice, "what_we_do: entitlements", {"entitlements": ()}),
        (disclosure_notice, "what_you_can_do: reply_by", {"reply_by": None}),
        (representative_disclosure_notice, "whom_it_concerns: person", {"person_name": None}),
        (disclosure_clawback, "reply_by: reply_by", {"reply_by": None}),
    ],
)
def test_a_letter_about_a_direct_disclosure_with_a_hole_is_refused_too(make, hole, changes):
    assert missing_elements(make()) == ()
    assert missing_elements(make(**changes)) == (hole,)


@pytest.mark.parametrize("make", [disclosure_notice, representative_disclosure_notice])
def test_to_whom_it_was_told_is_said_where_it_may_be_and_its_absence_where_not(make):
    told = all_text(page_of(make()))
    assert "directly to a foreign government" in told
    assert "cannot say in this letter to whom" not in told
    unsaid = all_text(page_of(make(incident=replace(DISCLOSURE, disclosed_to=""))))
    assert "a foreign government" not in unsaid
    assert "cannot say in this letter to whom" in unsaid


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("make", [disclosure_notice, representative_disclosure_notice])
def test_a_direct_disclosure_is_told_as_one_instant_without_a_duration_or_a_removal(make, language):
    placed = replace(DISCLOSURE, published_where="PLACE THAT DOES NOT EXIST")
    text = all_text(page_of(make(language=language, incident=placed)))
    assert text.count("10:30") == 1
    assert load_wording(language).say_duration(DISCLOSURE.duration) not in text
    assert placed.published_where not in text


def test_help_in_another_language_does_not_fill_the_hole():
    only_english = replace(SENDER, help_lines={"en": ("Free legal help.",)})
    assert missing_elements(breach_notice(language="es", sender=only_english)) == ("how_to_reach_help: help",)


@pytest.mark.parametrize(
    "changes",
    [
        {"person_name": Personal("Amina Sample")},
        {"native_name": Personal("Amina Sample")},
        {"exposed_labels": ("Name",)},
        {"entitlements": ("A review.",)},
        {"unknowns": ("Much.",)},
        {"hold_days": 30},
    ],
)
@pytest.mark.parametrize("make", [clawback, disclosure_clawback])
def test_a_letter_to_a_recipient_may_not_carry_anything_about_a_person(make, changes):
    with pytest.raises(RefusalError) as refused:
        compose(make(**changes), FONTS)
    assert refused.value.code == "notice-oversharing"


@pytest.mark.parametrize("make", [breach_notice, disclosure_notice])
def test_a_notice_to_a_person_may_not_name_a_second_person(make):
    with pytest.raises(RefusalError) as refused:
        compose(make(person_name=Personal("Somebody Else")), FONTS)
    assert refused.value.code == "notice-oversharing"


def test_whoever_learned_of_a_disclosure_is_unknown_so_the_worst_is_assumed():
    assert "those whom you fear may know" in all_text(page_of(disclosure_notice()))
    known = replace(DISCLOSURE, recipients_known=True)
    assert "those whom you fear may know" not in all_text(page_of(disclosure_notice(incident=known)))


def test_whoever_obtained_the_data_is_unknown_so_the_worst_is_assumed():
    assert "those whom you fear may have it" in all_text(page_of(breach_notice()))
    known = replace(INCIDENT, recipients_known=True)
    assert "those whom you fear may have it" not in all_text(page_of(breach_notice(incident=known)))


def test_no_hold_is_promised_to_a_person_for_whom_there_is_none():
    assert "30 days" in all_text(page_of(breach_notice()))
    assert "placed a hold" not in all_text(page_of(breach_notice(hold_days=None)))


def test_a_representative_is_told_whether_the_client_was_written_to():
    assert "on the same day" in all_text(page_of(representative_notice()))
    untold = all_text(page_of(representative_notice(person_also_told=False)))
    assert "on the same day" not in untold
    assert "not written to your client directly" in untold


def test_a_name_that_looks_like_a_placeholder_stays_a_name():
    letter = breach_notice(addressee_name=Personal("{reply_by} {person}"))
    greeting = page_of(letter)["greeting"]
    assert greeting[1] == {"text": "{reply_by} {person}", "direction": "ltr", "language": "und"}


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("محمد علي", "rtl"),
        ("דוד לוי", "rtl"),
        ("12 محمد", "rtl"),
        ("Amina", "ltr"),
        ("李明", "ltr"),
        ("12", "ltr"),
    ],
)
def test_a_name_runs_in_the_direction_of_its_own_script(name, direction):
    lines = page_of(breach_notice(native_name=Personal(name), native_language="und"))["addressee"]
    assert lines[1] == [{"text": name, "direction": direction, "language": "und"}]


@pytest.mark.parametrize(
    ("tag", "language"),
    [("ar", "ar"), ("zh-Hant", "zh"), ("prs-AF", "prs"), ("", "und"), ("Dari (AF)", "und")],
)
def test_only_the_language_of_a_tag_reaches_the_layout(tag, language):
    letter = breach_notice(native_name=Personal("محمد"), native_language=tag)
    assert page_of(letter)["addressee"][1][0]["language"] == language


def test_a_name_cannot_turn_round_the_text_after_it():
    greeting = page_of(breach_notice(addressee_name=Personal("Ami\u202ena\u2069 \nSample")))["greeting"]
    assert greeting[1]["text"] == "Amina Sample"


def test_persian_joiners_are_part_of_a_name_and_stay():
    name = "علی\u200cرضا"
    assert page_of(breach_notice(addressee_name=Personal(name)))["greeting"][1]["text"] == name


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=40))
def test_any_name_comes_through_as_literal_text_and_masked_outside(name):
    composed = compose(breach_notice(addressee_name=Personal(name), native_name=None), FONTS)
    lines = json.loads(composed.text.reveal())["addressee"]
    assert len(lines) == 3
    assert len(lines[0]) == 1
    assert "reveal" not in repr(composed)
    assert "12 Sample Road" not in repr(composed)
