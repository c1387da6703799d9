"""Durations come from timestamps, and are said as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amends.figures.overview import in_words
from tests.unit.figures.overviews import an_overview


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(hours=4, minutes=19), "4 h 19 min"),
        (timedelta(days=2, minutes=15), "2 d 0 h 15 min"),
        (timedelta(0), "0 h 0 min"),
        (timedelta(seconds=59), "0 h 0 min"),
        (timedelta(minutes=59, seconds=59.9), "0 h 59 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(hours=24), "1 d 0 h 0 min"),
        (timedelta(days=400, hours=1, minutes=1), "400 d 1 h 1 min"),
        (timedelta(minutes=-30), "minus 0 h 30 min"),
        (timedelta(days=-1, minutes=1), "minus 23 h 59 min"),
    ],
)
def test_a_duration_is_said_as_people_say_it(duration, words):
    assert in_words(duration) == words


def test_durations_are_differences_of_the_timestamps():
    overview = an_overview()
    assert overview.exposure_duration == timedelta(hours=4, minutes=19)
    assert overview.exposure_to_hold == timedelta(hours=9)
    assert overview.discovery_to_hold == timedelta(hours=5)


def test_while_nobody_is_held_there_is_no_duration_until_the_hold():
    overview = an_overview(held_at=None)
    assert (overview.exposure_to_hold, overview.discovery_to_hold) == (None, None)


def test_a_figure_is_found_by_its_name_and_one_that_was_not_counted_is_nothing():
    assert an_overview().value("persons") == 6252
    assert an_overview(figures=()).value("persons") == 0
