"""Days in the usual spellings of dates, read without knowing which country wrote them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_NUMBERS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_MONTHS: Final = (
    ("jan", "ene"), ("feb", "fév", "fev"), ("mar", "mär", "maer"), ("apr", "abr", "avr"), ("may", "mai"),
    ("jun", "juin"), ("jul", "juil"), ("aug", "ago", "aoû", "aou"), ("sep", "set"), ("oct", "okt"), ("nov",),
    ("dec", "dic", "déc", "dez"),
)  # fmt: skip
_TURN_OF_CENTURY: Final = 30
"""A year of two digits up to this one is taken for one after 2000."""


def day_in(text: str) -> date | None:
    """Return the day that a text names, or None; where day and month can be swapped, any of both."""
    numbers = [int(piece) for piece in _NUMBERS.findall(text)]
    if len(numbers) == 1 and len(digits := text.strip()) == 8:
        numbers = [int(digits[:4]), int(digits[4:6]), int(digits[6:])]
    if len(numbers) == 2:
        month = _month_in(text)
        if month is None:
            return None
        return _day(numbers[1], month, numbers[0]) or _day(numbers[0], month, numbers[1])
    if len(numbers) < 3:
        return None
    first, second, third = numbers[:3]
    if first > 31:
        return _day(first, second, third)
    return _day(third, second, first) or _day(third, first, second)


def _month_in(text: str) -> int | None:
    words = [word.casefold() for word in _WORD.findall(text)]
    for number, beginnings in enumerate(_MONTHS, 1):
        if any(word.startswith(beginnings) for word in words):
            return number
    return None


def _day(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 2000 if year <= _TURN_OF_CENTURY else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None
