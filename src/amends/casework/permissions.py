"""May this actor do this? One operator for now: everyone who holds the ledger's key may do everything.

The question is asked in every verb all the same, so that roles find their place already made.
"""

from __future__ import annotations

from typing import Final

from amends.casework.acts import Act
from amends.vocabulary.errors import RefusalError

VERBS: Final = frozenset(
    {
        "screen_release",
        "open_incident",
        "protect_population",
        "assess_exposure",
        "identify_affected",
        "plan_remedies",
        "advance_remedy",
        "assign_review",
        "decide_review",
        "second_look",
        "import_actions",
        "check_actions",
        "advance_breach",
        "find_harmed",
        "record_attempt",
        "set_recipient_policy",
        "assess_harm",
        "decide_not_to_notify",
        "publish_figures",
        "close_incident",
    }
)


def check_may(act: Act, verb: str) -> None:
    """Raise `RefusalError` ``not-permitted`` unless the actor may do ``verb``."""
    if verb not in VERBS:
        raise RefusalError(
            "not-permitted",
            f"{act.actor!r} may not do {verb!r}",
            hint="ask for one of the verbs of casework; nobody has a right beyond them",
        )
