"""When a measure is due: so many calendar or working days after a moment, at the same time of day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.remedy.due_rule import INCIDENT_TRIGGERS, PERSON_TRIGGERS, DueRule

FRIDAY = datetime(2022, 11, 25, 17, 30, tzinfo=UTC)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def after(begins: datetime, days: int, country: str = "") -> datetime:
    return DueRule("reported_at", working_days=days, holidays=country).after(begins)


def test_working_days_pass_over_the_weekend():
    assert after(FRIDAY, 1) == datetime(2022, 11, 28, 17, 30, tzinfo=UTC)
    assert after(FRIDAY, 5) == datetime(2022, 12, 2, 17, 30, tzinfo=UTC)


def test_a_public_holiday_is_no_working_day_where_its_country_is_named():
    wednesday = datetime(2022, 11, 23, 9, 0, tzinfo=UTC)  # the day before Thanksgiving
    assert after(wednesday, 1).day == 24
    assert after(wednesday, 1, "US").day == 25


def test_a_holiday_that_falls_on_a_sunday_moves_to_the_monday_as_the_law_says():
    friday = datetime(2022, 12, 23, 9, 0, tzinfo=UTC)
    assert after(friday, 1, "US") == datetime(2022, 12, 27, 9, 0, tzinfo=UTC)


@given(begins=instants, days=st.integers(1, 60))
def test_a_due_working_day_is_no_weekend_and_leaves_exactly_so_many_working_days_behind(begins, days):
    due = after(begins, days)
    assert due.weekday() < 5
    assert due.timetz() == begins.timetz()
    between = (begins + timedelta(days=n) for n in range(1, (due - begins).days + 1))
    assert sum(day.weekday() < 5 for day in between) == days


@given(begins=instants, days=st.integers(0, 60))
def test_working_days_are_never_sooner_than_calendar_days(begins, days):
    assert DueRule("reported_at", working_days=days).after(begins) >= DueRule("reported_at", days).after(
        begins
    )


@pytest.mark.parametrize("trigger", sorted(PERSON_TRIGGERS | INCIDENT_TRIGGERS))
def test_a_rule_knows_whether_it_differs_from_person_to_person(trigger):
    assert DueRule(trigger, 1).of_person == (trigger in PERSON_TRIGGERS)


def test_a_rule_is_read_aloud_as_it_stands():
    assert str(DueRule("reported_at", 2)) == "2 days after reported_at"
    rule = DueRule("removal", working_days=3, holidays="US")
    assert str(rule) == "3 working days (US holidays) after removal"
