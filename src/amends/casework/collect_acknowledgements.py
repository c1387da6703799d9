"""Bring into the ledger what acting systems told the gate: acknowledgements, heartbeats, what they hold (R24)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acting_systems.inbox import (
    AT_ONCE,
    empty_older_holdings,
    messages_after_mark,
    record_messages,
    set_mark,
)
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.models import InboxMark


@dataclass(frozen=True, slots=True)
class CollectedMessages:
    """How many messages of each kind were new, and whether more are waiting."""

    counts: dict[str, int]
    more: bool


def collect_acknowledgements(*, act: Act) -> CollectedMessages:
    """Collect the next messages of the gate's inbox; a message that is in the ledger already changes nothing."""
    check_may(act, "collect_acknowledgements")
    with journalled("collect_acknowledgements", act) as change:
        # Locked: of two runs at once, the second goes on where the first ended.
        InboxMark.objects.select_for_update().filter(pk=1).first()
        messages = messages_after_mark(current.home())
        counts: dict[str, int] = {}
        if messages:
            counts = record_messages(messages)
            set_mark(messages[-1])
            empty_older_holdings()
            change.detail = {"messages": len(messages), "to": messages[-1].inbox_id, **counts}
    return CollectedMessages(counts, more=len(messages) == AT_ONCE)
