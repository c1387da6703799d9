"""Set what the gate answers about an identifier that is neither held nor known to the registry."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger.gate_index import touch
from amends.ledger.models import GateState


@dataclass(frozen=True, slots=True)
class UnknownAnswer:
    """The setting as it stands now, and whether it stood so before."""

    unknown_is_hold: bool
    already: bool


def set_unknown_answer(*, unknown_is_hold: bool, act: Act) -> UnknownAnswer:
    """Answer ``hold`` (the safe setting, and the first) or ``clear`` for identifiers that nobody knows.

    Whoever allows it lets a typing error buy a ``clear``: it is meant for an organisation that has no registry to learn
    from, knowingly.
    """
    check_may(act, "set_unknown_answer")
    with journalled("set_unknown_answer", act) as change:
        before = GateState.objects.select_for_update().get(pk=1).unknown_is_hold
        if before != unknown_is_hold:
            generation = touch()
            GateState.objects.filter(pk=1).update(unknown_is_hold=unknown_is_hold)
            change.detail = {"unknown_is_hold": unknown_is_hold, "before": before, "generation": generation}
    return UnknownAnswer(unknown_is_hold, before == unknown_is_hold)
