"""For which parts of the window the logs speak, and for which not. A hole is never "no access" (R44b).

Three kinds of hole are found for each source (one server's series of rotated files):

- **before its first and after its last line**: nothing shows that the log was being written there, so
  every second counts, without any tolerance;
- **silences that do not fit the source's own traffic**. Around each silence (an hour on either side, other
  holes left out) the share *q* of minutes without any line is taken, smoothed as (empty + ½) / (all + 1). If
  minutes were empty independently of each other at that share, a silence of *m* minutes would have the
  probability q^m; below one in a million it is a hole. Minutes are counted rather than lines because
  lines come in bursts (one page, forty images), and a Poisson law of lines would call every
  ordinary pause between two visitors a hole. On a busy source a missing stretch shows from about
  two and a half minutes on;
- **silences of half an hour or more**, whatever the traffic: a source so quiet that this is ordinary
  cannot be told from one that was not written.

A source on which less than half an hour missing would pass unnoticed only because it is quiet is also
named as *thin*: its lines count, its silence proves nothing.

What this does not find: a stretch missing from one of several servers whose lines were merged into one
file, and lines removed singly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.exposure.assessment import CoverageHole

MINUTE: Final = 60
SURROUNDINGS_MINUTES: Final = 60
"""How far on either side of a silence the source's own rate is taken."""
MARGIN_SECONDS: Final = 3 * 60 * MINUTE
"""How far beyond the window times are kept, so that silences at its edges have surroundings."""
LEAST_PROBABILITY: Final = 1e-6
LONGEST_ORDINARY_SILENCE: Final = 30 * MINUTE
_EMPTY: Final = -1
_ROUNDS: Final = 10

_ROTATION_DATE = re.compile(r"[-_.]?(?:19|20)\d{2}[-_.]?[01]\d[-_.]?[0-3]\d(?:[-_.T]?\d{2}){0,3}(?!\d)")
_ROTATION_NUMBER = re.compile(r"(?:\.gz|\.\d{1,4})+$")

Seconds = NDArray[np.int64]


def source_of(path: Path) -> str:
    """Return the series that a log file belongs to: its path without rotation numbers, dates and ``.gz``.

    ``access.log``, ``access.log.1`` and ``access.log-20221128.gz`` are one source; ``www1.log`` and
    ``www2.log`` are two, and so are files of the same name in different folders, because the silence of one
    server must not be hidden by the traffic of another.
    """
    name = _ROTATION_DATE.sub("", _ROTATION_NUMBER.sub("", path.name)) or path.name
    return str(Path(_ROTATION_DATE.sub("", str(path.parent))) / name)


class Presence:
    """When one source speaks: first and last line of every minute around the window.

    Two bytes a minute, whatever the size of the logs; times far from the window are kept only as the last
    one before and the first one after. Lines may come in any order.
    """

    def __init__(self, begins: datetime, ends: datetime) -> None:
        self._origin = (int(begins.timestamp()) - MARGIN_SECONDS) // MINUTE * MINUTE
        minutes = (int(ends.timestamp()) + MARGIN_SECONDS - self._origin) // MINUTE + 1
        self._first = np.full(minutes, _EMPTY, dtype=np.int8)
        self._last = np.full(minutes, _EMPTY, dtype=np.int8)
        self._before: int | None = None
        self._after: int | None = None

    def add(self, seconds: Seconds) -> None:
        """Take in the times of lines, in seconds since 1970 UTC, in any order."""
        if not len(seconds):
            return
        distinct = np.unique(seconds) - self._origin
        end = len(self._first) * MINUTE
        inside = distinct[np.searchsorted(distinct, 0) : np.searchsorted(distinct, end)]
        if distinct[0] < 0:
            latest = int(distinct[np.searchsorted(distinct, 0) - 1])
            self._before = latest if self._before is None else max(self._before, latest)
        if distinct[-1] >= end:
            earliest = int(distinct[np.searchsorted(distinct, end)])
            self._after = earliest if self._after is None else min(self._after, earliest)
        if len(inside):
            self._mark(inside)

    def _mark(self, inside: Seconds) -> None:
        minutes, starts = np.unique(inside // MINUTE, return_index=True)
        ends = np.append(starts[1:], len(inside)) - 1
        first = (inside[starts] % MINUTE).astype(np.int8)
        last = (inside[ends] % MINUTE).astype(np.int8)
        known = self._first[minutes]
        self._first[minutes] = np.where(known == _EMPTY, first, np.minimum(known, first))
        self._last[minutes] = np.maximum(self._last[minutes], last)

    def absorb(self, other: Presence) -> None:
        """Take in what another file of the same source, kept for the same window, has said."""
        self.add(other.edges())

    def edges(self) -> Seconds:
        """Return every first and last second of a minute with lines, ascending, in seconds since 1970 UTC."""
        minutes = np.flatnonzero(self._first != _EMPTY).astype(np.int64)
        starts = minutes * MINUTE
        inside = np.stack((starts + self._first[minutes], starts + self._last[minutes]), axis=1)
        before, after = ([] if edge is None else [edge] for edge in (self._before, self._after))
        return np.concatenate((before, inside.ravel(), after)).astype(np.int64) + self._origin


@dataclass(frozen=True, slots=True)
class Coverage:
    """What can be said about the completeness of the logs within the window."""

    holes: tuple[CoverageHole, ...]
    """In order of time; the holes of different sources may overlap."""
    thin_sources: tuple[str, ...]
    """Sources with so little traffic that half an hour missing would not show."""


def assess_coverage(sources: Mapping[str, Presence], begins: datetime, ends: datetime) -> Coverage:
    """Return holes and thin sources of the window; with no source at all the whole window is one hole."""
    if not sources:
        whole = CoverageHole(begins, ends, "no access log was given for any part of the window")
        return Coverage((whole,), ())
    holes: list[CoverageHole] = []
    thin: list[str] = []
    for source, presence in sorted(sources.items()):
        name = Path(source).name
        found, is_thin = _holes_of(name, presence.edges(), begins, ends)
        holes += found
        if is_thin:
            thin.append(name)
    return Coverage(tuple(sorted(holes, key=lambda hole: (hole.begins, hole.ends, hole.reason))), tuple(thin))


def _holes_of(name: str, edges: Seconds, begins: datetime, ends: datetime) -> tuple[list[CoverageHole], bool]:
    if not len(edges):
        return [CoverageHole(begins, ends, f"{name} holds no readable line at all")], False
    stretches: list[tuple[int, int, str]] = []
    stretches.append((int(begins.timestamp()), int(edges[0]), f"before the first line of {name}"))
    silences = np.stack((edges[:-1], edges[1:]), axis=1)
    silences = silences[np.diff(silences, axis=1).ravel() > MINUTE]
    improbable, thin = improbable_silences(edges, silences, begins, ends)
    for start, end in silences[improbable].tolist():
        stretches.append((start, end, _silence_in_words(name, end - start)))
    stretches.append((int(edges[-1]), int(ends.timestamp()), f"after the last line of {name}"))
    holes = [
        CoverageHole(max(begins, _instant(start)), min(ends, _instant(end)), reason)
        for start, end, reason in stretches
        if max(begins, _instant(start)) < min(ends, _instant(end))
    ]
    return holes, thin


def improbable_silences(
    edges: Seconds, silences: Seconds, begins: datetime, ends: datetime
) -> tuple[NDArray[np.bool_], bool]:
    """Judge the silences (rows of start and end) of one source against its own traffic around them.

    Returns which of them are holes, and whether the source is thin within the window. Each hole that is found
    is left out of the surroundings of the others, and the judgement is repeated until nothing changes: a
    missing hour must not make the missing eight minutes beside it look ordinary.
    """
    lengths = silences[:, 1] - silences[:, 0]
    holes = lengths >= LONGEST_ORDINARY_SILENCE
    minutes = _Minutes(edges, silences, begins, ends)
    for _ in range(_ROUNDS):
        odds = minutes.log_probability_of_an_empty_minute(holes)
        judged = holes | (lengths / MINUTE * odds < np.log(LEAST_PROBABILITY))
        if (judged == holes).all():
            break
        holes = judged
    return holes, minutes.is_thin(holes)


class _Minutes:
    """The minutes around the window in which a source could have spoken, and in which it did."""

    def __init__(self, edges: Seconds, silences: Seconds, begins: datetime, ends: datetime) -> None:
        self._origin = (int(begins.timestamp()) - MARGIN_SECONDS) // MINUTE
        count = (int(ends.timestamp()) + MARGIN_SECONDS) // MINUTE - self._origin + 1
        self._window = slice(MARGIN_SECONDS // MINUTE, count - MARGIN_SECONDS // MINUTE)
        numbers = np.arange(count) + self._origin
        self._observed = (numbers >= edges[0] // MINUTE) & (numbers <= edges[-1] // MINUTE)
        self._spoken = np.zeros(count, dtype=bool)
        spoken = edges // MINUTE - self._origin
        self._spoken[spoken[(spoken >= 0) & (spoken < count)]] = True
        # The minutes wholly inside each silence, as [start, end), clipped to what is kept.
        self._starts = np.clip(silences[:, 0] // MINUTE - self._origin + 1, 0, count)
        self._ends = np.clip(silences[:, 1] // MINUTE - self._origin, self._starts, count)

    def _counted(self, holes: NDArray[np.bool_]) -> NDArray[np.bool_]:
        change = np.zeros(len(self._observed) + 1, dtype=np.int64)
        np.add.at(change, self._starts[holes], 1)
        np.add.at(change, self._ends[holes], -1)
        return np.asarray(self._observed & (np.cumsum(change)[:-1] == 0), dtype=bool)

    def log_probability_of_an_empty_minute(self, holes: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Natural logarithm of q for the surroundings of each silence, the silence itself left out."""
        counted = self._counted(holes)
        all_before = np.concatenate(([0], np.cumsum(counted)))
        spoken_before = np.concatenate(([0], np.cumsum(counted & self._spoken)))
        low = np.maximum(self._starts - SURROUNDINGS_MINUTES, 0)
        high = np.minimum(self._ends + SURROUNDINGS_MINUTES, len(counted))

        def around(before: NDArray[np.int64]) -> NDArray[np.int64]:
            return (before[self._starts] - before[low]) + (before[high] - before[self._ends])

        return _log_share_of_empty(around(spoken_before), around(all_before))

    def is_thin(self, holes: NDArray[np.bool_]) -> bool:
        """Whether a silence of half an hour would be ordinary for what is left of the window."""
        counted = self._counted(holes)[self._window]
        spoken = np.array([np.count_nonzero(counted & self._spoken[self._window])])
        odds = _log_share_of_empty(spoken, np.array([np.count_nonzero(counted)]))
        probability = LONGEST_ORDINARY_SILENCE / MINUTE * odds[0]
        return bool(counted.any() and probability >= np.log(LEAST_PROBABILITY))


def _log_share_of_empty(spoken: NDArray[np.int64], counted: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.log((counted - spoken + 0.5) / (counted + 1.0)), dtype=np.float64)


def _silence_in_words(name: str, seconds: int) -> str:
    minutes = seconds / MINUTE
    if seconds >= LONGEST_ORDINARY_SILENCE:
        return f"{name} holds no line for {minutes:.0f} minutes"
    return f"{name} holds no line for {minutes:.1f} minutes, which does not fit its traffic before and after"


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
