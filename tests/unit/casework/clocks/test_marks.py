from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amends.casework.clocks.marks import marks_between, passed

START = datetime(2031, 3, 3, 9, tzinfo=UTC)
LENGTHS = st.timedeltas(timedelta(seconds=1), timedelta(days=400))


def test_a_period_of_thirty_days_warns_half_way_and_a_day_before_and_goes_on_after_its_end():
    due = START + timedelta(days=30)
    assert [(mark.name, mark.at - START) for mark in marks_between(START, due)] == [
        ("half", timedelta(days=15)),
        ("day_before", timedelta(days=29)),
        ("due", timedelta(days=30)),
        ("overdue", timedelta(days=31)),
        ("overdue_week", timedelta(days=37)),
    ]


def test_a_period_of_an_hour_has_no_day_before():
    names = [mark.name for mark in marks_between(START, START + timedelta(hours=1))]
    assert names == ["half", "due", "overdue", "overdue_week"]


def test_a_period_that_began_nobody_knows_when_still_ends():
    assert [mark.name for mark in marks_between(None, START)] == [
        "day_before",
        "due",
        "overdue",
        "overdue_week",
    ]


@given(LENGTHS)
def test_every_clock_has_its_end_no_name_twice_and_no_mark_before_its_start(length):
    marks = marks_between(START, START + length)
    names = [mark.name for mark in marks]
    assert len(set(names)) == len(names)
    assert {"half", "due", "overdue"} <= set(names)
    assert all(mark.at > START for mark in marks)
    assert list(marks) == sorted(marks, key=lambda mark: mark.at)


@given(LENGTHS, st.timedeltas(timedelta(), timedelta(days=500)))
def test_what_has_passed_stays_passed(length, later):
    marks = marks_between(START, START + length)
    now = START + length
    assert set(passed(marks, now)) <= set(passed(marks, now + later))
