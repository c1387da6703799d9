"""The key ring: the keys of a ledger by purpose and id, in one file outside the database.

::

    {"format": 2, "key_id": ..., "key": ..., "web_secret": ...,
     "keys": [{"purpose": "key-encryption" | "fingerprint", "key_id": ..., "state": ..., "key": base64}]}

``key`` is the **ledger key**: it signs what the gate answers, and opens the seals of the first version. A
*key-encryption key* wraps the data keys in the folder ``keys/``; a *fingerprint key* makes blind indexes. Each
has one ``current`` key; an ``incoming`` one is being brought in; a ``former`` key still opens (or, for fingerprints, is
still looked up by), and no longer seals.

The single-key file of the first version keeps working: its other keys are derived from the ledger key, as they
always were. The first change writes the new form, with the derived keys spelled out. Knows neither Django nor
the disk; `amends.ledger.home` reads and replaces the file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

KEY_BYTES: Final = 32
_FORMAT: Final = 2
_KEY_ID: Final = re.compile("[0-9a-f]{8}")


class Purpose(StrEnum):
    """What a named key may be used for; no key serves two purposes (NIST SP 800-57 part 1, section 5.2)."""

    KEY_ENCRYPTION = "key-encryption"
    FINGERPRINT = "fingerprint"


class KeyState(StrEnum):
    """Where in its life a key stands."""

    INCOMING = "incoming"
    CURRENT = "current"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class NamedKey:
    """One key with its id. The key itself stays out of every repr."""

    purpose: Purpose
    key_id: str
    state: KeyState
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of one ledger. Raises ``ValueError``, quoting nothing, for a ring that cannot be one."""

    key_id: str
    key: bytes = field(repr=False)
    web_secret: str = field(repr=False)
    keys: tuple[NamedKey, ...]

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES or not _KEY_ID.fullmatch(self.key_id):
            raise ValueError("the ledger key is damaged")
        for named in self.keys:
            if len(named.key) != KEY_BYTES or not _KEY_ID.fullmatch(named.key_id):
                raise ValueError("a key of the ring is damaged")
        for purpose in Purpose:
            ids = [key.key_id for key in self.of(purpose)]
            states = [key.state for key in self.of(purpose)]
            if len(set(ids)) != len(ids) or states.count(KeyState.CURRENT) != 1:
                raise ValueError("the ring does not have exactly one current key for each purpose")
            if states.count(KeyState.INCOMING) > 1:
                raise ValueError("the ring has two incoming keys for one purpose")

    def derived(self, purpose: bytes) -> bytes:
        """Return the ledger key's own key for one purpose: HKDF-Expand (RFC 5869) with one block."""
        return hmac.new(self.key, purpose + b"\x01", hashlib.sha256).digest()

    def of(self, purpose: Purpose) -> tuple[NamedKey, ...]:
        """Return the keys of one purpose: current, then incoming, then former ones."""
        order = (KeyState.CURRENT, KeyState.INCOMING, KeyState.FORMER)
        found = [key for key in self.keys if key.purpose is purpose]
        return tuple(sorted(found, key=lambda key: order.index(key.state)))

    def current(self, purpose: Purpose) -> NamedKey:
        """Return the key that new things are made with."""
        return self.of(purpose)[0]

    def incoming(self, purpose: Purpose) -> NamedKey | None:
        """Return the key that is being brought in, if any."""
        return next((key for key in self.of(purpose) if key.state is KeyState.INCOMING), None)

    def former(self, purpose: Purpose) -> tuple[NamedKey, ...]:
        """Return the keys that were current before."""
        return tuple(key for key in self.of(purpose) if key.state is KeyState.FORMER)

    def named(self, purpose: Purpose, key_id: str) -> NamedKey | None:
        """Return one key by its id."""
        return next((key for key in self.of(purpose) if key.key_id == key_id), None)

    def with_incoming(self, purpose: Purpose) -> KeyRing:
        """Return the ring with a new incoming key; the ring itself where one is incoming already."""
        if self.incoming(purpose):
            return self
        return replace(self, keys=(*self.keys, new_key(purpose, KeyState.INCOMING)))

    def with_promoted(self, purpose: Purpose) -> KeyRing:
        """Return the ring with its incoming key current and the current one former."""
        if not self.incoming(purpose):
            return self
        step = {KeyState.INCOMING: KeyState.CURRENT, KeyState.CURRENT: KeyState.FORMER}
        moved = (
            replace(key, state=step.get(key.state, key.state)) if key.purpose is purpose else key
            for key in self.keys
        )
        return replace(self, keys=tuple(moved))

    def without_former(self, purpose: Purpose) -> KeyRing:
        """Return the ring without the former keys of one purpose: what they made cannot be opened after it."""
        former = self.former(purpose)
        return replace(self, keys=tuple(key for key in self.keys if key not in former))

    def content(self) -> bytes:
        """Return the ring as its file holds it."""
        keys = [
            {"purpose": k.purpose, "key_id": k.key_id, "state": k.state, "key": _text(k.key)}
            for k in self.keys
        ]
        whole = {
            "format": _FORMAT,
            "key_id": self.key_id,
            "key": _text(self.key),
            "web_secret": self.web_secret,
            "keys": keys,
        }
        return json.dumps(whole, indent=1).encode()


def new_key(purpose: Purpose, state: KeyState) -> NamedKey:
    """Return a new random key with a new random id."""
    return NamedKey(purpose, secrets.token_hex(4), state, secrets.token_bytes(KEY_BYTES))


def new_ring() -> KeyRing:
    """Return the ring of a new ledger: every key random, none derived from another."""
    return KeyRing(
        key_id=secrets.token_hex(4),
        key=secrets.token_bytes(KEY_BYTES),
        web_secret=secrets.token_urlsafe(50),
        keys=tuple(new_key(purpose, KeyState.CURRENT) for purpose in Purpose),
    )


def ring_of(content: bytes) -> KeyRing:
    """Return the ring that a key file holds, of the first form or this one.

    Raises ``ValueError``, quoting nothing of it, for anything else.
    """
    whole: Any = json.loads(content)
    if not isinstance(whole, dict):
        raise ValueError("the key file is no table")
    try:
        ledger_key = _bytes(whole["key"])
        key_id, web_secret = str(whole["key_id"]), str(whole["web_secret"])
        if "format" not in whole:
            return KeyRing(key_id, ledger_key, web_secret, _derived_keys(key_id, ledger_key))
        if whole["format"] != _FORMAT:
            raise ValueError("the key file is of a later form")
        return KeyRing(key_id, ledger_key, web_secret, tuple(_named(entry) for entry in whole["keys"]))
    except (KeyError, TypeError):
        raise ValueError("the key file lacks something") from None


def _derived_keys(key_id: str, key: bytes) -> tuple[NamedKey, ...]:
    labels = {
        Purpose.KEY_ENCRYPTION: b"amends/key-encryption/1",
        Purpose.FINGERPRINT: b"amends/fingerprint/1",
    }
    return tuple(
        NamedKey(purpose, key_id, KeyState.CURRENT, hmac.new(key, label + b"\x01", hashlib.sha256).digest())
        for purpose, label in labels.items()
    )


def _named(entry: Any) -> NamedKey:
    return NamedKey(
        Purpose(entry["purpose"]), str(entry["key_id"]), KeyState(entry["state"]), _bytes(entry["key"])
    )


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str):
        raise ValueError("a key is no text")
    return base64.b64decode(text, validate=True)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
