"""Return: the way back for those already harmed (R28)."""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

PLUGIN = Workflow(
    kind="return",
    title="Help to return",
    initial="to_trace",
    finals=frozenset({"returned", "declined", "untraceable"}),
    transitions=(
        Transition("trace", "to_trace", "traced"),
        Transition("contact", "traced", "contacted", ("proof",)),
        Transition("offer", "contacted", "offered"),
        Transition("accept", "offered", "accepted"),
        Transition("decline", "offered", "declined", ("reason",)),
        Transition("complete", "accepted", "returned", ("proof",)),
        Transition("give_up_tracing", "to_trace", "untraceable", ("reason",)),
        Transition("resume_tracing", "untraceable", "to_trace", ("reason",), reopens=True),
    ),
)
