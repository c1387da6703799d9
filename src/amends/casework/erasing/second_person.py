"""Two people act together: one who does it, another who agrees."""

from __future__ import annotations

from amends.casework.acts import Act
from amends.vocabulary.errors import RefusalError


def check_second_actor(act: Act, second_actor: str) -> None:
    """Raise `RefusalError` ``second-actor-missing`` unless a second person is named who is not the first.

    "Tester " is no second person beside "tester".
    """
    if _folded(second_actor) in ("", _folded(act.actor)):
        raise RefusalError(
            "second-actor-missing",
            "two people must agree to this, and a second one is not named",
            hint="give --second-actor, somebody other than --actor",
        )


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
