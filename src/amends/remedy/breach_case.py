"""The life of a broken promise: found by the check, acknowledged, remedied, closed (R27)."""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

BREACH = Workflow(
    kind="breach",
    title="Broken commitment",
    initial="found",
    finals=frozenset({"closed", "dismissed"}),
    transitions=(
        Transition("acknowledge", "found", "acknowledged", ("reason",)),
        Transition("remedy", "acknowledged", "remedied", ("reason", "proof")),
        Transition("close", "remedied", "closed", ("reason",)),
        # The report itself was wrong: nobody was removed. Said by two, because it makes a harm disappear.
        Transition("dismiss", "found", "dismissed", ("reason", "proof", "second_actor")),
        Transition("dismiss", "acknowledged", "dismissed", ("reason", "proof", "second_actor")),
        Transition("reopen", "closed", "acknowledged", ("reason",), reopens=True),
        Transition("reopen", "dismissed", "found", ("reason",), reopens=True),
    ),
)
"""Not a remedy, and so no plug-in of `remedy.workflows`: nobody is owed a breach."""
