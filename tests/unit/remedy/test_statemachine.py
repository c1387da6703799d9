"""The table is the only way from state to state, and a refusal says which ways there are."""

from __future__ import annotations

import pytest

from amends.remedy.statemachine import Transition, Workflow
from amends.vocabulary.errors import RefusalError

DOOR = Workflow(
    kind="door",
    title="Door",
    initial="closed",
    finals=frozenset({"bricked_up"}),
    transitions=(
        Transition("open", "closed", "open"),
        Transition("close", "open", "closed"),
        Transition("brick_up", "closed", "bricked_up", ("reason",)),
        Transition("brick_up", "open", "bricked_up", ("reason", "second_actor")),
    ),
)


def test_an_allowed_step_is_found_with_its_target_and_what_it_requires():
    assert DOOR.step("brick_up", source="open") == Transition(
        "brick_up", "open", "bricked_up", ("reason", "second_actor")
    )


def test_the_same_step_out_of_another_state_may_require_something_else():
    assert DOOR.step("brick_up", source="closed").requires == ("reason",)


@pytest.mark.parametrize(
    ("step", "source", "ways"),
    [
        ("close", "closed", "brick_up, open"),
        ("paint", "open", "brick_up, close"),
        ("open", "bricked_up", "none"),
    ],
)
def test_a_step_that_is_not_in_the_table_is_refused_with_those_that_are(step, source, ways):
    with pytest.raises(RefusalError) as refused:
        DOOR.step(step, source=source)
    assert refused.value.code == "transition-not-allowed"
    assert step in refused.value.message
    assert source in refused.value.message
    assert ways in refused.value.hint


def test_states_are_all_that_the_table_names():
    assert DOOR.states == {"open", "closed", "bricked_up"}
    assert Workflow("x", "X", "alone", frozenset(), ()).states == {"alone"}


def test_the_sources_of_a_step_are_known():
    assert DOOR.sources_of("brick_up") == {"open", "closed"}
    assert DOOR.sources_of("paint") == frozenset()
