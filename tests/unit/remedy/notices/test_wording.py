from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from amends.remedy.notices.wording import load_wording
from amends.vocabulary.errors import UsageError

DURATIONS = [
    (timedelta(hours=4, minutes=19), "4 hours and 19 minutes", "4 horas y 19 minutos"),
    (timedelta(hours=1), "1 hour", "1 hora"),
    (timedelta(days=1, hours=2, minutes=1), "1 day, 2 hours and 1 minute", "1 día, 2 horas y 1 minuto"),
    (timedelta(minutes=5, seconds=30), "5 minutes and 30 seconds", "5 minutos y 30 segundos"),
    (timedelta(), "0 seconds", "0 segundos"),
]


@pytest.mark.parametrize(("length", "english", "spanish"), DURATIONS)
def test_a_duration_is_said_exactly_and_never_rounded(length, english, spanish):
    assert load_wording("en").say_duration(length) == english
    assert load_wording("es").say_duration(length) == spanish


def test_a_date_is_said_with_its_weekday():
    assert load_wording("en").say_date(date(2022, 11, 28)) == "Monday, 28 November 2022"
    assert load_wording("es").say_date(date(2022, 11, 28)) == "lunes, 28 de noviembre de 2022"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "Monday, 28 November 2022, at 09:45 (EST, UTC\N{MINUS SIGN}5)"),
        ("UTC", "Monday, 28 November 2022, at 14:45 (UTC)"),
        ("Asia/Kolkata", "Monday, 28 November 2022, at 20:15 (IST, UTC+5:30)"),
        ("Asia/Kathmandu", "Monday, 28 November 2022, at 20:30 (UTC+5:45)"),
        ("Pacific/Auckland", "Tuesday, 29 November 2022, at 03:45 (NZDT, UTC+13)"),
    ],
)
def test_an_instant_is_said_as_the_clocks_of_that_place_show_it(zone, said):
    assert load_wording("en").say_instant(datetime(2022, 11, 28, 14, 45, tzinfo=UTC), zone) == said


def test_a_time_zone_or_a_language_that_does_not_exist_is_refused():
    with pytest.raises(UsageError) as refused:
        load_wording("en").say_instant(datetime(2022, 11, 28, tzinfo=UTC), "Mars/Olympus")
    assert refused.value.code == "unknown-time-zone"
    for language in ("xx", "../en", ""):
        with pytest.raises(UsageError) as refused:
            load_wording(language)
        assert refused.value.code == "unknown-language"
