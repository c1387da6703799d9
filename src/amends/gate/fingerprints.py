"""Identifiers as the ledger knows them: normalised, then fingerprinted under a key that no database holds.

An identifier that cannot be one (empty, too long, nothing but zeros, with control characters) has no
fingerprint, and nobody without a fingerprint is clear.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from amends.ledger.fingerprints import Fingerprinter, fingerprint
from amends.ledger.home import LedgerHome
from amends.ledger.keyring import NamedKey, Purpose
from amends.vocabulary.errors import FaultError
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

    The way for plain ASCII without a point is a fast one; the other is the definition itself.
    """
    if len(text) > LONGEST or not text.isprintable():
        return b""
    if not text.isascii() or "." in text or "+" in text:
        return normalised_identifier(text).encode()
    raw = text.encode("ascii")
    digits = raw.translate(None, _NOT_A_DIGIT)
    if len(digits) >= _FEWEST_DIGITS:
        return digits.lstrip(b"0")
    return raw.translate(None, _NOT_ALPHANUMERIC).upper().lstrip(b"0")


class Fingerprints:
    """Makes the fingerprints of an identifier under every key that rows of the ledger may still bear.

    It is what one ring of keys says and never changes: a round of answers goes by one, so that what it looks up and
    the keys it is judged by are always of one ring.
    """

    def __init__(self, home: LedgerHome) -> None:
        ring = home.ring()
        self.key_ids: Final = Fingerprinter(ring).key_ids
        """Of the keys under which a fingerprint may stand, that of today first: several only during a re-key."""
        self._makers = tuple(_fast_fingerprint(key) for key in ring.of(Purpose.FINGERPRINT))

    @property
    def key_id(self) -> str:
        """Of the key under which the ledger makes fingerprints today."""
        return self.key_ids[0]

    def of(self, identifier: str) -> tuple[str, ...]:
        """Return the fingerprints, that of today's key first; none for what cannot be an identifier."""
        plain = normalised(identifier)
        return tuple([make(plain) for make in self._makers]) if plain else ()

    def of_all(self, identifiers: Iterable[str]) -> list[tuple[str, ...]]:
        """Return what `of` returns for each; under one key, as nearly always, without a call for each."""
        if len(self._makers) != 1:
            return [self.of(identifier) for identifier in identifiers]
        make = self._makers[0]
        return [(make(plain),) if plain else () for plain in map(normalised, identifiers)]


class CurrentFingerprints:
    """The fingerprints by the ring as it was read last; read again when the ledger has gone over to another key."""

    def __init__(self, home: LedgerHome) -> None:
        self._home = home
        self._read = Fingerprints(home)

    def now(self) -> Fingerprints:
        """Return what a round of answers goes by."""
        return self._read

    def renew(self) -> None:
        """Read the ring again; where it cannot be read the old one stays, and nobody is clear under it."""
        with suppress(FaultError):
            self._read = Fingerprints(self._home)


def _fast_fingerprint(key: NamedKey) -> Callable[[bytes], str]:
    """Return `amends.ledger.fingerprints.fingerprint` with the key blocks of HMAC (RFC 2104) hashed once and for all.

    Where it does not agree with the ledger's own way, that is taken: slower, and right.
    """
    begin_inner, begin_outer = _started(key.key)

    def fast(plain: bytes) -> str:
        first = begin_inner()
        first.update(plain)
        second = begin_outer()
        second.update(first.digest())
        digest: str = second.hexdigest()
        return digest[:32]

    sample = "amends"
    if fast(sample.encode()) == fingerprint(key, sample):
        return fast
    return lambda plain: fingerprint(key, plain.decode())


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
