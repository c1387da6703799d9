"""Which ways of reaching a person are safe."""

from __future__ import annotations

import pytest

from amends.remedy.contact import allows, attempt, is_safe, methods, results
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import UsageError


@pytest.mark.parametrize(
    ("mark", "channel", "allowed"),
    [
        ("", "post", True),
        ("post", "post", True),
        ("hand; Post", "post", True),
        ("hand", "post", False),
        ("none", "post", False),
        ("post, none", "post", False),
        ("ask first", "post", False),
    ],
)
def test_a_mark_allows_what_it_names_and_one_that_nobody_understands_allows_nothing(mark, channel, allowed):
    assert allows(mark, channel) is allowed


def test_a_mark_for_no_letter_leaves_only_the_ways_through_somebody_trusted():
    speaking = [method for method in methods().values() if "contact" in method.purposes]
    assert {method.name for method in speaking if is_safe("none", method)} == {
        "representative",
        "organisation",
    }


def test_a_family_is_never_spoken_to_in_the_persons_place():
    assert methods()["family"].purposes == ("trace",)


def test_every_result_belongs_to_a_purpose_and_takes_a_step_that_exists():
    steps = {step.name for step in workflow_of("return").transitions}
    for result in results().values():
        assert result.purpose in ("trace", "contact")
        assert not result.step or result.step in steps


@pytest.mark.parametrize(
    ("method", "result"), [("family", "reached"), ("post", "found"), ("x", "found"), ("post", "x")]
)
def test_a_way_and_a_result_that_do_not_fit_are_refused(method, result):
    with pytest.raises(UsageError) as refused:
        attempt(method, result)
    assert refused.value.code == "attempt-unknown"
