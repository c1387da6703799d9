"""The rules by which reviews are ordered and end: data, and data that is checked."""

from __future__ import annotations

from importlib import resources

import pytest

from amends.remedy.reviews import ANY_OTHER, parse_review_rules, review_rules
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import FaultError, UsageError

TEXT = (resources.files("amends.remedy") / "reviews.toml").read_text(encoding="utf-8")


def test_whatever_does_not_grant_what_is_owed_is_looked_at_twice():
    for outcomes in review_rules().outcomes.values():
        for outcome in outcomes:
            assert outcome.second_look == (outcome.step != "grant"), outcome.name


def test_every_review_of_any_playbook_can_end_in_every_way_of_the_workflow():
    workflow = workflow_of("review")
    ends = {
        step.name
        for step in workflow.transitions
        if step.target in workflow.finals and "plan" not in step.requires
    }
    for entitlement in (*review_rules().outcomes, "something_new"):
        assert {outcome.step for outcome in review_rules().outcomes_of(entitlement)} == ends


def test_an_outcome_of_another_kind_of_review_is_refused():
    assert review_rules().outcome("custody_review", "released").step == "grant"
    with pytest.raises(UsageError):
        review_rules().outcome("status_inquiry", "released")


def test_a_scheduled_removal_outweighs_anything_else_about_a_person():
    points = {rule.name: rule.points for rule in review_rules().urgency}
    others = [value for name, value in points.items() if name != "removal_scheduled"]
    assert points["removal_scheduled"] > max(others) * 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('step = "decline"\nsecond_look = true', 'step = "decline"'),
        ('step = "grant"', 'step = "begin"'),
        ('name = "released_with_conditions"', 'name = "released"'),
        (f'entitlement = "{ANY_OTHER}"', 'entitlement = "others"'),
    ],
)
def test_rules_that_would_let_a_review_end_unseen_are_refused(old, new):
    assert old in TEXT
    with pytest.raises(FaultError) as refused:
        parse_review_rules(TEXT.replace(old, new))
    assert refused.value.code == "review-rules-invalid"
