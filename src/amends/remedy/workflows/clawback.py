"""Clawback: asking a recipient to destroy what they obtained, and settling the answer (R45, R46)."""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

PLUGIN = Workflow(
    kind="clawback",
    title="Clawback",
    initial="open",
    finals=frozenset({"attested", "escalated", "untraceable"}),
    transitions=(
        Transition("prepare", "open", "letter_prepared", ("content",)),
        # None goes out before the leak is acknowledged in public: a letter was once published by its addressee.
        Transition("send", "letter_prepared", "sent", ("public_acknowledgement",)),
        Transition("remind", "sent", "sent"),
        Transition("attest", "sent", "attested", ("proof",)),
        Transition("escalate", "sent", "escalated", ("reason",)),
        Transition("give_up_tracing", "open", "untraceable", ("reason",)),
        Transition("give_up_tracing", "letter_prepared", "untraceable", ("reason",)),
    ),
)
