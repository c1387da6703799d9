"""Return: the way back for those already harmed (R28)."""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

PLUGIN = Workflow(
    kind="return",
    title="Help to return",
    initial="to_trace",
    finals=frozenset({"returned", "declined", "untraceable", "withdrawn"}),
    transitions=(
        Transition("trace", "to_trace", "traced"),
        Transition("contact", "traced", "contacted", ("proof",)),
        Transition("offer", "contacted", "offered"),
        Transition("accept", "offered", "accepted"),
        Transition("decline", "offered", "declined", ("reason",)),
        Transition("complete", "accepted", "returned", ("proof",)),
        Transition("give_up_tracing", "to_trace", "untraceable", ("reason",)),
        # Once the person has been contacted, a promise has been made.
        Transition("withdraw", "to_trace", "withdrawn", ("plan", "reason")),
        Transition("withdraw", "traced", "withdrawn", ("plan", "reason")),
        Transition("reinstate", "withdrawn", "to_trace", ("plan", "reason"), reopens=True),
        Transition("resume_tracing", "untraceable", "to_trace", ("reason",), reopens=True),
    ),
)
