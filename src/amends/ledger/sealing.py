"""Encryption at rest: personal values and preserved files are sealed before they reach disk.

AES-256-GCM (NIST SP 800-38D) with a fresh 96-bit nonce for each seal. A sealed value carries the key
id, so that a re-keyed ledger can tell old from new, and is bound to what it belongs to
(associated data), so that a sealed value moved to another row does not open there.

::

    byte   0   1 ........ 8   9 ....... 20   21 ..............
          ver  key id (ascii)  nonce (12)     ciphertext + tag (16)
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from functools import cached_property
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import FaultError

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_HEADER_BYTES: Final = 1 + 8 + _NONCE_BYTES


class Sealer:
    """Seals and opens values with the key of one ledger, and makes keyed fingerprints."""

    def __init__(self, home: LedgerHome) -> None:
        self._home = home

    @cached_property
    def _key(self) -> tuple[bytes, bytes]:
        key_id, key = self._home.key()
        return key_id.encode("ascii"), key

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._derived(b"amends/seal/1"))

    @cached_property
    def _fingerprint_key(self) -> bytes:
        return self._derived(b"amends/fingerprint/1")

    def _derived(self, purpose: bytes) -> bytes:
        # One secret on disk, one key for each purpose: HKDF-Expand (RFC 5869) with one block.
        return hmac.new(self._key[1], purpose + b"\x01", hashlib.sha256).digest()

    def seal(self, plain: bytes, *, bound_to: str) -> bytes:
        """Return ``plain`` encrypted; it opens only with the same ``bound_to``."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._cipher.encrypt(nonce, plain, bound_to.encode())
        return _VERSION + self._key[0] + nonce + cipher

    def unseal(self, sealed: bytes, *, bound_to: str) -> bytes:
        """Return the plain bytes. Raises `FaultError` ``seal-broken`` when changed, moved or of another key."""
        header, cipher = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
        try:
            if len(header) < _HEADER_BYTES or header[:1] != _VERSION or header[1:9] != self._key[0]:
                raise InvalidTag
            return self._cipher.decrypt(header[9:], cipher, bound_to.encode())
        except InvalidTag as error:
            raise FaultError(
                "seal-broken",
                "a sealed value does not open: it was changed, moved, or sealed with another key",
                hint="check that the key file belongs to this ledger, then run `amends journal verify`",
                where=bound_to,
            ) from error

    def seal_record(self, record: dict[str, Any], *, bound_to: str) -> bytes:
        """Seal a small record as JSON."""
        return self.seal(json.dumps(record, ensure_ascii=False).encode(), bound_to=bound_to)

    def unseal_record(self, sealed: bytes, *, bound_to: str) -> dict[str, Any]:
        """Open a record that `seal_record` sealed."""
        record: dict[str, Any] = json.loads(self.unseal(sealed, bound_to=bound_to))
        return record

    @property
    def fingerprint_key_id(self) -> str:
        """Id of the key under which fingerprints are made."""
        return self._key[0].decode("ascii")

    def fingerprint(self, value: str) -> str:
        """Return a keyed fingerprint (HMAC-SHA-256, 128 bits, hexadecimal) of a normalised identifier."""
        return hmac.new(self._fingerprint_key, value.encode(), hashlib.sha256).hexdigest()[:32]
