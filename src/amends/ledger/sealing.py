"""Encryption at rest: personal values and preserved files are sealed before they reach disk.

AES-256-GCM-SIV (RFC 8452), which a repeated nonce does not break, with a fresh 96-bit nonce for each seal, under a
data key of the *scope* that the value belongs to (`amends.ledger.data_keys`). A sealed value names its
data key, and is bound to that name and to what it belongs to (associated data), so that a sealed value moved
to another row does not open there.

::

    byte   0   1 ........ 8   9 ....... 20   21 ..............
           2   data key id     nonce (12)     ciphertext + tag (16)
           1   key id (ascii)  nonce (12)     ciphertext + tag (16)    the first version: AES-256-GCM, still opened
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV

from amends.ledger.data_keys import DataKeys
from amends.ledger.fingerprints import Fingerprinter
from amends.ledger.home import LedgerHome
from amends.ledger.scope_keys import SHARED, DataKind, Scope
from amends.vocabulary.errors import FaultError

_FIRST_VERSION: Final = 1
_VERSION: Final = 2
_NONCE_BYTES: Final = 12
_ID_END: Final = 9
_HEADER_BYTES: Final = _ID_END + _NONCE_BYTES


class Sealer:
    """Seals values under one scope, opens those of any scope, and makes keyed fingerprints.

    A sealer from `scoped` keeps its data key, so that a million seals look it up once: make it inside the
    transaction in which you write, and do not keep it.
    """

    def __init__(self, home: LedgerHome, *, scope: Scope = SHARED, data_keys: DataKeys | None = None) -> None:
        self._home = home
        self._scope = scope
        self._data_keys = data_keys or DataKeys(home)
        self._fingerprinter: Fingerprinter | None = None

    def scoped(self, reference: str, kind: DataKind = DataKind.PERSON_DETAILS) -> Sealer:
        """Return a sealer for one kind of data of one incident, which can be erased without the rest."""
        return _ScopedSealer(self, self._home, Scope(reference, kind))

    @property
    def data_keys(self) -> DataKeys:
        """The data keys that this sealer uses."""
        return self._data_keys

    @cached_property
    def _first_version(self) -> tuple[bytes, AESGCM]:
        ring = self._home.ring()
        return ring.key_id.encode("ascii"), AESGCM(ring.derived(b"amends/seal/1"))

    def _sealing(self) -> tuple[bytes, AESGCMSIV]:
        return self._data_keys.sealing(self._scope)

    def seal(self, plain: bytes, *, bound_to: str) -> bytes:
        """Return ``plain`` encrypted; it opens only with the same ``bound_to``."""
        identity, cipher = self._sealing()
        nonce = os.urandom(_NONCE_BYTES)
        header = b"\x02" + identity
        return header + nonce + cipher.encrypt(nonce, plain, header + bound_to.encode())

    def seal_each(self, plains: Iterable[tuple[bytes, str]]) -> list[bytes]:
        """Return each (plain bytes, what it is bound to) sealed as `seal` does, the nonces drawn at one go."""
        wanted = list(plains)
        identity, cipher = self._sealing()
        header, encrypt = b"\x02" + identity, cipher.encrypt
        random = os.urandom(_NONCE_BYTES * len(wanted))
        nonces = [random[at : at + _NONCE_BYTES] for at in range(0, len(random), _NONCE_BYTES)]
        return [
            header + nonce + encrypt(nonce, plain, header + bound_to.encode())
            for nonce, (plain, bound_to) in zip(nonces, wanted, strict=True)
        ]

    def unseal(self, sealed: bytes, *, bound_to: str) -> bytes:
        """Return the plain bytes.

        Raises `FaultError` ``seal-broken`` when changed, moved or of another ledger, ``erased`` when its data
        key has been destroyed.
        """
        header, cipher = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
        try:
            if len(header) < _HEADER_BYTES:
                raise InvalidTag
            if header[0] == _FIRST_VERSION:
                return self._of_first_version(header, cipher, bound_to)
            opened = self._data_keys.opening(header[1:_ID_END]) if header[0] == _VERSION else None
            if opened is None:
                raise InvalidTag
            return opened.decrypt(header[_ID_END:], cipher, header[:_ID_END] + bound_to.encode())
        except InvalidTag as error:
            raise FaultError(
                "seal-broken",
                "a sealed value does not open: it was changed, moved, or sealed with another key",
                hint="check that key file and data keys belong to this ledger, then run `amends journal verify`",
                where=bound_to,
            ) from error

    def _of_first_version(self, header: bytes, cipher: bytes, bound_to: str) -> bytes:
        key_id, opened = self._first_version
        if header[1:_ID_END] != key_id:
            raise InvalidTag
        return opened.decrypt(header[_ID_END:], cipher, bound_to.encode())

    def seal_record(self, record: dict[str, Any], *, bound_to: str) -> bytes:
        """Seal a small record as JSON."""
        return self.seal(json.dumps(record, ensure_ascii=False).encode(), bound_to=bound_to)

    def unseal_record(self, sealed: bytes, *, bound_to: str) -> dict[str, Any]:
        """Open a record that `seal_record` sealed."""
        record: dict[str, Any] = json.loads(self.unseal(sealed, bound_to=bound_to))
        return record

    @property
    def fingerprinter(self) -> Fingerprinter:
        """What makes fingerprints under the keys of the ring; read once, so that one run uses one key."""
        if self._fingerprinter is None:
            self._fingerprinter = Fingerprinter(self._home.ring())
        return self._fingerprinter

    @property
    def fingerprint_key_id(self) -> str:
        """Id of the key under which fingerprints are made."""
        return self.fingerprinter.key_id

    def fingerprint(self, value: str) -> str:
        """Return the keyed fingerprint of a normalised identifier under the current key."""
        return self.fingerprinter.current(value)


class _ScopedSealer(Sealer):
    """A sealer for one batch: the data key is looked up once, and fingerprints are those of its maker."""

    def __init__(self, maker: Sealer, home: LedgerHome, scope: Scope) -> None:
        super().__init__(home, scope=scope, data_keys=maker.data_keys)
        self._maker = maker

    @cached_property
    def _current(self) -> tuple[bytes, AESGCMSIV]:
        return self._data_keys.sealing(self._scope)

    def _sealing(self) -> tuple[bytes, AESGCMSIV]:
        return self._current

    @property
    def fingerprinter(self) -> Fingerprinter:
        """What makes fingerprints for the sealer that this one came from: one run never mixes two keys."""
        return self._maker.fingerprinter


def data_key_of(sealed: bytes) -> str:
    """Return the id of the data key that a value was sealed with; empty for a seal of the first version."""
    return sealed[1:_ID_END].hex() if sealed[:1] == b"\x02" else ""
