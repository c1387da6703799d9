"""Counting the days on which offices work, with the public holidays of a country and its subdivision.

Holidays come from the package ``holidays``, which knows what legislation fixed; a closure that somebody decrees for
one day is not in it. Where that matters the earlier day is the safe one, and it is what comes out.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from functools import cache

from amends.jurisdictions.duty_rule import Place
from amends.vocabulary.errors import FaultError

_SATURDAY = 5


def add_working_days(start: date, days: int, place: Place) -> date:
    """Return the ``days``-th working day after ``start``; the day of the trigger itself is not counted."""
    day = start
    while days:
        day += timedelta(days=1)
        if is_working_day(day, place):
            days -= 1
    return day


def is_working_day(day: date, place: Place) -> bool:
    """Return whether offices work there on that day; where no country is named, weekends alone are free."""
    if day.weekday() >= _SATURDAY:
        return False
    return not place.country or day not in _holidays(place.country, place.subdivision, day.year)


@cache
def known_countries() -> frozenset[str]:
    """Return the codes (ISO 3166-1) of countries whose holidays are known."""
    import holidays

    return frozenset(holidays.list_supported_countries())


@cache
def _holidays(country: str, subdivision: str, year: int) -> Container[date]:
    # Heavy, and only a rule that counts working days needs it.
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError as error:
        raise FaultError(
            "holidays-unknown",
            f"no public holidays are known for {country} {subdivision}".rstrip(),
            hint="Give the rule a country and subdivision that the package holidays knows.",
        ) from error
