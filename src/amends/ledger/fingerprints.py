"""Blind indexes: keyed fingerprints by which an identifier is found without standing in the database.

HMAC-SHA-256 (RFC 2104), cut to 128 bits, hexadecimal. Numbers of persons are few enough to be tried one after
the other, so a fingerprint protects only as long as its key lies elsewhere; should the key become known,
`amends keys rekey-fingerprints` makes every fingerprint anew. While that runs, a value has a fingerprint under
each key that the ring holds, and whoever looks something up asks for all of them.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from amends.ledger.keyring import KeyRing, NamedKey, Purpose

_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


class Fingerprinter:
    """Makes fingerprints under the fingerprint keys of one ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = ring.of(Purpose.FINGERPRINT)
        self._inner, self._outer = _keyed_hashes(self._keys[0].key)

    @property
    def key_id(self) -> str:
        """Id of the key under which new fingerprints are written."""
        return self._keys[0].key_id

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of all keys under which a fingerprint may stand, the current one first."""
        return tuple(key.key_id for key in self._keys)

    def current(self, value: str) -> str:
        """Return the fingerprint of a normalised identifier under the current key, as `fingerprint` defines it."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(value.encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:32]

    def all(self, value: str) -> tuple[str, ...]:
        """Return the fingerprints under every key of the ring, the current one first: one, except during a re-key."""
        return tuple(fingerprint(key, value) for key in self._keys)


def fingerprint(key: NamedKey, value: str) -> str:
    """Return the fingerprint of a normalised identifier under one key."""
    return hmac.new(key.key, value.encode(), hashlib.sha256).hexdigest()[:32]


def _keyed_hashes(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Return the inner and the outer hash of HMAC with the key taken in (RFC 2104, section 4: "can be precomputed").

    Taking the key in costs more than half of a fingerprint, and a population needs a million under one key.
    """
    block = hashlib.sha256().block_size
    padded = (key if len(key) <= block else hashlib.sha256(key).digest()).ljust(block, b"\0")
    return hashlib.sha256(padded.translate(_INNER)), hashlib.sha256(padded.translate(_OUTER))
