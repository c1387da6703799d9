"""Dates in every reading that they allow: 03/04/85 is the third of April or the fourth of March, of 1985 or of 2085.

A reading is the number of days since 1970-01-01. Where one reading of a release is one reading of the registry, the
dates may be the same; that the name beside it agrees too is asked for always.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

_EPOCH: Final = date(1970, 1, 1).toordinal()
_EARLIEST: Final = 1870
_LATEST: Final = 2099
_MONTH_NAMES: Final = (
    "january jan enero ene janvier januar janeiro gennaio",
    "february feb febrero fevrier février februar fevereiro febbraio",
    "march mar marzo mars märz maerz março",
    "april apr abril abr avril aprile",
    "may mayo mai maio maggio",
    "june jun junio juin juni junho giugno",
    "july jul julio juillet juli julho luglio",
    "august aug agosto ago août aout",
    "september sep sept septiembre septembre setembro settembre",
    "october oct octubre octobre oktober okt outubro ottobre",
    "november nov noviembre novembre novembro",
    "december dec diciembre dic décembre decembre dezember dez dezembro dicembre",
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))

_YEAR_FIRST: Final = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?(?:[T ]\d.*)?")
_COMPACT: Final = re.compile(r"((?:18|19|20)\d\d)(\d\d)(\d\d)")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d\d)(?:[T ]\d.*)?")
_DAY_MONTH_NAME: Final = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|º|\.|er)?[\s-]*(?:de |of )?[\s-]*({_MONTH})\.?"
    r"[\s,-]*(?:de |del )?[\s-]*(\d{4}|\d\d)",
    re.IGNORECASE,
)
_MONTH_NAME_DAY: Final = re.compile(
    rf"({_MONTH})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?[\s,]+(\d{{4}})", re.IGNORECASE
)
DATES_IN_TEXT: Final = re.compile(
    rf"(?<![\w])(?:\d{{4}}\s?[-/.年]\s?\d{{1,2}}\s?[-/.月]\s?\d{{1,2}}日?|\d{{1,2}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?(?:\d{{4}}|\d\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|º|\.|er)?[\s-]{{1,3}}(?:de |of )?(?:{_MONTH})\.?[\s,-]{{1,3}}(?:de |del )?\d{{4}}"
    rf"|(?:{_MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}|(?:19|20)\d\d[01]\d[0-3]\d)(?!\w)",
    re.IGNORECASE,
)
"""Where a text may hold a date; what stands there goes through `date_readings`."""


@lru_cache(maxsize=1 << 17)
def date_readings(text: str) -> tuple[int, ...]:
    """Return every reading of a date as days since 1970-01-01, each once; none for what is no whole date.

    Understands ISO 8601 (a time after it is dropped), ``YYYYMMDD``, numeric dates with day or month first and two or
    four digits of the year, and months by name in six languages.
    """
    stripped = text.strip()
    if not stripped or not any(character.isdigit() for character in stripped):
        return ()
    if found := _YEAR_FIRST.fullmatch(stripped) or _COMPACT.fullmatch(stripped):
        return _days([(int(found[1]), int(found[2]), int(found[3]))])
    if found := _YEAR_LAST.fullmatch(stripped):
        first, second = int(found[1]), int(found[2])
        return _days([(y, *order) for y in _years(found[3]) for order in ((first, second), (second, first))])
    if found := _DAY_MONTH_NAME.fullmatch(stripped):
        return _days([(y, _MONTHS[found[2].lower()], int(found[1])) for y in _years(found[3])])
    if found := _MONTH_NAME_DAY.fullmatch(stripped):
        return _days([(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))])
    return ()


def _years(text: str) -> tuple[int, ...]:
    return (int(text),) if len(text) > 2 else (1900 + int(text), 2000 + int(text))


def _days(written: list[tuple[int, int, int]]) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for year, month, day in written:
        if _EARLIEST <= year <= _LATEST:
            try:
                found[date(year, month, day).toordinal() - _EPOCH] = None
            except ValueError:
                continue
    return tuple(found)
