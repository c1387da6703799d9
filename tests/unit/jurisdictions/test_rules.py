from __future__ import annotations

import pytest

from amends.jurisdictions.rules import (
    RULES_FOLDER,
    Period,
    Trigger,
    VerificationStatus,
    load_rules,
    read_rules,
)
from amends.vocabulary.errors import FaultError, UsageError

COMPLETE = (RULES_FOLDER / "uk_gdpr.toml").read_text(encoding="utf-8")
FLAWS = [
    ('period = "PT72H"', 'period = "three days"', "ISO 8601"),
    ('period = "PT72H"', 'period = "P"', "ISO 8601"),
    ('period = "PT72H"', 'period = "P1M"', "ISO 8601"),
    ('trigger = "awareness"', 'trigger = "hearsay"', "hearsay"),
    ('citation = "UK GDPR, article 33"', 'citation = ""', "citation"),
    ('citation = "UK GDPR, article 33"\n', "", "citation"),
    ('status = "unverified"', 'status = "probably"', "probably"),
    ('weekday = "Thursday"', 'weekday = "Friday"', "not a Friday"),
    ("2022-11-28T18:00:00+00:00", "2022-11-28T18:00:00", "time zone"),
    ('pace = "without undue delay"\n', "", "pace"),
]


@pytest.mark.parametrize("path", sorted(RULES_FOLDER.glob("*.toml")), ids=lambda path: path.name)
def test_every_rule_file_is_complete(path):
    assert read_rules(path)


def test_every_rule_has_a_name_of_its_own():
    identities = [rule.identity for rule in load_rules()]
    assert len(set(identities)) == len(identities) >= 9


def test_the_rules_of_one_jurisdiction_are_those_of_its_file():
    assert {rule.jurisdiction for rule in load_rules("us_federal")} == {"us-federal"}
    assert len(load_rules("us_federal")) == 4


@pytest.mark.parametrize("name", ["us-federal", "", "../rules", "atlantis"])
def test_a_misspelt_jurisdiction_is_never_one_without_duties(name):
    with pytest.raises(UsageError) as refused:
        load_rules(name)
    assert refused.value.code == "unknown-jurisdiction"


def test_no_rule_is_shipped_as_verified():
    assert {rule.status for rule in load_rules()} == {VerificationStatus.UNVERIFIED}


@pytest.mark.parametrize(
    ("name", "trigger", "period"),
    [
        ("us-federal/cisa", Trigger.CONFIRMATION, Period(0, 1)),
        ("us-federal/fisma_major_congress", Trigger.DETERMINATION, Period(7, 0)),
        ("us-federal/individuals", Trigger.DETERMINATION, None),
        ("eu-gdpr/authority", Trigger.AWARENESS, Period(0, 72)),
        ("eu-gdpr/data_subjects", Trigger.AWARENESS, None),
        ("uk-gdpr/commissioner", Trigger.AWARENESS, Period(0, 72)),
    ],
)
def test_each_regime_has_its_trigger_and_its_period(name, trigger, period):
    (rule,) = [rule for rule in load_rules() if rule.identity.startswith(f"{name}@")]
    assert (rule.trigger, rule.period) == (trigger, period)


@pytest.mark.parametrize(("before", "after", "said"), FLAWS)
def test_a_rule_that_nobody_can_trace_or_check_is_refused(tmp_path, before, after, said):
    assert before in COMPLETE
    (tmp_path / "uk.toml").write_text(COMPLETE.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FaultError) as refused:
        read_rules(tmp_path / "uk.toml")
    assert refused.value.code == "rule-invalid"
    assert said in refused.value.message


def test_a_file_without_a_duty_is_refused(tmp_path):
    (tmp_path / "empty.toml").write_text('jurisdiction = "x"\nversion = "1"\n', encoding="utf-8")
    with pytest.raises(FaultError):
        read_rules(tmp_path / "empty.toml")
