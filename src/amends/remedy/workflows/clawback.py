"""Clawback: asking a recipient to destroy what they obtained, and settling the answer (R45, R46)."""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

PLUGIN = Workflow(
    kind="clawback",
    title="Clawback",
    initial="open",
    finals=frozenset({"attested", "escalated", "untraceable", "unanswered"}),
    transitions=(
        Transition("prepare", "open", "letter_prepared", ("content",)),
        # None goes out before the leak is acknowledged in public: a letter was once published by its addressee.
        Transition("send", "letter_prepared", "sent", ("public_acknowledgement",)),
        Transition("remind", "sent", "sent"),
        Transition("attest", "sent", "attested", ("proof",)),
        Transition("escalate", "sent", "escalated", ("reason",)),
        # One who never answers: looked at again on a day, reminded, and settled only by two people.
        Transition("fall_silent", "sent", "silent", ("reason", "recheck")),
        Transition("recheck", "silent", "silent", ("reason", "recheck")),
        Transition("remind", "silent", "sent"),
        Transition("attest", "silent", "attested", ("proof",)),
        Transition("escalate", "silent", "escalated", ("reason",)),
        Transition("settle_unanswered", "silent", "unanswered", ("reason", "second_actor")),
        Transition("answer_late", "unanswered", "sent", ("reason",), reopens=True),
        Transition("answer_late", "escalated", "sent", ("reason",), reopens=True),
        Transition("give_up_tracing", "open", "untraceable", ("reason",)),
        Transition("give_up_tracing", "letter_prepared", "untraceable", ("reason",)),
    ),
)
