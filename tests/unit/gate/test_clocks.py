"""The gate's clock: a jump is seen, a slow correction is not one, and an operator's word ends a doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amends.gate.clocks import WatchedClock
from tests.gate_cases import Hands


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_time_that_passes_is_no_jump(hands: Hands) -> None:
    clock = WatchedClock(hands.now, stopwatch=hands.stopwatch)
    for seconds in (0.1, 60, 86_400):
        hands.pass_time(seconds)
        assert clock.read().at == hands.wall
        assert not clock.read().jumped


@pytest.mark.parametrize("seconds", [-3600, -3, 3, 86_400])
def test_a_clock_that_was_set_shows_and_answers_keep_the_time_that_it_would_have_shown(
    hands: Hands, seconds: float
) -> None:
    clock = WatchedClock(hands.now, stopwatch=hands.stopwatch)
    before = hands.wall
    hands.pass_time(10)
    hands.wall += timedelta(seconds=seconds)
    read = clock.read()
    assert read.jumped
    assert read.at == before + timedelta(seconds=10)
    hands.wall -= timedelta(seconds=seconds)
    assert not clock.read().jumped


def test_a_time_service_that_slews_the_clock_is_no_jump(hands: Hands) -> None:
    clock = WatchedClock(hands.now, stopwatch=hands.stopwatch)
    for _ in range(100):
        hands.pass_time(601)
        hands.wall += timedelta(seconds=0.3)
        assert not clock.read().jumped


def test_a_clock_that_runs_away_fast_is_a_jump_in_the_end(hands: Hands) -> None:
    """The twin: were the base moved at every look, a fast drift would never show."""
    clock = WatchedClock(hands.now, stopwatch=hands.stopwatch)
    for _ in range(30):
        hands.pass_time(10)
        hands.wall += timedelta(seconds=0.3)
        clock.read()
    assert clock.read().jumped


def test_a_start_before_the_last_recorded_answer_is_a_jump_until_somebody_accepts_it(hands: Hands) -> None:
    clock = WatchedClock(hands.now, not_before=hands.wall + timedelta(hours=1), stopwatch=hands.stopwatch)
    assert clock.read().jumped
    clock.accept()
    assert not clock.read().jumped
    assert clock.read().at == hands.wall


def test_a_gate_that_was_off_for_a_while_begins_without_a_doubt(hands: Hands) -> None:
    clock = WatchedClock(hands.now, not_before=hands.wall - timedelta(days=9), stopwatch=hands.stopwatch)
    assert not clock.read().jumped
