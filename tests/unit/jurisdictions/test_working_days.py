from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.jurisdictions.duty_rule import Place
from amends.jurisdictions.working_days import add_working_days, is_working_day
from amends.vocabulary.errors import FaultError

BRAZIL = Place("BR", "", "America/Sao_Paulo")
CALIFORNIA = Place("US", "CA", "America/Los_Angeles")
# Written by hand, so that the package's calendar is held against something.
BRAZILIAN_HOLIDAYS_2026 = ("01-01", "04-03", "04-21", "05-01", "09-07", "10-12", "11-02", "11-20", "12-25")


@pytest.mark.parametrize("day", BRAZILIAN_HOLIDAYS_2026)
def test_a_public_holiday_on_a_weekday_is_no_working_day(day):
    assert not is_working_day(date.fromisoformat(f"2026-{day}"), BRAZIL)


def test_a_holiday_of_one_state_is_a_working_day_elsewhere():
    cesar_chavez_day = date(2026, 3, 31)
    assert not is_working_day(cesar_chavez_day, CALIFORNIA)
    assert is_working_day(cesar_chavez_day, Place("US", "NY", "America/New_York"))


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 40), st.sampled_from([BRAZIL, CALIFORNIA])
)
def test_between_a_day_and_its_nth_working_day_lie_exactly_so_many(start, days, place):
    end = add_working_days(start, days, place)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(is_working_day(day, place) for day in between) == days
    assert is_working_day(end, place)
    assert end - start >= timedelta(days=days)


def test_a_country_without_a_known_calendar_is_a_fault_and_not_a_country_without_holidays():
    with pytest.raises(FaultError) as refused:
        add_working_days(date(2026, 1, 1), 3, Place("QQ", "", ""))
    assert refused.value.code == "holidays-unknown"
