from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.link.dates import MISSING, read_dates

EPOCH = date(1970, 1, 1)


def days(*texts):
    return read_dates(pa.array(texts, pa.string())).days.tolist()


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_every_date_has_its_day_number_however_it_is_written(day):
    expected = (day - EPOCH).days
    written = (day.isoformat(), f"{day:%Y%m%d}".zfill(8), day.isoformat() + "T00:00:00")
    assert days(*written) == [expected] * 3


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
def test_swapping_is_its_own_inverse(day):
    column = read_dates(pa.array([day.isoformat()]))
    swapped = column.swapped()[0]
    if day.day > 12 or day.day == day.month:
        assert swapped == MISSING
    else:
        assert swapped == (date(day.year, day.day, day.month) - EPOCH).days


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_dates(text):
    column = read_dates(pa.array([text]))
    assert len(column.days) == 1


def test_the_column_tells_whether_dates_are_written_day_first():
    assert days("03/04/1985", "25/12/1990")[0] == (date(1985, 4, 3) - EPOCH).days
    assert days("03/04/1985", "12/25/1990")[0] == (date(1985, 3, 4) - EPOCH).days


def test_a_date_that_fits_only_the_other_order_is_still_read():
    assert days("12/25/1990", "12/26/1990", "25/12/1990")[2] == (date(1990, 12, 25) - EPOCH).days


@pytest.mark.parametrize("text", ["", None, "unknown", "1985-02", "0000-00-00", "19-85-1"])
def test_what_is_no_date_is_missing(text):
    assert days(text) == [MISSING]


def test_a_bare_year_and_an_impossible_day_still_tell_what_they_can():
    column = read_dates(pa.array(["1985", "1985-02-30", "1985-13-07"]))
    assert column.days.tolist() == [MISSING] * 3
    assert column.years.tolist() == [1985] * 3
    assert column.months.tolist() == [0, 2, 0]
    assert column.month_days.tolist() == [0, 0, 7]


def test_columns_of_dates_and_instants_are_read_like_text():
    expected = [(date(1985, 3, 4) - EPOCH).days, MISSING]
    as_dates = pa.array([date(1985, 3, 4), None])
    assert read_dates(as_dates).days.tolist() == expected
    assert read_dates(as_dates.cast(pa.timestamp("us"))).days.tolist() == expected
