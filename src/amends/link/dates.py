"""Dates of birth as day numbers, with what is left of a date where only a year is known."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MISSING: Final = np.int32(np.iinfo(np.int32).min)
"""Day number of a date that is absent or incomplete."""

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?")
_YEAR: Final = re.compile(r"(\d{4})")
_MONTHS: Final = 12
_LONGEST_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class DateColumn:
    """One date per person; 0 stands for a part that is not known."""

    days: NDArray[np.int32]
    """Days since 1970-01-01, or `MISSING`."""
    years: NDArray[np.int16]
    months: NDArray[np.int8]
    month_days: NDArray[np.int8]

    def swapped(self) -> NDArray[np.int32]:
        """Return the day numbers with day and month exchanged; `MISSING` where that is no other date."""
        possible = (self.days != MISSING) & (self.month_days <= _MONTHS) & (self.months != self.month_days)
        exchanged = _day_numbers(self.years, self.month_days, self.months)
        return np.where(possible, exchanged, MISSING).astype(np.int32)


def read_dates(values: pa.Array) -> DateColumn:
    """Return the dates of a column of text or of dates.

    Understands ISO 8601, ``YYYYMMDD``, a bare year, and numeric dates such as 03/04/1985. Whether those are
    written day first is decided once for the column, by the dates that can be read one way only; where none
    can, month first is assumed, and the swapped reading is a level of its own when people are compared. A
    text that is no date counts as missing: it neither agrees nor disagrees.
    """
    encoded = as_text(values).dictionary_encode()
    texts = [text.strip() for text in encoded.dictionary.to_pylist()]
    day_first = _written_day_first(texts)
    parts = np.array([_parts(text, day_first) for text in texts] + [(0, 0, 0)], dtype=np.int16)
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    own = parts[codes]
    years, months, days = own[:, 0], own[:, 1].astype(np.int8), own[:, 2].astype(np.int8)
    complete = (years > 0) & (months > 0) & (days > 0)
    numbers = np.where(complete, _day_numbers(years, months, days), MISSING).astype(np.int32)
    return DateColumn(numbers, years, months, days)


def as_text(values: pa.Array) -> pa.Array:
    """Return a column as text: dates as ISO 8601, booleans and numbers as Arrow writes them."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        values = pc.cast(values, pa.date32(), safe=False)
    return values if values.type == pa.string() else pc.cast(values, pa.string())


def _written_day_first(texts: list[str]) -> bool:
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _NUMERIC.fullmatch(text))]
    day_first = sum(first > _MONTHS for first, _ in pairs)
    month_first = sum(second > _MONTHS for _, second in pairs)
    return day_first > month_first


def _parts(text: str, day_first: bool) -> tuple[int, int, int]:
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        one, other = ((second, first), (first, second)) if day_first else ((first, second), (second, first))
        parts = _checked(year, *one)
        return parts if all(parts) else _checked(year, *other)
    if found := _YEAR.fullmatch(text):
        return (int(found[1]), 0, 0)
    return (0, 0, 0)


def _checked(year: int, month: int, day: int) -> tuple[int, int, int]:
    try:
        dt.date(year, month, day)
    except ValueError:
        # An impossible date still tells its possible parts: 1985-02-30 is a mistake somewhere in 1985.
        known_month = month if 1 <= month <= _MONTHS else 0
        known_day = day if 1 <= day <= _LONGEST_MONTH and not known_month else 0
        return (year if dt.MINYEAR <= year <= dt.MAXYEAR else 0, known_month, known_day)
    return (year, month, day)


def _day_numbers(
    years: NDArray[np.integer], months: NDArray[np.integer], days: NDArray[np.integer]
) -> NDArray[np.int64]:
    months_since_1970 = (years.astype(np.int64) - 1970) * _MONTHS + np.maximum(months, 1) - 1
    first_of_month = months_since_1970.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    numbers: NDArray[np.int64] = first_of_month + days - 1
    return numbers
