"""How a language says a date, an instant and a duration, and the fixed words around a letter."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from amends.vocabulary.errors import UsageError

LANGUAGES_FOLDER: Final = Path(__file__).with_name("languages")
_UNITS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


@dataclass(frozen=True, slots=True)
class Wording:
    """One file of ``languages/``."""

    language: str
    direction: str
    """``ltr`` or ``rtl``."""
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    date_pattern: str
    instant_pattern: str
    conjunction: str
    duration: dict[str, tuple[str, str]]
    """Unit → (for one, for several)."""
    labels: dict[str, Any]

    def say_date(self, day: date) -> str:
        """Return the day with its weekday, so that a slip in the date shows."""
        return self.date_pattern.format(
            weekday=self.weekdays[day.weekday()], day=day.day, month=self.months[day.month - 1], year=day.year
        )

    def say_instant(self, moment: datetime, time_zone: str) -> str:
        """Return date, time to the minute and zone, as people at ``time_zone`` read their clocks."""
        local = moment.astimezone(_zone(time_zone))
        time = f"{local:%H:%M}" if local.second == 0 else f"{local:%H:%M:%S}"
        return self.instant_pattern.format(date=self.say_date(local.date()), time=time, zone=_say_zone(local))

    def say_duration(self, length: timedelta) -> str:
        """Return the exact length in words: never rounded, because "about five hours" was 4 h 19 min."""
        rest = int(length.total_seconds())
        parts = []
        for unit, seconds in _UNITS:
            count, rest = divmod(rest, seconds)
            if count:
                one, several = self.duration[unit]
                parts.append(f"{count} {one if count == 1 else several}")
        if not parts:
            return f"0 {self.duration['seconds'][1]}"
        if len(parts) == 1:
            return parts[0]
        return f"{', '.join(parts[:-1])} {self.conjunction} {parts[-1]}"


@cache
def load_wording(language: str) -> Wording:
    """Return the wording of ``language``; raise ``UsageError`` ``unknown-language`` where there is none."""
    path = LANGUAGES_FOLDER / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        raise UsageError(
            "unknown-language",
            "there is no wording for the letter's language",
            hint=f"Add a file to {LANGUAGES_FOLDER.name}/, or write in another language.",
        )
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Wording(
        language=raw["language"],
        direction=raw["direction"],
        weekdays=tuple(raw["weekdays"]),
        months=tuple(raw["months"]),
        date_pattern=raw["date"],
        instant_pattern=raw["instant"],
        conjunction=raw["and"],
        duration={unit: (words[0], words[1]) for unit, words in raw["duration"].items()},
        labels=raw["labels"],
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(
            "unknown-time-zone",
            f"the sender's time zone {name!r} is not known",
            hint="Use an IANA name such as America/New_York.",
        ) from error


def _say_zone(local: datetime) -> str:
    """Return ``EST, UTC-5``, or the offset alone where the zone's abbreviation is only a number."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "+" if minutes >= 0 else "\N{MINUS SIGN}"
    hours, rest = divmod(abs(minutes), 60)
    offset = "UTC" if minutes == 0 else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
    name = local.tzname() or ""
    return f"{name}, {offset}" if name.isalpha() and name != offset else offset
