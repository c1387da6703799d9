from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.jurisdictions.deadlines import clears, due_at
from amends.jurisdictions.rules import VerificationStatus, load_rules
from amends.vocabulary.errors import UsageError

RULES = {f"{rule.jurisdiction}/{rule.name}": rule for rule in load_rules()}
EXAMPLES = [(rule, example) for rule in load_rules() for example in rule.examples]
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.identity} {example.trigger}" for rule, example in EXAMPLES]
)
def test_every_worked_example_comes_out_as_written(rule, example):
    due = due_at(rule, {rule.trigger.value: example.trigger})
    assert due.at == example.due
    assert due.needs_a_person == (example.due is None)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_unknown_trigger_or_no_fixed_period_goes_to_a_person(rule):
    due = due_at(rule, {})
    assert due.needs_a_person
    assert "a person must" in due.reason
    assert due.rule == rule.identity


def test_another_event_does_not_start_the_clock():
    congress = RULES["us-federal/fisma_major_congress"]
    assert due_at(congress, {"discovery": datetime(2022, 11, 28, tzinfo=UTC)}).needs_a_person


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2023, 3, 8, 9, tzinfo=NEW_YORK), datetime(2023, 3, 15, 13, tzinfo=UTC)),
        (datetime(2022, 11, 2, 9, tzinfo=NEW_YORK), datetime(2022, 11, 9, 13, tzinfo=UTC)),
    ],
    ids=["clocks go forward", "clocks go back"],
)
def test_where_the_change_of_clocks_gives_two_readings_the_earlier_is_due(start, due):
    assert due_at(RULES["us-federal/fisma_major_congress"], {"determination": start}).at == due


def test_a_trigger_without_its_zone_is_refused():
    with pytest.raises(UsageError) as refused:
        due_at(RULES["eu-gdpr/authority"], {"awareness": datetime(2022, 11, 28)})
    assert refused.value.code == "naive-time"


def test_an_hour_that_the_clocks_show_twice_is_the_one_that_was_meant():
    second = datetime(2022, 11, 6, 1, 30, tzinfo=NEW_YORK, fold=1)
    due = due_at(RULES["us-federal/cisa"], {"confirmation": second}).at
    assert due == datetime(2022, 11, 6, 7, 30, tzinfo=UTC)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))
def test_seventy_two_hours_are_seventy_two_hours_everywhere(start):
    due = due_at(RULES["eu-gdpr/authority"], {"awareness": start}).at
    assert due is not None
    assert due - start.astimezone(UTC) == timedelta(hours=72)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_unverified_rule_can_never_clear_an_obligation(rule):
    clearance = clears(rule, met=True)
    assert not clearance
    assert "unverified" in clearance.reason


def test_a_verified_rule_clears_only_what_has_been_done():
    verified = replace(RULES["eu-gdpr/authority"], status=VerificationStatus.VERIFIED)
    assert clears(verified, met=True)
    assert not clears(verified, met=False)
