"""Notice: telling one person, or who stands for them, with proof (R29-R34)."""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

PLUGIN = Workflow(
    kind="notice",
    title="Notice",
    initial="owed",
    finals=frozenset({"delivered", "exhausted", "withdrawn"}),
    transitions=(
        Transition("prepare", "owed", "prepared", ("content",)),
        Transition("withhold", "owed", "withheld", ("reason",)),
        Transition("release", "withheld", "owed", ("reason",)),
        Transition("dispatch", "prepared", "dispatched"),
        Transition("prove_delivery", "dispatched", "delivered", ("proof",)),
        Transition("record_refusal", "dispatched", "refused", ("proof",)),
        Transition("record_return", "dispatched", "returned", ("proof",)),
        Transition("try_again", "refused", "owed"),
        Transition("try_again", "returned", "owed"),
        Transition("exhaust", "refused", "exhausted", ("reason",)),
        Transition("exhaust", "returned", "exhausted", ("reason",)),
        Transition("exhaust", "withheld", "exhausted", ("reason",)),
        # What has left the house has been said, and is not unsaid.
        Transition("withdraw", "owed", "withdrawn", ("plan", "reason")),
        Transition("withdraw", "withheld", "withdrawn", ("plan", "reason")),
        Transition("withdraw", "prepared", "withdrawn", ("plan", "reason")),
        Transition("reinstate", "withdrawn", "owed", ("plan", "reason"), reopens=True),
    ),
)
