"""Blind indexes: keyed fingerprints by which an identifier is found without standing in the database.

HMAC-SHA-256 (RFC 2104), cut to 128 bits, hexadecimal. Numbers of persons are few enough to be tried one after
the other, so a fingerprint protects only as long as its key lies elsewhere; should the key become known,
`amends keys rekey-fingerprints` makes every fingerprint anew. While that runs, a value has a fingerprint under
each key that the ring holds, and whoever looks something up asks for all of them.
"""

from __future__ import annotations

import hashlib
import hmac

from amends.ledger.keyring import KeyRing, NamedKey, Purpose


class Fingerprinter:
    """Makes fingerprints under the fingerprint keys of one ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = ring.of(Purpose.FINGERPRINT)

    @property
    def key_id(self) -> str:
        """Id of the key under which new fingerprints are written."""
        return self._keys[0].key_id

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of all keys under which a fingerprint may stand, the current one first."""
        return tuple(key.key_id for key in self._keys)

    def current(self, value: str) -> str:
        """Return the fingerprint of a normalised identifier under the current key."""
        return fingerprint(self._keys[0], value)

    def all(self, value: str) -> tuple[str, ...]:
        """Return the fingerprints under every key of the ring, the current one first: one, except during a re-key."""
        return tuple(fingerprint(key, value) for key in self._keys)


def fingerprint(key: NamedKey, value: str) -> str:
    """Return the fingerprint of a normalised identifier under one key."""
    return hmac.new(key.key, value.encode(), hashlib.sha256).hexdigest()[:32]
