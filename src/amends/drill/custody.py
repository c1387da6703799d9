"""Who is in the leaked list, and what became of everybody: custody episodes up to the moment of the hold.

The history holds states with ``valid_from <= t < valid_to``. Everybody in the list is in custody from
two days before the as-of date until thirty-six hours after its beginning, so that no time zone makes a
listed person fall out of scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from amends.drill.population import Flags, Population
from amends.drill.scenarios import Scenario

DETAINED, RELEASED, REMOVED, ABSCONDED = 0, 1, 2, 3
STATUS_WORDS: Final = ("DETAINED", "RELEASED", "REMOVED", "ABSCONDED")
"""The registry's own words. The mapping translates the first three; the last stays foreign on purpose."""

_DAY: Final = 86_400
_HOUR: Final = 3_600
_SURE_BEFORE: Final = 2 * _DAY
_SURE_AFTER: Final = 36 * _HOUR

Seconds = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Custody:
    """The truth about lists and states. Places are positions in the population."""

    listed: Places
    """People in the leaked list, in no order that means anything."""
    is_listed: Flags
    status_at_leak: npt.NDArray[np.int8]
    """For each of ``listed``."""
    harmed: Places
    held_at_hold: Flags
    """In custody at the hold, for the whole population."""
    booked_in: Seconds
    """Beginning of the latest episode of each person, seconds since 1970; 0 for those never detained."""
    person: npt.NDArray[np.int32]
    """Status history: place of the person; then state, begin and end (0 while it lasts), same length."""
    state: npt.NDArray[np.int8]
    begins: Seconds
    ends: Seconds


@dataclass(slots=True)
class _Latest:
    """The latest episode of each person: begin, end (0 while it lasts) and the state that it ended in."""

    begins: Seconds
    ends: Seconds
    ended_as: npt.NDArray[np.int8]


def make_custody(people: Population, scenario: Scenario, rng: np.random.Generator) -> Custody:
    """Return lists and history for these people.

    The last ``unregistered_rows`` of the population are always listed: the registry is written without them.
    """
    count = len(people)
    unregistered = np.arange(count - scenario.list.unregistered_rows, count)
    drawn = rng.permutation(count - len(unregistered))[: scenario.list.rows - len(unregistered)]
    listed = np.concatenate((drawn, unregistered)).astype(np.intp)
    is_listed = np.zeros(count, dtype=np.bool_)
    is_listed[listed] = True
    latest = _Latest(np.zeros(count, np.int64), np.zeros(count, np.int64), np.full(count, RELEASED, np.int8))
    status_at_leak = _listed_fates(latest, listed, scenario, rng)
    _others(latest, ~is_listed, scenario, rng)
    harmed = listed[: len(scenario.harmed_removed_at)]
    person, state, begins, ends = _history(latest, rng)
    return Custody(
        listed=listed,
        is_listed=is_listed,
        status_at_leak=status_at_leak,
        harmed=harmed,
        held_at_hold=(latest.begins > 0) & (latest.ends == 0),
        booked_in=latest.begins,
        person=person,
        state=state,
        begins=begins,
        ends=ends,
    )


def _listed_fates(
    latest: _Latest, listed: Places, scenario: Scenario, rng: np.random.Generator
) -> npt.NDArray[np.int8]:
    """Divide the list: the harmed, the others in custody at the leak, the removed, the released."""
    plan, as_of = scenario.list, _seconds(scenario.as_of)
    in_custody, removed = plan.in_custody_at_leak, plan.removed_before_leak
    latest.begins[listed] = _booked_in(len(listed), as_of, rng)
    for place, at in zip(listed, scenario.harmed_removed_at, strict=False):
        latest.ends[place] = _seconds(at)
        latest.ended_as[place] = REMOVED
    gone = listed[in_custody:]
    last = _seconds(scenario.times.exposed) - _HOUR
    latest.ends[gone] = rng.integers(as_of + _SURE_AFTER, last, size=len(gone))
    latest.ended_as[gone[:removed]] = REMOVED
    states = np.full(len(listed), DETAINED, dtype=np.int8)
    states[in_custody : in_custody + removed] = REMOVED
    states[in_custody + removed :] = RELEASED
    return states


def _others(latest: _Latest, others: Flags, scenario: Scenario, rng: np.random.Generator) -> None:
    places = np.flatnonzero(others)
    chance = rng.random(len(places))
    plan, as_of, hold = scenario.registry, _seconds(scenario.as_of), _seconds(scenario.times.hold)
    held = places[chance < plan.others_in_custody]
    former = places[chance >= plan.others_in_custody + plan.never_detained]
    latest.begins[held] = _booked_in(len(held), as_of, rng)
    left = held[rng.random(len(held)) < 0.25]  # as many as left the list before the leak, roughly
    latest.ends[left] = rng.integers(as_of + _SURE_AFTER, hold, size=len(left))
    latest.ended_as[left] = _outcome(len(left), rng)
    until = as_of - _SURE_BEFORE - _DAY - (rng.exponential(500 * _DAY, len(former))).astype(np.int64)
    latest.ends[former] = until
    latest.begins[former] = until - _DAY - rng.exponential(60 * _DAY, len(former)).astype(np.int64)
    latest.ended_as[former] = _outcome(len(former), rng)


def _history(
    latest: _Latest, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8], Seconds, Seconds]:
    """Return every state of everybody, by person and time; some have one or two earlier episodes."""
    known = np.flatnonzero(latest.begins)
    over = np.flatnonzero(latest.ends)
    people = [known, over]
    states = [np.full(len(known), DETAINED, np.int8), latest.ended_as[over]]
    begins = [latest.begins[known], latest.ends[over]]
    before, begun = known, latest.begins[known]
    for share in (0.2, 0.25):
        again = rng.random(len(before)) < share
        before = before[again]
        ended = begun[again] - 10 * _DAY - rng.exponential(300 * _DAY, len(before)).astype(np.int64)
        begun = ended - _DAY - rng.exponential(40 * _DAY, len(before)).astype(np.int64)
        people += [before, before]
        states += [np.full(len(before), DETAINED, np.int8), _outcome(len(before), rng)]
        begins += [begun, ended]
    whom, begin = np.concatenate(people).astype(np.int32), np.concatenate(begins)
    order = np.lexsort((begin, whom))
    person, state, begin = whom[order], np.concatenate(states)[order], begin[order]
    end = np.zeros_like(begin)
    same = person[1:] == person[:-1]
    end[:-1][same] = begin[1:][same]
    return person, state, begin, end


def _booked_in(count: int, as_of: int, rng: np.random.Generator) -> Seconds:
    return as_of - _SURE_BEFORE - _HOUR - rng.exponential(45 * _DAY, count).astype(np.int64)


def _outcome(count: int, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    return rng.choice(np.array([RELEASED, REMOVED, ABSCONDED], np.int8), size=count, p=(0.7, 0.295, 0.005))


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
