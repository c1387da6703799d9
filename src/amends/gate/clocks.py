"""The gate's clock, watched by a stop-watch: expiries and "what was said when" hang on it.

A wall clock that runs away from the stop-watch has been set, and until it comes back, or an operator accepts
it, nobody is clear. At the start, where no stop-watch has run, the last recorded answer is the
measure: time does not go backwards past it. A clock that was set forward while no gate ran cannot be told
from a gate that was off for so long.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(seconds=2)
# Time services slew a clock by at most half a second in a thousand: two in ten minutes is generous.
_NEW_BASE_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Instant:
    """What time it is, as far as one can know."""

    at: datetime
    """The wall clock; where that has jumped, what it would show had it not."""
    jumped: bool


class WatchedClock:
    """A wall clock beside a stop-watch."""

    def __init__(
        self,
        wall: Callable[[], datetime],
        *,
        not_before: datetime | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._stopwatch = wall, stopwatch
        now = wall()
        self._base = max(now, not_before) if not_before and now < not_before - TOLERANCE else now
        self._started = stopwatch()

    def read(self) -> Instant:
        """Return the instant, and whether the wall clock has jumped."""
        elapsed = timedelta(seconds=self._stopwatch() - self._started)
        expected, shown = self._base + elapsed, self._wall()
        if abs(shown - expected) > TOLERANCE:
            return Instant(expected, True)
        if elapsed > _NEW_BASE_AFTER:
            self._base, self._started = shown, self._stopwatch()
        return Instant(shown, False)

    def accept(self) -> None:
        """Take the wall clock as right from now on, because somebody says so knowingly."""
        self._base, self._started = self._wall(), self._stopwatch()
