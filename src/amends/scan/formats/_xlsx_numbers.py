"""From the number that a cell stores to the text that stands for it.

A spreadsheet stores 44893 and shows 28 November 2022; stores 12345678 and shows 012345678. What the
reader of the sheet takes for a date or an identifier hangs on the number format alone (ECMA-376 part 1,
18.8.30 and 18.8.31), so the format decides here too. Dates become ISO 8601, formats made of zeros are
filled with zeros, everything else becomes the plain number: currency and percent signs are not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

Renderer = Callable[[str], str]

_DATE_IDS: Final = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_TIME_IDS: Final = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56})
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_NOT_CODE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|General', re.IGNORECASE | re.DOTALL)
_TEMPLATE: Final = re.compile(r'0|[-() ]|\\.|"[^"]*"', re.DOTALL)
_LAST_SERIAL: Final = 2_958_466  # 1 January 10000
_LEAP_BUG: Final = 60  # 29 February 1900, a day that the 1900 system has and the calendar has not
_DAY_SECONDS: Final = 86_400
_FIRST_DAY: Final = date(1899, 12, 30).toordinal()
_FIRST_DAY_1904: Final = date(1904, 1, 1).toordinal()
_EXACT_DIGITS: Final = 15
_LONGEST_INTEGER: Final = 40
_LARGEST_POSITIONAL: Final = 1e21
_SMALLEST_TEMPLATE: Final = 2
_MOST_RENDERED: Final = 50_000


def number_text(raw: str) -> str:
    """Return a stored number as plain text: 15 significant digits, no ``.0``, no exponent below 1e21.

    What is no number is returned as it is.
    """
    if raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_INTEGER:
        return raw if raw[0] != "0" else raw.lstrip("0") or "0"
    try:
        value = float(raw)
    except ValueError:
        return raw
    if not abs(value) < _LARGEST_POSITIONAL:  # also infinite, and not a number
        return raw
    if value.is_integer():
        return str(int(value))
    return f"{value:.{_EXACT_DIGITS}g}"


def renderer_for(identifier: int, code: str | None, dates_from_1904: bool) -> Renderer | None:
    """Return what turns stored numbers of this format into text; None where `number_text` does.

    ``identifier`` is the number format's id; ``code`` is its format code where the file defines one.
    """
    if code is None:
        if identifier in _DATE_IDS or identifier in _TIME_IDS:
            return DateRenderer(dates_from_1904, identifier in _TIME_IDS)
        return None
    section = code.split(";", 1)[0]
    elapsed = _ELAPSED.search(section) is not None
    letters = set(_NOT_CODE.sub("", section).lower())
    has_time = elapsed or bool(letters & {"h", "s"})
    if letters & {"d", "y"} or has_time or "m" in letters:
        return DateRenderer(dates_from_1904, has_time and not letters & {"d", "y"}, elapsed)
    return _zero_filled(section)


class DateRenderer:
    """Turns serial numbers into ISO 8601 dates, times or both, and remembers some of them."""

    __slots__ = ("_elapsed", "_from_1904", "_known", "_time_only")

    def __init__(self, dates_from_1904: bool, time_only: bool, elapsed: bool = False) -> None:
        self._from_1904 = dates_from_1904
        self._time_only = time_only
        self._elapsed = elapsed
        self._known: dict[str, str] = {}

    def __call__(self, raw: str) -> str:
        """Return the text of a stored number; what is no number, or no day, comes out as `number_text` says."""
        text = self._known.get(raw)
        if text is None:
            text = self._text(raw)
            if len(self._known) < _MOST_RENDERED:
                self._known[raw] = text
        return text

    def of_day(self, days: int) -> str:
        """Return the same for a whole number that is not negative."""
        if days < _LAST_SERIAL:
            if self._time_only and (self._elapsed or days == 0):
                return _clock(days * _DAY_SECONDS)
            day = _calendar_day(days, self._from_1904)
            if day is not None:
                return day.isoformat()
        return str(days)

    def _text(self, raw: str) -> str:
        try:
            serial = float(raw)
        except ValueError:
            return raw  # strict files store ISO 8601 already
        if not 0 <= serial < _LAST_SERIAL:
            return number_text(raw)
        days, seconds = divmod(round(serial * _DAY_SECONDS), _DAY_SECONDS)
        if self._time_only and (self._elapsed or days == 0):
            return _clock(seconds + days * _DAY_SECONDS)
        day = _calendar_day(days, self._from_1904)
        if day is None:
            return number_text(raw)
        return f"{day.isoformat()}T{_clock(seconds)}" if seconds else day.isoformat()


def _calendar_day(days: int, dates_from_1904: bool) -> date | None:
    try:
        if dates_from_1904:
            return date.fromordinal(days + _FIRST_DAY_1904)
        if days in (0, _LEAP_BUG):
            return None
        return date.fromordinal(days + (_FIRST_DAY + 1 if days < _LEAP_BUG else _FIRST_DAY))
    except ValueError:
        return None


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def _zero_filled(section: str) -> Renderer | None:
    """``000000000`` and ``000\\-00\\-0000`` show identifiers with the zeros that the number lost."""
    pieces = _TEMPLATE.findall(section)
    zeros = pieces.count("0")
    if "".join(pieces) != section or zeros < _SMALLEST_TEMPLATE:
        return None

    def render(raw: str) -> str:
        plain = number_text(raw)
        if not (plain.isascii() and plain.isdigit()):
            return plain
        digits = plain.rjust(zeros, "0")
        following = iter(digits[len(digits) - zeros :])
        surplus = digits[: len(digits) - zeros]
        shown = []
        for piece in pieces:
            if piece == "0":
                shown.append(surplus + next(following))
                surplus = ""
            else:
                shown.append(piece[1:] if piece[0] == "\\" else piece.strip('"'))
        return "".join(shown)

    return render
