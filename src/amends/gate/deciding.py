"""Hold or clear, for one identifier and one action, out of what a look-up saw. Every doubt is a hold.

Whether the look-up itself may be believed is `amends.gate.guard`'s question, and comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from amends.gate.reading import IN_FORCE, LIFTED, Reading
from amends.gate.reasons import Reason

HOLD: Final = "hold"
CLEAR: Final = "clear"
EVERY_ACTION: Final = frozenset({"*", ""})
"""What a hold bars that names no action."""


class Verdict(NamedTuple):
    """One answer without its frame."""

    answer: str
    reason: Reason
    hold: str = ""
    """Reference of the hold, ``H-000123``; empty where there is none."""


MALFORMED: Final = Verdict(HOLD, Reason.IDENTIFIER_MALFORMED)
UNKNOWN: Final = Verdict(HOLD, Reason.IDENTIFIER_UNKNOWN)
NOT_HELD: Final = Verdict(CLEAR, Reason.NOT_HELD)
UNREADABLE: Final = Verdict(HOLD, Reason.HOLD_NOT_READABLE)


def decide(fingerprints: Sequence[str], action: str, reading: Reading) -> Verdict:
    """Return the verdict on an identifier with these fingerprints (one for each key; none if malformed)."""
    if not fingerprints:
        return MALFORMED
    state = reading.state
    if state is None:
        return Verdict(HOLD, Reason.STATE_MISMATCH)
    unreadable, known = False, not state.unknown_is_hold
    for fingerprint in fingerprints:
        for hold in reading.held.get(fingerprint, ()):
            if hold.state == IN_FORCE:
                if hold.bars == action or hold.bars in EVERY_ACTION:
                    return Verdict(HOLD, Reason.HELD, hold.reference)
            elif hold.state != LIFTED:
                unreadable = True
        known = known or fingerprint in reading.known
    if unreadable:
        return UNREADABLE
    return NOT_HELD if known else UNKNOWN
