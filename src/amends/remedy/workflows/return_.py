"""Return: the way back for those already harmed (R28).

Whoever falls silent on the way is neither given up nor waited for in a drawer: the silence has a reason and a day on
which somebody looks again, and a way back into the search and into the conversation.
"""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

_REACHED = ("traced", "contacted", "offered", "accepted", "arranged")

PLUGIN = Workflow(
    kind="return",
    title="Help to return",
    initial="to_trace",
    finals=frozenset({"returned", "declined", "untraceable", "withdrawn"}),
    transitions=(
        Transition("trace", "to_trace", "traced", ("attempt",)),
        Transition("contact", "traced", "contacted", ("proof", "attempt")),
        Transition("offer", "contacted", "offered"),
        Transition("accept", "offered", "accepted"),
        Transition("decline", "offered", "declined", ("reason",)),
        Transition("arrange", "accepted", "arranged", ("proof",)),
        Transition("complete", "accepted", "returned", ("proof",)),
        Transition("complete", "arranged", "returned", ("proof",)),
        Transition("change_mind", "accepted", "declined", ("reason",)),
        Transition("change_mind", "arranged", "declined", ("reason",)),
        *(Transition("fall_silent", state, "silent", ("reason", "recheck")) for state in _REACHED),
        Transition("recheck", "silent", "silent", ("reason", "recheck")),
        Transition("contact", "silent", "contacted", ("proof", "attempt")),
        Transition("trace", "silent", "traced", ("attempt",)),
        Transition("trace_again", "silent", "to_trace", ("reason",)),
        Transition("give_up_tracing", "to_trace", "untraceable", ("reason",)),
        # Once the person has been contacted, a promise has been made.
        Transition("withdraw", "to_trace", "withdrawn", ("plan", "reason")),
        Transition("withdraw", "traced", "withdrawn", ("plan", "reason")),
        Transition("reinstate", "withdrawn", "to_trace", ("plan", "reason"), reopens=True),
        Transition("give_up_tracing", "silent", "untraceable", ("reason", "second_actor")),
        Transition("resume_tracing", "untraceable", "to_trace", ("reason",), reopens=True),
        Transition("offer_again", "declined", "offered", ("reason",), reopens=True),
    ),
)
