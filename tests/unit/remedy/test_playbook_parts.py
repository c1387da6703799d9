"""What a playbook can say beyond cohort and measure: combined conditions, several barred actions, public promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from amends.remedy.playbook import (
    Commitment,
    DueRule,
    Predicate,
    load_playbook,
    parse_playbook,
    playbook_names,
)
from amends.vocabulary.errors import UsageError
from tests.ledger_cases import REPORTED
from tests.unit.remedy.test_playbook import GOOD, complaint

WHOLE = (
    GOOD.replace('barred_action = "removal"', 'barred_actions = ["removal", "transfer"]', 1)
    .replace('barred_action = "opposition"', 'barred_actions = ["opposition", "appeal"]\nwaiting_days = 7', 1)
    .replace(
        'where = { status_at_exposure = ["in_custody"], fear_finding = ["positive", "pending"] }',
        'where = { status_at_exposure = ["in_custody"], any = [{ minor = ["yes"] }, { all = ['
        '{ represented = ["no"] }, { exposed_kinds = ["health"] }] }], not = { status_now = ["removed"],'
        ' status_30_days_after_discovery = ["released"] } }',
        1,
    )
    + """
[[entitlement]]
name = "look"
cohort = "in_custody"
kind = "review"
review = "custody"
second_look = true
owner = "Operations"
authority = "commitment"
due = { trigger = "notice_delivered", working_days = 10, holidays = "US" }
en = "A look."
es = "Una mirada."

[[commitment]]
name = "promise"
rule = "never"
cohort = "in_custody"
barred_action = "transfer"
since = 2022-11-30
en = "Nobody is transferred."
es = "Nadie será trasladado."
"""
)


def whole(old: str = "", new: str = ""):
    assert old in WHOLE
    return parse_playbook(WHOLE.replace(old, new, 1), where="sample.toml")


def refusal(old: str, new: str) -> str:
    assert old in WHOLE
    return complaint(WHOLE.replace(old, new, 1))


def test_conditions_are_combined_as_they_stand():
    cohort = whole().cohort("in_custody")
    assert cohort.where == {"status_at_exposure": ("in_custody",)}
    young, unheard = cohort.any_of
    assert young == Predicate({"minor": ("yes",)})
    assert [inner.values for inner in unheard.all_of] == [
        {"represented": ("no",)},
        {"exposed_kinds": ("health",)},
    ]
    (gone,) = cohort.none_of
    assert gone.values["status_30_days_after_discovery"] == ("released",)


def test_several_barred_actions_are_a_hold_each_under_a_name_of_its_own():
    book = whole()
    held = [(hold.entitlement, hold.barred_action) for hold in book.population_hold.each()]
    assert held == [("hold_removal", "removal"), ("hold_removal_transfer", "transfer")]
    holds = {item.name: item.barred_action for item in book.entitlements if item.kind == "hold"}
    assert holds == {"no_opposition": "opposition", "no_opposition_appeal": "appeal"}
    assert {item.waiting_days for item in book.entitlements if item.kind == "hold"} == {7}


def test_a_review_says_what_is_decided_and_whether_somebody_looks_again():
    (look,) = [item for item in whole().entitlements if item.kind == "review"]
    assert (look.review, look.second_look) == ("custody", True)
    assert look.due == DueRule("notice_delivered", working_days=10, holidays="US")


def test_a_promise_binds_from_a_day_an_instant_or_a_moment_of_the_incident():
    (promise,) = whole().commitments
    assert promise.begins({}) == datetime(2022, 11, 30, tzinfo=UTC)
    (promise,) = whole("since = 2022-11-30", "since = 2022-11-30T10:00:00+02:00").commitments
    assert promise.begins({}) == datetime(2022, 11, 30, 8, tzinfo=UTC)
    (promise,) = whole("since = 2022-11-30", 'since = "reported_at"').commitments
    assert promise.begins({"reported_at": REPORTED}) == REPORTED
    assert promise.begins({"reported_at": None}) is None
    (promise,) = whole("since = 2022-11-30", 'since = "population_held_at"').commitments
    assert promise.begins({}) is None
    assert promise.text == "Nobody is transferred."


def test_a_promise_without_a_beginning_is_no_promise():
    with pytest.raises(UsageError, match="since when"):
        Commitment("p", "never", "everyone", "removal", "some day").begins({})


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('rule = "never"', 'rule = "hopefully"', ("promise", "hopefully")),
        (
            'cohort = "in_custody"\nbarred_action = "transfer"',
            'cohort = "some"\nbarred_action = "transfer"',
            ("promise", "some"),
        ),
        ("since = 2022-11-30", 'since = "soon"', ("promise", "soon")),
        ("since = 2022-11-30", "since = 2022-11-30T10:00:00", ("promise", "since when")),
        ("since = 2022-11-30", "", ("promise", "since")),
        ('es = "Nadie será trasladado."', "", ("promise", "'es'")),
        ('barred_actions = ["removal", "transfer"]', "barred_actions = []", ("population hold", "bars")),
        ('["removal", "transfer"]', '["removal", "removal"]', ("population hold", "different")),
        (
            '["opposition", "appeal"]',
            '["opposition", "appeal"]\nbarred_action = "x"',
            ("no_opposition", "bars"),
        ),
        ("second_look = true", 'second_look = "yes"', ("look", "true nor false")),
        ("second_look = true", 'barred_action = "x"', ("look", "barred_action", "hold")),
        ('review = "custody"', 'addressee = "person"', ("look", "addressee", "notice")),
        ("working_days = 10", "working_days = 10, days = 3", ("look", "either")),
        ("working_days = 10, ", "", ("look", "either")),
        ("working_days = 10", "days = 10", ("look", "holidays")),
        ('holidays = "US"', 'holidays = "Atlantis"', ("look", "Atlantis")),
        ('trigger = "removed_at"', 'trigger = "removal"', ("clawback", "removal")),
        ('{ minor = ["yes"] }', "{}", ("in_custody", "asks for nothing")),
        ('{ minor = ["yes"] }', '{ minor = ["perhaps"] }', ("in_custody", "perhaps")),
        ("any = [{", "any = [3, {", ("in_custody", "list of conditions")),
        ('exposed_kinds = ["health"]', 'exposed_kinds = ["helth"]', ("in_custody", "helth")),
        (
            "status_30_days_after_discovery",
            "status_30_days_after_discovry",
            ("in_custody", "no point in time"),
        ),
        ('title = "In custody"', 'title = "In custody"\nany_of = []', ("in_custody", "any_of")),
        ("[[commitment]]", "[[comitment]]", ("comitment",)),
        (
            'addressee = "person"',
            'addressee = "person"\ntemplate = "representative_notice"',
            ("notice_person", "somebody else"),
        ),
        ('addressee = "person"', 'addressee = "person"\ntemplate = "poem"', ("notice_person", "poem")),
        (
            'addressee = "person"',
            'addressee = "guardian"\ntemplate = "breach_notice"',
            ("notice_person", "cannot be written"),
        ),
    ],
)
def test_a_wrong_part_is_refused_and_named(old, new, named):
    message = refusal(old, new)
    assert all(word in message for word in named), message


@pytest.mark.parametrize("name", playbook_names())
def test_every_shipped_playbook_promises_something_in_public_in_every_language(name):
    for commitment in load_playbook(name).commitments:
        assert set(commitment.sentences) == {"en", "es"}
    assert load_playbook(name).commitments
