"""What a machine may say of a threshold: that the duty applies, or that a person must decide. Never a third thing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.jurisdictions.conditions import (
    Circumstances,
    Conditions,
    CountCondition,
    Counted,
    Headcount,
    Role,
    Verdict,
    assess,
)
from amends.jurisdictions.rules import load_rules

COUNTED = [(rule, example) for rule in load_rules() for example in rule.conditions.counted]
OVER_500 = Conditions(count=CountCondition(Counted.RESIDENTS, more_than=500))
PLACES = st.sampled_from(["US", "US-CA", "US-NY", "BR", "CA-QC"])
HEADCOUNTS = st.builds(
    Headcount,
    upper=st.none() | st.integers(0, 3000),
    residence=st.dictionaries(PLACES, st.integers(0, 800), max_size=4),
    unread=st.integers(0, 2),
)
CIRCUMSTANCES = st.builds(
    Circumstances,
    headcount=HEADCOUNTS,
    roles=st.frozensets(st.sampled_from([role.value for role in Role]), max_size=2),
    data=st.frozensets(st.sampled_from(["health", "password", "full-name", "date-of-birth"])),
)


@pytest.mark.parametrize(
    ("rule", "example"), COUNTED, ids=[f"{rule.identity} {example.upper}" for rule, example in COUNTED]
)
def test_every_worked_count_comes_out_as_written(rule, example):
    assert rule.conditions.count.reached_by(example.upper) is example.reached


@given(st.sampled_from(load_rules()), CIRCUMSTANCES)
def test_no_circumstances_make_any_rule_say_that_there_is_no_duty(rule, circumstances):
    assessed = assess(rule.conditions, circumstances, place=rule.place.code)
    assert assessed.verdict in (Verdict.APPLIES, Verdict.PERSON_DECIDES)
    assert assessed.reason
    assert "no duty" not in assessed.reason
    if assessed.verdict is Verdict.PERSON_DECIDES:
        assert assessed.reason.startswith("a person must decide: ")


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.identity)
def test_where_nothing_is_known_every_condition_goes_to_a_person(rule):
    asked = rule.conditions
    assessed = assess(asked, Circumstances(), place=rule.place.code)
    conditional = bool(asked.roles or asked.count or asked.data or asked.judgement)
    assert (assessed.verdict is Verdict.PERSON_DECIDES) is conditional


@pytest.mark.parametrize(
    ("headcount", "verdict", "said"),
    [
        (Headcount(), Verdict.PERSON_DECIDES, "nobody has been counted"),
        (Headcount(501, {"US-CA": 501}), Verdict.APPLIES, "at most 501"),
        (Headcount(500, {"US-CA": 500}), Verdict.PERSON_DECIDES, "at most 500"),
        (Headcount(501), Verdict.PERSON_DECIDES, "0 are known to live there and 501 may"),
        (
            Headcount(900, {"US-CA": 100, "BR": 200}),
            Verdict.PERSON_DECIDES,
            "100 are known to live there and 700 may",
        ),
        (Headcount(900, {"US-CA": 100, "BR": 400}), Verdict.PERSON_DECIDES, "at most 500"),
        (Headcount(600, {"US": 600}), Verdict.PERSON_DECIDES, "0 are known to live there and 600 may"),
        (Headcount(600, {"US-NY": 600}), Verdict.PERSON_DECIDES, "at most 0"),
        (
            Headcount(10, {"US-CA": 10}, unread=3),
            Verdict.PERSON_DECIDES,
            "3 pieces of the leaked file were not read",
        ),
    ],
)
def test_a_threshold_on_residents_is_asked_of_the_upper_bound_and_unknown_residence_of_a_person(
    headcount, verdict, said
):
    assessed = assess(OVER_500, Circumstances(headcount), place="US-CA")
    assert assessed.verdict is verdict
    assert said in assessed.reason


@given(HEADCOUNTS, PLACES)
def test_the_upper_bound_is_never_below_what_is_known(headcount, place):
    bounds = headcount.of(Counted.RESIDENTS, place)
    assert (bounds is None) is (headcount.upper is None)
    if bounds:
        assert bounds[0] <= bounds[1]


@given(HEADCOUNTS, st.integers(0, 500))
def test_somebody_whose_residence_becomes_unknown_never_lowers_the_bound(headcount, moved):
    if headcount.upper is None:
        return
    known = headcount.residence.get("BR", 0)
    less = replace(headcount, residence={**headcount.residence, "BR": max(known - moved, 0)})
    before, after = (each.of(Counted.RESIDENTS, "US-CA") for each in (headcount, less))
    assert before and after and after[1] >= before[1]


def test_a_file_of_which_something_was_not_read_is_never_surely_of_fewer_than_a_number():
    few = Conditions(count=CountCondition(Counted.PEOPLE, fewer_than=500))
    assert assess(few, Circumstances(Headcount(499)), place="US").verdict is Verdict.APPLIES
    assert assess(few, Circumstances(Headcount(499, unread=1)), place="US").verdict is Verdict.PERSON_DECIDES
    assert assess(few, Circumstances(Headcount(500)), place="US").verdict is Verdict.PERSON_DECIDES


def test_a_number_that_suffices_needs_no_judgement_and_a_smaller_one_does():
    major = {rule.key: rule for rule in load_rules()}["us-federal/fisma_major_congress"].conditions
    agency = frozenset({"federal_agency"})
    many, fewer = (assess(major, Circumstances(Headcount(n), agency), place="US") for n in (100_000, 99_999))
    assert many.verdict is Verdict.APPLIES
    assert fewer.verdict is Verdict.PERSON_DECIDES
    assert "does not depend on a number" in fewer.reason


def test_another_role_or_other_data_are_a_question_and_no_answer():
    conditions = Conditions(roles=("business",), data=("health",))
    right = Circumstances(roles=frozenset({"business"}), data=frozenset({"health", "age"}))
    assert assess(conditions, right, place="").verdict is Verdict.APPLIES
    for wrong in (
        replace(right, roles=frozenset({"state_agency"})),
        replace(right, data=frozenset({"age"})),
        replace(right, roles=frozenset()),
        replace(right, data=frozenset()),
    ):
        assert assess(conditions, wrong, place="").verdict is Verdict.PERSON_DECIDES
