"""Hold or clear, for one identifier and one action, out of what a look-up saw. Every doubt is a hold.

Whether the look-up itself may be believed is `amends.gate.guard`'s question, and comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
_HELD: Final = Reason.HELD
UNREADABLE: Final = Verdict(HOLD, Reason.HOLD_NOT_READABLE)


def decide(fingerprints: Sequence[str], action: str, reading: Reading) -> Verdict:
    """Return the verdict on an identifier with these fingerprints (one for each key; none if malformed)."""
    if not fingerprints:
        return MALFORMED
    state = reading.state
    if state is None:
        return Verdict(HOLD, Reason.STATE_MISMATCH)
    unreadable, known = False, not state.unknown_is_hold
    held, registered = reading.held, reading.known
    for fingerprint in fingerprints:
        for number, hold_state, bars in held.get(fingerprint, ()):
            if hold_state == IN_FORCE:
                if bars == action or bars in EVERY_ACTION:
                    return Verdict(HOLD, _HELD, f"H-{number:06d}")
            elif hold_state != LIFTED:
                unreadable = True
        known = known or fingerprint in registered
    if unreadable:
        return UNREADABLE
    return NOT_HELD if known else UNKNOWN


def decide_all(items: Iterable[Sequence[str]], action: str, reading: Reading) -> list[Verdict]:
    """Return what `decide` returns for each; whoever has one fingerprint that is under no hold needs no call."""
    state = reading.state
    if state is None:
        return [decide(fingerprints, action, reading) for fingerprints in items]
    held, registered, anyone = reading.held, reading.known, not state.unknown_is_hold
    verdicts = []
    for fingerprints in items:
        if len(fingerprints) == 1 and fingerprints[0] not in held:
            verdicts.append(NOT_HELD if anyone or fingerprints[0] in registered else UNKNOWN)
        else:
            verdicts.append(decide(fingerprints, action, reading))
    return verdicts
