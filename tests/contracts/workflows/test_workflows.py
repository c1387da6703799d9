"""What every workflow must keep to, run against each one found in its folder.

A final state is one in which nothing is open any more. It may be left only by a step that says so
(``reopens``) and that asks for a reason: a hold is placed again, a review reopened, a search resumed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from amends.remedy.statemachine import Transition, Workflow
from amends.vocabulary.plugins import load_plugins

WORKFLOWS: dict[str, Workflow] = load_plugins("amends.remedy.workflows")
SHOWN = frozenset(
    {"attempt", "content", "plan", "proof", "public_acknowledgement", "reason", "recheck", "second_actor"}
)
"""What `casework.advance_remedy` knows how to ask for."""
OWN_VERBS = frozenset({"release", "end_condition"})
"""What the verbs of holds ask for: a list that two people agree on, and the proof that each hold may end."""


@pytest.fixture(params=sorted(WORKFLOWS))
def workflow(request: pytest.FixtureRequest) -> Workflow:
    return WORKFLOWS[request.param]


def reachable(workflow: Workflow, start: str) -> frozenset[str]:
    found, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        for step in workflow.transitions:
            if step.source == state and step.target not in found:
                found.add(step.target)
                waiting.append(step.target)
    return frozenset(found)


def unreachable_states(workflow: Workflow) -> frozenset[str]:
    return workflow.states - reachable(workflow, workflow.initial)


def dead_ends(workflow: Workflow) -> set[str]:
    """States from which no final state can be reached: an incident that holds one never closes."""
    return {state for state in workflow.states if not reachable(workflow, state) & workflow.finals}


def undeclared_reopenings(workflow: Workflow) -> list[Transition]:
    return [
        step
        for step in workflow.transitions
        if (step.source in workflow.finals) != step.reopens
        or (step.reopens and "reason" not in step.requires)
    ]


def ambiguous_steps(workflow: Workflow) -> list[tuple[str, str]]:
    pairs = [(step.name, step.source) for step in workflow.transitions]
    return [pair for pair in pairs if pairs.count(pair) > 1]


def unknown_requirements(transitions: Iterable[Transition]) -> set[str]:
    return {name for step in transitions for name in step.requires} - SHOWN - OWN_VERBS


def test_there_are_workflows():
    assert {workflow.kind for workflow in WORKFLOWS.values()} == {
        "notice",
        "hold",
        "review",
        "clawback",
        "return",
    }


def test_every_kind_of_remedy_in_the_ledger_has_its_workflow(workflow):
    from amends.ledger.models import Remedy

    assert workflow.kind in Remedy.Kind.values


def test_the_initial_state_is_a_state_and_not_an_end(workflow):
    assert workflow.initial in {step.source for step in workflow.transitions}
    assert workflow.initial not in workflow.finals


def test_every_end_is_a_state_that_some_step_leads_to(workflow):
    assert workflow.finals
    assert workflow.finals <= {step.target for step in workflow.transitions}


def test_every_state_is_reachable(workflow):
    assert unreachable_states(workflow) == frozenset()


def test_every_state_leads_to_an_end(workflow):
    assert dead_ends(workflow) == set()


def test_every_end_is_final_unless_a_step_says_that_it_reopens(workflow):
    assert undeclared_reopenings(workflow) == []


def test_a_step_out_of_a_state_leads_to_one_place(workflow):
    assert ambiguous_steps(workflow) == []


def test_what_a_step_requires_is_something_that_can_be_shown(workflow):
    assert unknown_requirements(workflow.transitions) == set()


def test_no_step_settles_a_remedy_without_anything_to_show_for_it(workflow):
    silent = [s.name for s in workflow.transitions if s.target in workflow.finals and not s.requires]
    assert silent == []


def test_states_fit_their_column_and_names_are_plain_words(workflow):
    from amends.ledger.models import Remedy

    longest = Remedy._meta.get_field("state").max_length or 0
    assert all(len(state) <= longest for state in workflow.states)
    names = [*workflow.states, *(step.name for step in workflow.transitions)]
    assert all(name.replace("_", "").isalpha() and name.islower() for name in names)


def test_what_can_be_required_is_what_the_verb_asks_for():
    """The list above is the one in the verb, not a second opinion."""
    import inspect

    from amends.casework import advance_remedy

    source = inspect.getsource(advance_remedy)
    assert {name for name in SHOWN if f'"{name}"' not in source} == {"reason"}, (
        "a reason is part of every act"
    )


def test_what_only_a_hold_requires_is_asked_for_by_no_other_workflow():
    others = [w for w in WORKFLOWS.values() if w.kind != "hold"]
    assert {name for w in others for step in w.transitions for name in step.requires} & OWN_VERBS == set()


# ------------------------------------------------------------------ the checks themselves can fail

NOTICE = WORKFLOWS["notice"]


@pytest.mark.parametrize(
    ("check", "added"),
    [
        (unreachable_states, Transition("leave", "nowhere", "delivered", ("proof",))),
        (dead_ends, Transition("lose", "owed", "lost")),
        (undeclared_reopenings, Transition("redo", "delivered", "owed", ("reason",))),
        (undeclared_reopenings, Transition("redo", "delivered", "owed", reopens=True)),
        (undeclared_reopenings, Transition("redo", "prepared", "owed", ("reason",), reopens=True)),
        (ambiguous_steps, Transition("prepare", "owed", "withheld")),
    ],
)
def test_a_planted_flaw_in_a_table_is_found(check, added):
    assert not check(NOTICE)
    assert check(replace(NOTICE, transitions=(*NOTICE.transitions, added)))


def test_a_requirement_that_nobody_checks_is_found():
    assert unknown_requirements([Transition("prepare", "owed", "prepared", ("signature",))]) == {"signature"}
