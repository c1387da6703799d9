"""Hold: no adverse action until its end is proven (R08, R24, R25).

Its steps are taken by verbs of their own. ``release`` stands for a request with a list and a reason, approved by a
second person who has authority and has proved who they are.
"""

from __future__ import annotations

from amends.remedy.statemachine import Transition, Workflow

PLUGIN = Workflow(
    kind="hold",
    title="Protective hold",
    initial="in_force",
    finals=frozenset({"lifted"}),
    transitions=(
        Transition("extend", "in_force", "in_force", ("reason",)),
        Transition("lift", "in_force", "lifted", ("reason", "release", "end_condition")),
        Transition("place_again", "lifted", "in_force", ("reason",), reopens=True),
    ),
)
