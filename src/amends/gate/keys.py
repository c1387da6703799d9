"""API keys of acting systems: read, compared, expired, limited.

A key is written ``amends_<kind>_<key id>_<secret>``. The ledger has a plain SHA-256 of the secret: 256 random bits
need no slow hash. What a revoked key gets is decided by the generation of the same look-up as the
answer, so that a revocation counts at the next answer.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amends.gate.reading import KeyRecord, KeyTable
from amends.gate.reasons import Reason

_SCHEME: Final = b"bearer "


@dataclass(frozen=True, slots=True)
class GivenKey:
    """What stood in the header ``Authorization``."""

    kind: str
    key_id: str
    secret_sha256: str


def given_key(header: bytes) -> GivenKey | None:
    """Return the key in a header ``Authorization``, or None where there is none that could be one."""
    if header[:7].lower() != _SCHEME:
        return None
    parts = header[7:].strip().split(b"_", 3)
    if len(parts) != 4 or parts[0] != b"amends" or not (header.isascii() and parts[2].isalnum()):
        return None
    _, kind, key_id, secret = parts
    return GivenKey(kind.decode(), key_id.decode(), hashlib.sha256(secret).hexdigest())


def proven(header: bytes, table: KeyTable) -> KeyRecord | None:
    """Return the record of the key whose secret this header knows, or None."""
    given = given_key(header)
    record = table.keys.get(given.key_id) if given else None
    if given is None or record is None:
        return None
    same = hmac.compare_digest(given.secret_sha256, record.secret_sha256)
    return record if same and given.kind == record.kind else None


class KnownKeys:
    """The table of keys, and which headers have been proven to hold one of them: a proof is good until a new table.

    Headers are kept by their hash, so that neither a dump of this process nor the time of a look-up tells a secret.
    """

    def __init__(self, table: KeyTable) -> None:
        self.table = table
        self._proven: dict[bytes, KeyRecord] = {}

    def authenticate(self, header: bytes, *, now: datetime) -> KeyRecord | Reason:
        """Return the key that a header holds, or why it opens nothing."""
        digest = hashlib.sha256(header).digest()
        record = self._proven.get(digest)
        if record is None:
            record = proven(header, self.table)
            if record is None:
                return Reason.KEY_UNKNOWN
            self._proven[digest] = record
        if record.revoked:
            return Reason.KEY_REVOKED
        if record.expires_at is not None and now >= record.expires_at:
            return Reason.KEY_EXPIRED
        return record


class RateLimits:
    """A bucket of tokens for each key: its rate sustained, twice as many at once."""

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self._buckets: dict[str, tuple[float, float]] = {}

    def allows(self, key_id: str, per_second: int) -> bool:
        """Take a token of this key's; return False where there is none left."""
        now, most = self._stopwatch(), 2.0 * per_second
        tokens, since = self._buckets.get(key_id, (most, now))
        tokens = min(most, tokens + (now - since) * per_second)
        allowed = tokens >= 1
        self._buckets[key_id] = (tokens - 1 if allowed else tokens, now)
        return allowed
