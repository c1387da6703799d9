"""The steps of each workflow that somebody's safety hangs on, each said in one sentence."""

from __future__ import annotations

import pytest

from amends.remedy.workflow_table import workflow_of

MUST_SHOW = [
    ("hold", "lift", "in_force", {"release", "end_condition", "reason"}),
    ("hold", "place_again", "lifted", {"reason"}),
    ("notice", "prove_delivery", "dispatched", {"proof"}),
    ("notice", "record_refusal", "dispatched", {"proof"}),
    ("notice", "record_return", "dispatched", {"proof"}),
    ("notice", "prepare", "owed", {"content"}),
    ("notice", "withhold", "owed", {"reason"}),
    ("clawback", "send", "letter_prepared", {"public_acknowledgement"}),
    ("clawback", "attest", "sent", {"proof"}),
    ("review", "decline", "under_review", {"reason"}),
    ("review", "grant", "under_review", {"reason"}),
    ("return", "complete", "accepted", {"proof"}),
    ("return", "trace", "to_trace", {"attempt"}),
    ("return", "contact", "traced", {"proof", "attempt"}),
    ("return", "give_up_tracing", "silent", {"reason", "second_actor"}),
    ("clawback", "settle_unanswered", "silent", {"reason", "second_actor"}),
]


@pytest.mark.parametrize(("kind", "step", "source", "shown"), MUST_SHOW)
def test_a_step_that_matters_is_not_taken_without_what_shows_it(kind, step, source, shown):
    assert set(workflow_of(kind).step(step, source=source).requires) == shown


@pytest.mark.parametrize("state", ["owed", "prepared", "withheld", "returned", "refused"])
def test_a_notice_counts_as_delivered_only_after_it_was_dispatched(state):
    notice = workflow_of("notice")
    into = {step.source for step in notice.transitions if step.target == "delivered"}
    assert state not in into
    assert into == {"dispatched"}


def test_a_hold_is_in_force_from_its_first_moment():
    assert workflow_of("hold").initial == "in_force"


def test_a_person_who_may_not_be_written_to_is_not_waited_for_for_ever():
    notice = workflow_of("notice")
    assert notice.step("withhold", source="owed").target == "withheld"
    assert notice.step("exhaust", source="withheld").target in notice.finals


def test_a_declined_review_can_be_reopened_and_a_lost_trace_resumed():
    assert workflow_of("review").step("reopen", source="declined").reopens
    assert workflow_of("return").step("resume_tracing", source="untraceable").reopens


@pytest.mark.parametrize("state", ["traced", "contacted", "offered", "accepted", "arranged"])
def test_whoever_falls_silent_is_looked_at_again_on_a_day_and_is_not_settled_by_it(state):
    returning = workflow_of("return")
    step = returning.step("fall_silent", source=state)
    assert "recheck" in step.requires
    assert step.target not in returning.finals


@pytest.mark.parametrize(
    ("kind", "step", "back"),
    [
        ("return", "contact", "contacted"),
        ("return", "trace", "traced"),
        ("return", "trace_again", "to_trace"),
        ("clawback", "remind", "sent"),
        ("clawback", "attest", "attested"),
    ],
)
def test_out_of_a_silence_there_is_a_way_back(kind, step, back):
    assert workflow_of(kind).step(step, source="silent").target == back
