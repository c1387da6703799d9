"""How reviews are ordered by urgency and how they can end: rules and outcomes as data (R26)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

from django.db.models import Q

from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import FaultError, UsageError

ANY_OTHER: Final = "*"
_COLUMNS: Final = frozenset({"status_as_of", "status_at_exposure", "status_at_hold", "removal_phase"})
_YES_NO: Final = frozenset({"minor", "deceased"})


@dataclass(frozen=True, slots=True)
class UrgencyRule:
    """One reason for looking at a review sooner."""

    name: str
    title: str
    points: int
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def condition(self) -> Q:
        """Return the rule as a condition over remedies: every condition holds, each by one of its values."""
        combined = Q()
        for name, values in self.where.items():
            any_of = Q(pk__in=())
            for value in values:
                any_of |= _one(name, value)
            combined &= any_of
        return combined


def _one(name: str, value: str) -> Q:
    if name in _COLUMNS:
        return Q(**{f"person__{name}": value})
    if name == "represented":
        return Q(person__representative__isnull=value != "yes")
    if name in _YES_NO:
        return Q(**{f"person__{name}": value == "yes"})
    return Q(**{f"person__facts__{name}__exact": value})


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """What a due time that has passed, or is near, adds."""

    overdue: int
    near: int
    near_days: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which a review can end."""

    name: str
    title: str
    step: str
    """Step of the workflow ``review`` that it takes: ``grant``, ``decline`` or ``moot``."""
    second_look: bool = False
    """Whether another person must confirm it first."""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Everything in ``reviews.toml``, checked."""

    urgency: tuple[UrgencyRule, ...]
    deadline: DeadlineRule
    outcomes: dict[str, tuple[Outcome, ...]]
    """Entitlement, or ``*`` for any other → outcomes."""

    def outcomes_of(self, entitlement: str) -> tuple[Outcome, ...]:
        """Return how a review of this entitlement can end."""
        return self.outcomes.get(entitlement, self.outcomes[ANY_OTHER])

    def outcome(self, entitlement: str, name: str) -> Outcome:
        """Return one outcome by name. Raises `UsageError` ``review-outcome-unknown``, naming those there are."""
        known = {outcome.name: outcome for outcome in self.outcomes_of(entitlement)}
        if name not in known:
            raise UsageError(
                "review-outcome-unknown",
                f"a review of {entitlement!r} cannot end like this",
                hint=f"it ends with one of: {', '.join(known)}",
                where="--outcome",
            )
        return known[name]

    def plain_outcome(self, entitlement: str, step: str) -> Outcome | None:
        """Return the outcome that a bare step of the workflow stands for: the first that takes it, if any does."""
        return next((outcome for outcome in self.outcomes_of(entitlement) if outcome.step == step), None)


@cache
def review_rules() -> ReviewRules:
    """Return the rules that come with Amends."""
    return parse_review_rules((resources.files("amends.remedy") / "reviews.toml").read_text(encoding="utf-8"))


def parse_review_rules(text: str) -> ReviewRules:
    """Return the rules written in ``text``; raise `FaultError` ``review-rules-invalid`` where they do not hold
    together."""
    content = tomllib.loads(text)
    rules = ReviewRules(
        urgency=tuple(_urgency(item) for item in content["urgency"]),
        deadline=DeadlineRule(**content["deadline"]),
        outcomes={
            item["entitlement"]: tuple(Outcome(**outcome) for outcome in item["outcome"])
            for item in content["review"]
        },
    )
    _check(rules)
    return rules


def _urgency(item: dict[str, Any]) -> UrgencyRule:
    return UrgencyRule(**{**item, "where": {name: tuple(values) for name, values in item["where"].items()}})


def _check(rules: ReviewRules) -> None:
    workflow = workflow_of("review")
    closing = {step.name for step in workflow.transitions if step.target in workflow.finals}
    if ANY_OTHER not in rules.outcomes:
        raise _invalid("no outcomes are listed for any other review")
    for entitlement, outcomes in rules.outcomes.items():
        names = [outcome.name for outcome in outcomes]
        if len(set(names)) < len(names):
            raise _invalid(f"{entitlement!r} lists an outcome twice")
        for outcome in outcomes:
            if outcome.step not in closing:
                raise _invalid(f"{outcome.name!r} takes a step that closes no review")
            if outcome.step != "grant" and not outcome.second_look:
                raise _invalid(
                    f"{outcome.name!r} does not grant what is owed, and nobody looks a second time"
                )


def _invalid(what: str) -> FaultError:
    return FaultError(
        "review-rules-invalid",
        f"the rules for reviews cannot be used: {what}",
        hint="mend reviews.toml; tests/unit/remedy/test_reviews.py says what it must hold",
        where="reviews.toml",
    )
