"""Identifiers as the ledger knows them: normalised, then fingerprinted under a key that no database holds.

An identifier that cannot be one (empty, too long, nothing but zeros, with control characters) has no
fingerprint, and nobody without a fingerprint is clear.
"""

from __future__ import annotations

import hashlib
import hmac
import string
from collections.abc import Callable
from typing import Any, Final

from amends.ledger.home import LedgerHome
from amends.ledger.sealing import Sealer
from amends.vocabulary.identifier import normalised_identifier

try:
    # The same SHA-256 without the cost of OpenSSL's context: copying a started hash takes a third of the time.
    from _sha256 import sha256 as _sha256  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    _sha256 = hashlib.sha256

LONGEST: Final = 64
"""Characters of an identifier as it is typed; every identification number in use is shorter."""
_FEWEST_DIGITS: Final = 4
_BLOCK_BYTES: Final = 64
_ALL: Final = bytes(range(128))
_NOT_A_DIGIT: Final = bytes(sorted(set(_ALL) - set(string.digits.encode())))
_NOT_ALPHANUMERIC: Final = bytes(sorted(set(_ALL) - set((string.digits + string.ascii_letters).encode())))


def normalised(text: str) -> bytes:
    """Return what `normalised_identifier` returns, as UTF-8; empty for what cannot be an identifier.

    The way for plain ASCII is a fast one; the other is the definition itself.
    """
    if len(text) > LONGEST or not text.isprintable():
        return b""
    if not text.isascii():
        return normalised_identifier(text).encode()
    raw = text.encode("ascii")
    digits = raw.translate(None, _NOT_A_DIGIT)
    if len(digits) >= _FEWEST_DIGITS:
        return digits.lstrip(b"0")
    return raw.translate(None, _NOT_ALPHANUMERIC).upper().lstrip(b"0")


class Fingerprints:
    """Makes the fingerprints of an identifier under every key that rows of the ledger may still bear."""

    def __init__(self, home: LedgerHome) -> None:
        sealer = Sealer(home)
        self.key_id: Final = sealer.fingerprint_key_id
        """Of the key under which the ledger makes fingerprints today."""
        self._fingerprint = _fast_fingerprint(home, sealer)

    def of(self, identifier: str) -> tuple[str, ...]:
        """Return the fingerprints, that of today's key first; none for what cannot be an identifier."""
        plain = normalised(identifier)
        return (self._fingerprint(plain),) if plain else ()


def _fast_fingerprint(home: LedgerHome, sealer: Sealer) -> Callable[[bytes], str]:
    """Return `Sealer.fingerprint` with the two key blocks of HMAC (RFC 2104) hashed once and for all.

    Where it does not agree with the sealer, the sealer's own way is taken: slower, and right.
    """
    derived = hmac.new(home.key()[1], b"amends/fingerprint/1\x01", hashlib.sha256).digest()
    begin_inner, begin_outer = _started(derived)

    def fast(plain: bytes) -> str:
        first = begin_inner()
        first.update(plain)
        second = begin_outer()
        second.update(first.digest())
        digest: str = second.hexdigest()
        return digest[:32]

    sample = "amends"
    if fast(sample.encode()) == sealer.fingerprint(sample):
        return fast
    return lambda plain: sealer.fingerprint(plain.decode())


def _started(key: bytes) -> tuple[Callable[[], Any], Callable[[], Any]]:
    block = key.ljust(_BLOCK_BYTES, b"\0")
    inner: Any = _sha256(bytes(byte ^ 0x36 for byte in block))
    outer: Any = _sha256(bytes(byte ^ 0x5C for byte in block))
    return inner.copy, outer.copy


def started_hmac(key: bytes) -> Callable[[bytes], str]:
    """Return HMAC-SHA-256 under ``key`` as a function to 64 hexadecimal digits."""
    begin_inner, begin_outer = _started(key)

    def mac(message: bytes) -> str:
        first = begin_inner()
        first.update(message)
        second = begin_outer()
        second.update(first.digest())
        digest: str = second.hexdigest()
        return digest

    return mac
