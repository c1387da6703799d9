"""Why the gate answered as it did: stable codes that acting systems, the store and auditors share."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """One reason. `NOT_HELD` alone goes with ``clear``; `TEST_KEY` and every other one with ``hold``."""

    HELD = "held"
    NOT_HELD = "not_held"
    IDENTIFIER_UNKNOWN = "identifier_unknown"
    """Neither held nor known to the registry: a typing error would otherwise buy a "clear"."""
    IDENTIFIER_MALFORMED = "identifier_malformed"
    ACTION_UNKNOWN = "action_unknown"
    ACTION_NOT_PERMITTED = "action_not_permitted"
    KEY_UNKNOWN = "key_unknown"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    DATABASE_UNAVAILABLE = "database_unavailable"
    """Stopped, unreachable, or unable to take a new hold (read-only, a standby)."""
    DATABASE_TIMEOUT = "database_timeout"
    DATABASE_OLDER_THAN_SEEN = "database_older_than_seen"
    """Its generation or journal is behind what this gate has seen: restored from a backup."""
    CANARY_MISSING = "canary_missing"
    STATE_MISMATCH = "state_mismatch"
    """What can be seen is not what the ledger says there is: rows deleted, hidden, or another table."""
    CLOCK_JUMPED = "clock_jumped"
    ANSWER_NOT_RECORDED = "answer_not_recorded"
    KEY_MISMATCH = "key_mismatch"
    """The ledger's fingerprints were made under another key than this gate has."""
    STARTING = "starting"
    TEST_KEY = "test_key"
    HOLD_NOT_READABLE = "hold_not_readable"
    """The identifier is under a hold of which it cannot be read whether it is in force."""
    GATE_FAULT = "gate_fault"


_STATUS: Final = {
    Reason.KEY_UNKNOWN.value: 401,
    Reason.KEY_EXPIRED.value: 401,
    Reason.KEY_REVOKED.value: 401,
    Reason.RATE_LIMITED.value: 429,
    Reason.OVERLOADED.value: 503,
}


def status_of(reason: Reason) -> int:
    """Return the HTTP status that goes with a reason: an answer is 200, whatever it says."""
    # By the text, because the hash of an enumeration's member is made in Python each time.
    return _STATUS.get(reason._value_, 200)
