"""Answers about a whole list in one row: 25 bytes for each identifier, from which each can be told again.

::

    byte  0 .......... 15   16       17 ........ 24
          fingerprint       reason   hold, big-endian; 0 where there is none

A malformed identifier has sixteen zero bytes for a fingerprint. Whether the answer was hold or clear follows from the
reason: ``not_held`` alone is clear. The order is that of the question.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from amends.gate.deciding import CLEAR, HOLD, Verdict
from amends.gate.reasons import Reason

_ITEM: Final = struct.Struct(">16sBQ")
ITEM_BYTES: Final = _ITEM.size
# In the order in which they were ever added: a number, once given, keeps its meaning.
CODES: Final = (
    Reason.HELD,
    Reason.NOT_HELD,
    Reason.IDENTIFIER_UNKNOWN,
    Reason.IDENTIFIER_MALFORMED,
    Reason.ACTION_UNKNOWN,
    Reason.ACTION_NOT_PERMITTED,
    Reason.HOLD_NOT_READABLE,
    Reason.TEST_KEY,
)
# By their text, because the hash of an enumeration's member is made in Python each time.
_NUMBER_OF: Final = {reason.value: number for number, reason in enumerate(CODES)}
NOT_HELD_CODE: Final = _NUMBER_OF[Reason.NOT_HELD.value]
_NO_FINGERPRINT: Final = "0" * 32


class BatchCheck(NamedTuple):
    """One line of the store's table ``batch_checks``, in the order of its columns."""

    id: int
    batch: int
    at: str
    system: str
    api_key: str
    key_kind: str
    action: str
    key_id: str
    generation: int
    ledger_sequence: int
    expires_at: str
    receipt: str
    identifiers: int
    items: bytes


def tail_of(verdict: Verdict) -> bytes:
    """Return the nine bytes that an item ends in. Raises ``KeyError`` for a reason that is no single identifier's."""
    hold = int(verdict.hold[2:]) if verdict.hold else 0
    return _NUMBER_OF[verdict.reason._value_].to_bytes(1, "big") + hold.to_bytes(8, "big")


def pack(fingerprints: Sequence[str], tails: Sequence[bytes]) -> bytes:
    """Return the items of a list's answers: fingerprints (empty where malformed) and what `tail_of` made of each."""
    raw = bytes.fromhex("".join([text or _NO_FINGERPRINT for text in fingerprints]))
    return b"".join([raw[16 * at : 16 * at + 16] + tail for at, tail in enumerate(tails)])


def unpack(items: bytes) -> Iterator[tuple[str, Verdict]]:
    """Yield fingerprint (empty where malformed) and verdict, in the order of the question."""
    for raw, code, hold in _ITEM.iter_unpack(items):
        reason = CODES[code]
        answer = CLEAR if reason is Reason.NOT_HELD else HOLD
        text = raw.hex()
        yield (
            "" if text == _NO_FINGERPRINT else text,
            Verdict(answer, reason, f"H-{hold:06d}" if hold else ""),
        )
