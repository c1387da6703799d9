"""Review: an individual decision, tracked to an outcome with reasons (R26)."""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

PLUGIN = Workflow(
    kind="review",
    title="Individual review",
    initial="open",
    finals=frozenset({"granted", "declined", "moot", "withdrawn"}),
    transitions=(
        Transition("begin", "open", "under_review"),
        Transition("grant", "under_review", "granted", ("reason",)),
        Transition("decline", "under_review", "declined", ("reason",)),
        Transition("moot", "open", "moot", ("reason",)),
        Transition("moot", "under_review", "moot", ("reason",)),
        Transition("withdraw", "open", "withdrawn", ("plan", "reason")),
        Transition("withdraw", "under_review", "withdrawn", ("plan", "reason")),
        Transition("reinstate", "withdrawn", "open", ("plan", "reason"), reopens=True),
        Transition("reopen", "declined", "under_review", ("reason",), reopens=True),
    ),
)
