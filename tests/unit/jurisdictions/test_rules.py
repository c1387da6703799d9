from __future__ import annotations

from datetime import UTC, datetime

import pytest

from amends.jurisdictions.deadlines import due_at, in_force
from amends.jurisdictions.reading import content_elements
from amends.jurisdictions.rules import (
    RULES_FOLDER,
    DayCount,
    DutyRule,
    Period,
    Trigger,
    VerificationStatus,
    load_rules,
    read_rules,
    rules_of,
)
from amends.vocabulary.errors import FaultError, UsageError

COMPLETE = (RULES_FOLDER / "uk_gdpr.toml").read_text(encoding="utf-8")
CALIFORNIA = (RULES_FOLDER / "us_ca.toml").read_text(encoding="utf-8")
FLAWS = [
    ('period = "PT72H"', 'period = "three days"', "ISO 8601"),
    ('period = "PT72H"', 'period = "P"', "ISO 8601"),
    ('period = "PT72H"', 'period = "P1M"', "ISO 8601"),
    ('trigger = "awareness"', 'trigger = "hearsay"', "hearsay"),
    ('citation = "UK GDPR, article 33"', 'citation = ""', "citation"),
    ('citation = "UK GDPR, article 33"\n', "", "citation"),
    ('citation = "UK GDPR, article 33"', f'citation = "{"x" * 151}"', "151 characters"),
    ('status = "unverified"', 'status = "probably"', "probably"),
    ('weekday = "Thursday"', 'weekday = "Friday"', "not a Friday"),
    ("2022-11-28T18:00:00+00:00", "2022-11-28T18:00:00", "time zone"),
    ('pace = "without undue delay"\n', "", "pace"),
    ('roles = ["controller"]', 'roles = ["baker"]', "baker"),
    ('roles = ["controller"]', "roles = []", "roles is empty"),
    ('content = ["nature_of_the_breach"', 'content = ["a_poem"', "a_poem"),
    ('status = "unverified"', 'status = "unverified"\ncolour = "red"', "colour"),
    (
        'status = "unverified"',
        'status = "unverified"\ncount = { of = "people", at_least = 1 }',
        "worked examples",
    ),
    ('status = "unverified"', 'status = "unverified"\nmust_not = ["measures"]', "demanded and forbidden"),
]
CALIFORNIAN_FLAWS = [
    ('valid_until = "2025-12-31"', 'valid_until = "2026-01-01"', "law on one day"),
    ('version = "from-2026"', 'version = "to-2025"', "one name"),
    (
        '{ of = "residents", at_least = 1 }',
        '{ of = "residents", at_least = 1, more_than = 2 }',
        "exactly one",
    ),
    ('{ of = "residents", at_least = 1 }', '{ of = "residents" }', "exactly one"),
    ('{ of = "residents", at_least = 1 }', '{ of = "cattle", at_least = 1 }', "cattle"),
    ('country = "US"', 'country = ""', "working days need a country"),
]


@pytest.mark.parametrize("path", sorted(RULES_FOLDER.glob("*.toml")), ids=lambda path: path.name)
def test_every_rule_file_is_complete_and_holds_one_jurisdiction_of_its_own_name(path):
    (jurisdiction,) = {rule.jurisdiction for rule in read_rules(path)}
    assert jurisdiction == path.stem.replace("_", "-")


def test_every_rule_has_a_name_of_its_own():
    identities = [rule.identity for rule in load_rules()]
    assert len(set(identities)) == len(identities) >= 70


def test_the_regimes_that_were_promised_are_there():
    states = ("ca", "ny", "tx", "fl", "wa", "az", "co", "il", "ma", "va", "me", "id", "hi")
    others = (
        "us-federal",
        "us-hipaa",
        "eu-gdpr",
        "uk-gdpr",
        "ca-pipeda",
        "ca-quebec",
        "ca-alberta",
        "au",
        "br",
    )
    assert {rule.jurisdiction for rule in load_rules()} == {*(f"us-{state}" for state in states), *others}


def test_the_rules_of_one_jurisdiction_are_those_of_its_file():
    assert {rule.jurisdiction for rule in load_rules("us_federal")} == {"us-federal"}
    assert len(load_rules("us_federal")) == 5


@pytest.mark.parametrize("name", ["us-federal", "", "../rules", "atlantis"])
def test_a_misspelt_jurisdiction_is_never_one_without_duties(name):
    with pytest.raises(UsageError) as refused:
        load_rules(name)
    assert refused.value.code == "unknown-jurisdiction"


def test_a_misspelt_jurisdiction_among_good_ones_is_refused_too():
    with pytest.raises(UsageError) as refused:
        rules_of(("us-federal", "us-atlantis"))
    assert refused.value.code == "unknown-jurisdiction"


def test_no_rule_is_shipped_as_verified():
    assert {rule.status for rule in load_rules()} == {VerificationStatus.UNVERIFIED}


@pytest.mark.parametrize(
    ("name", "trigger", "period"),
    [
        ("us-federal/cisa", Trigger.CONFIRMATION, Period(0, 1)),
        ("us-federal/fisma_major_congress", Trigger.DETERMINATION, Period(7, 0)),
        ("us-federal/individuals", Trigger.DETERMINATION, None),
        ("us-hipaa/individuals", Trigger.DISCOVERY, Period(60, 0)),
        ("eu-gdpr/authority", Trigger.AWARENESS, Period(0, 72)),
        ("eu-gdpr/data_subjects", Trigger.AWARENESS, None),
        ("uk-gdpr/commissioner", Trigger.AWARENESS, Period(0, 72)),
        ("us-ca/medical", Trigger.DISCOVERY, Period(15, 0, DayCount.WORKING)),
        ("us-tx/individuals", Trigger.DETERMINATION, Period(60, 0)),
        ("us-tx/attorney_general", Trigger.DETERMINATION, Period(30, 0)),
        ("us-fl/agent_to_entity", Trigger.DETERMINATION, Period(10, 0)),
        ("us-fl/no_harm_decision", Trigger.DECISION_NOT_TO_NOTIFY, Period(30, 0)),
        ("us-id/agency_attorney_general", Trigger.DISCOVERY, Period(0, 24)),
        ("us-az/authorities", Trigger.DETERMINATION, Period(45, 0)),
        ("br/authority", Trigger.AWARENESS, Period(3, 0, DayCount.WORKING)),
        ("au/assessment", Trigger.DISCOVERY, Period(30, 0)),
        ("ca-pipeda/commissioner", Trigger.DETERMINATION, None),
    ],
)
def test_each_regime_has_its_trigger_and_its_period(name, trigger, period):
    (rule,) = [rule for rule in load_rules() if rule.key == name]
    assert (rule.trigger, rule.period) == (trigger, period)


@pytest.mark.parametrize(
    ("before", "after", "said", "whole"),
    [
        *((*flaw, COMPLETE) for flaw in FLAWS),
        *((*flaw, CALIFORNIA) for flaw in CALIFORNIAN_FLAWS),
    ],
)
def test_a_rule_that_nobody_can_trace_or_check_is_refused(tmp_path, before, after, said, whole):
    assert before in whole
    (tmp_path / "rules.toml").write_text(whole.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FaultError) as refused:
        read_rules(tmp_path / "rules.toml")
    assert refused.value.code == "rule-invalid"
    assert said in refused.value.message


def test_a_file_without_a_duty_is_refused(tmp_path):
    (tmp_path / "empty.toml").write_text('jurisdiction = "x"\nversion = "1"\n', encoding="utf-8")
    with pytest.raises(FaultError):
        read_rules(tmp_path / "empty.toml")


def test_every_rule_with_a_period_is_proven_by_several_examples():
    few = [rule.identity for rule in load_rules() if rule.period and len(rule.examples) < 3]
    assert few == []


def test_every_element_that_is_asked_for_is_explained_and_none_stands_unused():
    asked = {element for rule in load_rules() for element in (*rule.content, *rule.must_not)}
    assert asked <= content_elements().keys()


def test_massachusetts_must_not_be_told_what_others_must():
    rules = {rule.key: rule for rule in load_rules()}
    assert "nature_of_the_breach" in rules["us-ma/individuals"].must_not
    assert "what_happened" in rules["us-ca/individuals"].content


def test_california_has_thirty_days_from_2026_and_no_fixed_period_before():
    (versions,) = [each for each in rules_of(("us-ca",)) if each[0].key == "us-ca/individuals"]
    old, new = (
        version_on(versions, day) for day in ("2025-12-31T23:59:00-08:00", "2026-01-01T00:00:00-08:00")
    )
    assert (old.period, new.period) == (None, Period(30, 0))


def test_the_day_on_which_a_rule_became_law_is_a_day_of_the_place():
    (versions,) = [each for each in rules_of(("us-ca",)) if each[0].key == "us-ca/individuals"]
    assert version_on(versions, "2026-01-01T07:59:00+00:00").version == "to-2025"
    assert version_on(versions, "2026-01-01T08:00:00+00:00").version == "from-2026"


def test_a_trigger_before_every_version_goes_to_a_person():
    (versions,) = [each for each in rules_of(("us-ny",)) if each[0].key == "us-ny/authorities"]
    when = datetime(2020, 5, 4, 12, tzinfo=UTC)
    rule = in_force(versions, {"discovery": when}, otherwise=when)
    due = due_at(rule, {"discovery": when})
    assert due.needs_a_person
    assert "was not law" in due.reason


def version_on(versions: tuple[DutyRule, ...], text: str) -> DutyRule:
    when = datetime.fromisoformat(text)
    return in_force(versions, {versions[0].trigger.value: when}, otherwise=when)
