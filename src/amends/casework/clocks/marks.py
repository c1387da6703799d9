"""At which instants a clock goes off. Plain arithmetic: the same clock has the same marks whenever it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_DAY: Final = timedelta(days=1)
UNDATED_AFTER: Final = _DAY
"""How long a duty may stand without a date before somebody is told that a person must set one."""
UNTOLD_AFTER: Final = (7, 14, 30, 60, 90)
"""Days after the first report at which somebody hears that people are still not told."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One instant of one clock."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing with an end: a duty, measures of one kind, people to be told."""

    subject: str
    due: datetime
    marks: tuple[Mark, ...]
    open_count: int


def marks_between(start: datetime | None, due: datetime) -> tuple[Mark, ...]:
    """Return the marks of a period: half of it, a day before its end, the end, a day and a week behind it.

    A mark that would lie at or before the start says nothing and is left out: there is no "day before" in a period of
    an hour. Without a start there is no half.
    """
    halves = [Mark("half", start + (due - start) / 2)] if start and start < due else []
    before = Mark("day_before", due - _DAY)
    ends = (Mark("due", due), Mark("overdue", due + _DAY), Mark("overdue_week", due + 7 * _DAY))
    return tuple(sorted((*halves, *_after(start, before), *ends), key=lambda mark: mark.at))


def passed(marks: tuple[Mark, ...], now: datetime) -> tuple[Mark, ...]:
    """Return the marks that lie behind ``now``, however far: one that was missed is not lost."""
    return tuple(mark for mark in marks if mark.at <= now)


def _after(start: datetime | None, mark: Mark) -> tuple[Mark, ...]:
    return () if start and mark.at <= start else (mark,)
