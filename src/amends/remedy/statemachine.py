"""Transitions as data: a workflow is a table, and the table is the only way from state to state.

The diagrams in the documents are generated from the same tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from amends.vocabulary.errors import RefusalError

WITHDRAWN: Final = "withdrawn"
"""State of a measure that the plan no longer calls for: final, kept on record, with the reason beside it."""

PLAN: Final = "plan"
"""What only planning can show: that the plan calls for a measure, or no longer does."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step."""

    name: str
    """What is done, as a verb: ``prepare``."""
    source: str
    target: str
    requires: tuple[str, ...] = ()
    """What must be shown for the step, by name: ``proof``, ``second_actor``, ``reason``. `casework` checks.
    ``plan``: that the plan calls for it, which planning alone can show; nobody takes such a step by hand."""
    reopens: bool = False
    """Whether the step leads out of a final state: declared, so that nothing that was settled is reopened by chance."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """The life of one kind of remedy."""

    kind: str
    title: str
    initial: str
    finals: frozenset[str]
    """States in which nothing is open any more."""
    transitions: tuple[Transition, ...]

    @property
    def states(self) -> frozenset[str]:
        """Every state that the table names."""
        named = {step.source for step in self.transitions} | {step.target for step in self.transitions}
        return frozenset(named | {self.initial})

    def step(self, name: str, *, source: str) -> Transition:
        """Return the transition ``name`` out of ``source``.

        Raises `RefusalError` ``transition-not-allowed``, saying which steps there are.
        """
        for step in self.transitions:
            if step.name == name and step.source == source:
                return step
        ways = sorted(step.name for step in self.transitions if step.source == source)
        raise RefusalError(
            "transition-not-allowed",
            f"a {self.kind} that is {source!r} cannot {name!r}",
            hint=f"from {source!r} the steps are: {', '.join(ways) or 'none, it is final'}",
        )

    @property
    def withdrawable(self) -> frozenset[str]:
        """States in which a measure that is no longer called for is withdrawn; in all others it stays."""
        return self.sources_of("withdraw")

    def sources_of(self, name: str) -> frozenset[str]:
        """Return the states out of which the step ``name`` leads."""
        return frozenset(step.source for step in self.transitions if step.name == name)
