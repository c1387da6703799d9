"""Data keys of one scope, as their file holds them: wrapped by a key-encryption key, or destroyed.

A *scope* is what is erased as a whole: one kind of data of one incident, one preserved artefact, or what spans
incidents. Its data keys seal the values themselves; they lie wrapped (AES-256-GCM-SIV, RFC 8452) under the
key-encryption key of the ring, bound to scope and id, so that a wrapped key cannot pass for that of another.

::

    {"format": 1, "scope": "2031-03-03-0123456789.person-details", "closed": false,
     "keys": [{"id": ..., "state": "current", "wrapped_by": ..., "wrapped": base64}], "destroyed": [id, ...]}
"""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from amends.ledger.keyring import KEY_BYTES, KeyRing, KeyState, Purpose

ID_BYTES: Final = 8
_FORMAT: Final = 1
_NONCE_BYTES: Final = 12
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


class DataKind(StrEnum):
    """Kinds of sealed data that a retention rule may end at different times."""

    PERSON_DETAILS = "person-details"
    IDENTIFIERS = "identifiers"
    LEAKED_FILE = "leaked-file"
    SHARED = "shared"
    """What spans incidents, such as representatives."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is erased as a whole. Raises ``ValueError`` for a name that could not name a file."""

    name: str
    """Reference of the incident, SHA-256 of the artefact, or ``ledger``."""
    kind: DataKind

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a scope is named by a reference")

    def __str__(self) -> str:
        return f"{self.name}.{self.kind}"


SHARED: Final = Scope("ledger", DataKind.SHARED)


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """One data key, wrapped."""

    identity: str
    """16 hexadecimal digits; stands in the header of everything that the key sealed."""
    state: KeyState
    wrapped_by: str
    """Id of the key-encryption key."""
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScopeKeys:
    """The data keys of one scope, and the ids of those that were destroyed."""

    scope: Scope
    keys: tuple[WrappedKey, ...] = ()
    destroyed: tuple[str, ...] = ()
    closed: bool = False
    """Erased for good: nothing new is sealed here."""

    def in_state(self, state: KeyState) -> tuple[WrappedKey, ...]:
        """Return the keys in one state."""
        return tuple(key for key in self.keys if key.state is state)

    def with_new(self, ring: KeyRing, state: KeyState) -> ScopeKeys:
        """Return these with one more random key."""
        identity = os.urandom(ID_BYTES).hex()
        kek = ring.current(Purpose.KEY_ENCRYPTION)
        wrapped = _wrap(kek.key, os.urandom(KEY_BYTES), self._bound(identity, kek.key_id))
        return replace(self, keys=(*self.keys, WrappedKey(identity, state, kek.key_id, wrapped)))

    def with_promoted(self) -> ScopeKeys:
        """Return these with the incoming key current and the current one former."""
        step = {KeyState.INCOMING: KeyState.CURRENT, KeyState.CURRENT: KeyState.FORMER}
        if not self.in_state(KeyState.INCOMING):
            return self
        return replace(
            self, keys=tuple(replace(key, state=step.get(key.state, key.state)) for key in self.keys)
        )

    def without(self, identities: frozenset[str]) -> ScopeKeys:
        """Return these without some keys, whose ids stay behind as destroyed."""
        gone = [key.identity for key in self.keys if key.identity in identities]
        return replace(
            self,
            keys=tuple(key for key in self.keys if key.identity not in identities),
            destroyed=tuple(dict.fromkeys([*self.destroyed, *gone])),
        )

    def rewrapped(self, ring: KeyRing) -> ScopeKeys:
        """Return these with every key wrapped by the current key-encryption key."""
        kek = ring.current(Purpose.KEY_ENCRYPTION)
        return replace(
            self,
            keys=tuple(
                key
                if key.wrapped_by == kek.key_id
                else replace(
                    key,
                    wrapped_by=kek.key_id,
                    wrapped=_wrap(kek.key, self.unwrapped(key, ring), self._bound(key.identity, kek.key_id)),
                )
                for key in self.keys
            ),
        )

    def unwrapped(self, key: WrappedKey, ring: KeyRing) -> bytes:
        """Return the data key itself. Raises ``ValueError`` where no key of the ring opens it."""
        kek = ring.named(Purpose.KEY_ENCRYPTION, key.wrapped_by)
        if kek is None:
            raise ValueError("the key-encryption key is not on the ring")
        nonce, sealed = key.wrapped[:_NONCE_BYTES], key.wrapped[_NONCE_BYTES:]
        try:
            return AESGCMSIV(kek.key).decrypt(nonce, sealed, self._bound(key.identity, kek.key_id))
        except InvalidTag as error:
            raise ValueError("the wrapped key was changed or moved") from error

    def _bound(self, identity: str, wrapped_by: str) -> bytes:
        return f"amends/data-key/1|{self.scope}|{identity}|{wrapped_by}".encode()

    def content(self) -> bytes:
        """Return these as their file holds them."""
        keys = [
            {
                "id": key.identity,
                "state": key.state,
                "wrapped_by": key.wrapped_by,
                "wrapped": base64.b64encode(key.wrapped).decode(),
            }
            for key in self.keys
        ]
        whole = {
            "format": _FORMAT,
            "scope": str(self.scope),
            "closed": self.closed,
            "keys": keys,
            "destroyed": list(self.destroyed),
        }
        return json.dumps(whole, indent=1).encode()


def scope_keys_of(content: bytes) -> ScopeKeys:
    """Return what a file of data keys holds. Raises ``ValueError``, quoting nothing, for anything else."""
    whole: Any = json.loads(content)
    try:
        if whole["format"] != _FORMAT:
            raise ValueError("the data keys are of a later form")
        name, _, kind = str(whole["scope"]).partition(".")
        return ScopeKeys(
            scope=Scope(name, DataKind(kind)),
            keys=tuple(
                WrappedKey(
                    str(entry["id"]),
                    KeyState(entry["state"]),
                    str(entry["wrapped_by"]),
                    base64.b64decode(entry["wrapped"], validate=True),
                )
                for entry in whole["keys"]
            ),
            destroyed=tuple(map(str, whole["destroyed"])),
            closed=bool(whole["closed"]),
        )
    except (KeyError, TypeError):
        raise ValueError("the file of data keys lacks something") from None


def _wrap(kek: bytes, key: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCMSIV(kek).encrypt(nonce, key, bound)
