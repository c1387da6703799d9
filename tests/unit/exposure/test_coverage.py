"""A hole is never "no access": what the logs' own rhythm says about what is missing from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from amends.exposure.coverage import Coverage, Presence, assess_coverage, source_of

BEGINS = datetime(2022, 11, 28, 14, 0, tzinfo=UTC)
ENDS = datetime(2022, 11, 28, 19, 0, tzinfo=UTC)
HOUR = 3_600
ORIGIN = int(BEGINS.timestamp())


def steady(every: int, *, before: int = 2 * HOUR, after: int = 2 * HOUR) -> np.ndarray:
    return np.arange(ORIGIN - before, int(ENDS.timestamp()) + after, every)


def without(seconds: np.ndarray, start: int, length: int) -> np.ndarray:
    """Take out what lies in [start, start + length), counted from the beginning of the window."""
    inside = (seconds >= ORIGIN + start) & (seconds < ORIGIN + start + length)
    return seconds[~inside]


def coverage(*sources: np.ndarray) -> Coverage:
    presences = {}
    for number, seconds in enumerate(sources):
        presences[f"web{number}/access.log"] = presence = Presence(BEGINS, ENDS)
        presence.add(seconds)
    return assess_coverage(presences, BEGINS, ENDS)


def stretches(found: Coverage) -> list[tuple[int, int]]:
    return [
        (int(hole.begins.timestamp()) - ORIGIN, int(hole.ends.timestamp()) - ORIGIN) for hole in found.holes
    ]


def test_a_log_that_speaks_throughout_has_no_hole() -> None:
    assert coverage(steady(7)) == Coverage((), ())


@pytest.mark.parametrize(("every", "minutes"), [(1, 3), (6, 8), (20, 8), (40, 8), (60, 15)])
def test_missing_minutes_are_found_to_the_second(every: int, minutes: int) -> None:
    found = coverage(without(steady(every), HOUR, minutes * 60))
    assert stretches(found) == [(HOUR - every, HOUR + minutes * 60)]


def test_a_missing_eight_minutes_is_found_beside_a_missing_hour() -> None:
    seconds = without(without(steady(10), HOUR, HOUR), 2 * HOUR + 300, 480)
    assert stretches(coverage(seconds)) == [(HOUR - 10, 2 * HOUR), (2 * HOUR + 290, 2 * HOUR + 780)]


def test_one_missing_stretch_does_not_make_the_next_look_ordinary() -> None:
    """With 28 empty minutes among its surroundings, eight more would pass for a quiet hour."""
    seconds = without(without(steady(20), HOUR, 28 * 60), HOUR + 50 * 60, 480)
    expected = [(HOUR - 20, HOUR + 28 * 60), (HOUR + 50 * 60 - 20, HOUR + 58 * 60)]
    assert stretches(coverage(seconds)) == expected


def test_the_order_of_lines_does_not_matter() -> None:
    seconds = without(steady(10), HOUR, 600)
    shuffled = np.random.default_rng(1).permutation(seconds)
    presence = Presence(BEGINS, ENDS)
    for part in np.array_split(shuffled, 50):
        presence.add(part)
    assert assess_coverage({"web0/access.log": presence}, BEGINS, ENDS) == coverage(seconds)


def test_random_traffic_of_two_requests_a_minute_is_rarely_taken_for_a_hole() -> None:
    false_alarms = 0
    for seed in range(40):
        chance = np.random.default_rng(seed)
        span = 9 * HOUR
        seconds = ORIGIN - 2 * HOUR + chance.integers(0, span, chance.poisson(span / 30))
        false_alarms += len(coverage(seconds).holes)
    assert false_alarms <= 2  # in two hundred hours


def test_visitors_who_come_in_bursts_do_not_make_holes_of_the_pauses_between_them() -> None:
    chance = np.random.default_rng(7)
    arrivals = ORIGIN - 2 * HOUR + chance.integers(0, 9 * HOUR, 300)
    bursts = (arrivals[:, None] + chance.integers(0, 4, (300, 40))).ravel()
    assert coverage(bursts).holes == ()


def test_before_the_first_and_after_the_last_line_every_second_is_a_hole() -> None:
    found = coverage(steady(10, before=-20, after=-45))
    assert stretches(found) == [(0, 20), (5 * HOUR - 50, 5 * HOUR)]
    assert "before the first line" in found.holes[0].reason and "after the last line" in found.holes[1].reason


def test_a_quiet_log_claims_nothing() -> None:
    found = coverage(steady(20 * 60))
    assert found.thin_sources == ("access.log",)


def test_half_an_hour_of_silence_is_a_hole_even_in_a_quiet_log() -> None:
    found = coverage(steady(45 * 60))
    assert sum((hole.ends - hole.begins for hole in found.holes), timedelta()) == ENDS - BEGINS


def test_a_busy_server_does_not_hide_the_silence_of_another() -> None:
    found = coverage(steady(1), without(steady(10), HOUR, 600))
    assert stretches(found) == [(HOUR - 10, HOUR + 600)]


def test_logs_from_another_year_leave_the_whole_window_open() -> None:
    long_before = np.arange(ORIGIN - 400 * 24 * HOUR, ORIGIN - 399 * 24 * HOUR, 10)
    assert stretches(coverage(long_before)) == [(0, 5 * HOUR)]
    assert stretches(coverage(np.concatenate((long_before, long_before + 800 * 24 * HOUR)))) == [
        (0, 5 * HOUR)
    ]


def test_without_any_log_the_whole_window_is_one_hole() -> None:
    assert stretches(assess_coverage({}, BEGINS, ENDS)) == [(0, 5 * HOUR)]


def test_a_log_without_a_readable_line_leaves_the_whole_window_open() -> None:
    assert stretches(coverage(np.empty(0, dtype=np.int64))) == [(0, 5 * HOUR)]


def test_a_presence_gives_back_what_another_has_absorbed() -> None:
    seconds = steady(7, before=20 * HOUR, after=20 * HOUR)
    halves = []
    for half in (seconds[::2], seconds[1::2]):
        presence = Presence(BEGINS, ENDS)
        presence.add(half)
        halves.append(presence)
    halves[0].absorb(halves[1])
    whole = Presence(BEGINS, ENDS)
    whole.add(seconds)
    assert halves[0].edges().tolist() == whole.edges().tolist()


@pytest.mark.parametrize(
    "name",
    ["access.log", "access.log.1", "access.log.12.gz", "access.log-20221128", "access.log.2022-11-28.gz"],
)
def test_rotated_files_are_one_source(name: str) -> None:
    assert source_of(Path("/logs") / name) == "/logs/access.log"


def test_servers_are_sources_of_their_own() -> None:
    paths = ["web1/access.log", "web2/access.log", "www1.log", "www2.log", "shop.access.log"]
    assert len({source_of(Path(path)) for path in paths}) == len(paths)


def test_folders_named_by_day_are_one_source() -> None:
    assert source_of(Path("logs/2022-11-28/access.log")) == source_of(Path("logs/2022-11-29/access.log.gz"))
