"""Retention rules: complete, or refused; data erased early do not come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from amends.ledger.retention.rules import ERASABLE, STANDARD, Event, load_rules
from amends.vocabulary.errors import UsageError

RULE = """
[[rule]]
what = "leaked-file"
after = "closed"
days = 30
decided_by = "Records officer"
authority = "Schedule 7"
"""
HEAD = 'name = "own"\nversion = "2"\n'


def test_the_rules_that_come_along_speak_of_every_kind_that_can_be_erased():
    rules = load_rules()
    assert {rule.what for rule in rules.rules} == set(ERASABLE)
    assert str(rules) == "standard 1"
    for rule in rules.rules:
        assert rule.after is Event.CLOSED
        assert not rule.while_open
        assert rule.days >= 365


def test_identifiers_and_details_outlive_the_file():
    days = {str(rule.what): rule.days for rule in load_rules().rules}
    assert days["leaked-file"] <= days["identifiers"] <= days["person-details"]


def test_a_period_counts_from_its_event_and_not_before_it_has_happened():
    rule = load_rules().rules[0]
    closed = datetime(2031, 3, 3, tzinfo=UTC)
    assert rule.due_at(None) is None
    assert rule.due_at(closed) == closed + timedelta(days=365)


def test_an_organisation_brings_its_own_rules(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(HEAD + RULE, encoding="utf-8")
    (rule,) = load_rules(file).rules
    assert (rule.days, rule.decided_by, rule.authority) == (30, "Records officer", "Schedule 7")


@pytest.mark.parametrize(
    "text",
    [
        RULE,
        HEAD,
        HEAD + RULE + RULE,
        HEAD + RULE.replace("leaked-file", "journal"),
        HEAD + RULE.replace("leaked-file", "shared"),
        HEAD + RULE.replace('"closed"', '"reported"'),
        HEAD + RULE.replace('"closed"', '"opened"'),
        HEAD + RULE.replace("30", "-1"),
        HEAD + RULE.replace("30", "true"),
        HEAD + RULE.replace("30", "30.5"),
        HEAD + RULE.replace('"Records officer"', '" "'),
        HEAD + RULE.replace('"Schedule 7"', "7"),
        HEAD + RULE + "notes = 1\n",
        HEAD + "rule = [1]\n",
        HEAD.replace("own", "x" * 90) + RULE,
        "name = \n",
    ],
)
def test_rules_that_are_incomplete_are_refused(tmp_path, text):
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_rules(file)
    assert refused.value.code == "retention-rules-invalid"


def test_rules_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(UsageError):
        load_rules(tmp_path / "none.toml")
    assert STANDARD.is_file()


def test_what_counts_from_another_event_says_that_it_may_end_while_the_incident_is_open(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(HEAD + RULE.replace('"closed"', '"identified"') + "while_open = true\n", encoding="utf-8")
    (rule,) = load_rules(file).rules
    assert (rule.after, rule.while_open) == (Event.IDENTIFIED, True)
