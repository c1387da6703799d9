"""The hold list of one acting system: how it is written, signed and chained, for who writes and who reads it.

A list says which identifiers are under a hold, and says it only to the system that it is for: each entry is
HMAC-SHA-256 of the normalised identifier under that system's own key, cut to 128 bits (RFC 2104, section 5). Without
the key nobody can try identifiers against a list, and the lists of two systems cannot be laid side by side.

A document is UTF-8 text. Its first line is a header, a JSON object; the lines after it are the entries, sorted. ::

    {"format":"amends-hold-list/1","kind":"full","sequence":7,"digest":"...","mac":"...", ...}
    00a1...            one entry a line; in a delta +00a1... was added and -7f03... was removed

The header is signed (HMAC-SHA-256 over its canonical JSON without ``mac``) and covers the lines by their SHA-256. A
delta names the digest of the list that it changes, so that a lost, reordered or forged one shows. Documents may follow
each other without anything in between.

Does not say what may be done: that an identifier is not on a list authorises nothing; only an answer of the gate does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from amends.vocabulary.errors import UsageError
from amends.vocabulary.identifier import normalised_identifier

FORMAT: Final = "amends-hold-list/1"
FULL: Final = "full"
DELTA: Final = "delta"
POINTER: Final = "current.json"
"""Name of the file that says which list is in force; everything else in the folder never changes."""
ENTRY_CHARACTERS: Final = 32
SECRET_PREFIX: Final = "amendslist"
_SECRET: Final = re.compile(SECRET_PREFIX + r"_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class ListKeys:
    """The keys that one acting system shares with the ledger. Their repr shows the key id alone."""

    key_id: str
    entry_key: bytes = field(repr=False)
    """Under which identifiers become entries."""
    signing_key: bytes = field(repr=False)
    """Under which lists and deltas are signed."""
    webhook_key: bytes = field(repr=False)
    """Under which webhooks are signed."""

    @classmethod
    def from_secret(cls, secret: str) -> ListKeys:
        """Return the keys of a list secret, ``amendslist_<key id>_<43 characters>``.

        One secret is handed over and one key is derived for each purpose: HKDF-Expand (RFC 5869) with one block.
        Raises `UsageError` ``list-secret-invalid``.
        """
        parts = _SECRET.fullmatch(secret.strip())
        if parts is None:
            raise UsageError(
                "list-secret-invalid",
                "this is not a list secret",
                hint="copy it whole, as it was shown when the acting system was registered",
            )
        return cls.derived(parts[1], base64.urlsafe_b64decode(parts[2] + "="))

    @classmethod
    def derived(cls, key_id: str, secret: bytes) -> ListKeys:
        """Return the keys derived from the 32 random bytes of a list secret."""
        purposes = (b"amends/list-entry/1", b"amends/list-signature/1", b"amends/webhook/1")
        return cls(key_id, *(hmac.digest(secret, purpose + b"\x01", "sha256") for purpose in purposes))

    @property
    def webhook_secret(self) -> str:
        """The webhook key as libraries for the Standard Webhooks specification expect it."""
        return "whsec_" + base64.b64encode(self.webhook_key).decode("ascii")


def written_secret(key_id: str, secret: bytes) -> str:
    """Return a list secret as it is handed over."""
    return f"{SECRET_PREFIX}_{key_id}_{base64.urlsafe_b64encode(secret).decode('ascii').rstrip('=')}"


def list_entry(identifier: str, keys: ListKeys) -> str:
    """Return the entry for an identifier in any writing, or the empty string where nothing is left of it."""
    normalised = normalised_identifier(identifier)
    return entry_of_normalised(normalised.encode(), keys.entry_key) if normalised else ""


def entry_of_normalised(normalised: bytes, entry_key: bytes) -> str:
    """Return the entry for an identifier that is normalised already."""
    return hmac.digest(entry_key, normalised, "sha256").hex()[:ENTRY_CHARACTERS]


def is_entry(text: object) -> bool:
    """Whether this could be an entry: 32 lower-case hexadecimal digits. An identifier never is."""
    return isinstance(text, str) and len(text) == ENTRY_CHARACTERS and set(text) <= set("0123456789abcdef")


def full_body(entries: Iterable[str]) -> bytes:
    """Return the lines of a full list."""
    return "".join(f"{entry}\n" for entry in sorted(entries)).encode("ascii")


def delta_body(added: Iterable[str], removed: Iterable[str]) -> bytes:
    """Return the lines of a delta: what was added, then what was removed."""
    lines = [*(f"+{entry}\n" for entry in sorted(added)), *(f"-{entry}\n" for entry in sorted(removed))]
    return "".join(lines).encode("ascii")


def list_digest(entries: Collection[str]) -> str:
    """Return the SHA-256 of a list: by it two lists are the same, and it is what a system acknowledges."""
    return hashlib.sha256(full_body(entries)).hexdigest()


def document(header: Mapping[str, Any], body: bytes, keys: ListKeys) -> bytes:
    """Return a signed document: the header, completed and signed, and its lines."""
    completed = {
        **header,
        "format": FORMAT,
        "lines": body.count(b"\n"),
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "key_id": keys.key_id,
    }
    signed = {**completed, "mac": header_mac(completed, keys.signing_key)}
    return canonical(signed) + b"\n" + body


def header_mac(header: Mapping[str, Any], signing_key: bytes) -> str:
    """Return the signature of a header, over everything in it but ``mac``."""
    signed = {name: value for name, value in header.items() if name != "mac"}
    return hmac.digest(signing_key, canonical(signed), "sha256").hex()


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return JSON with sorted keys and without white space, so that equal contents have equal bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def full_name(sequence: int) -> str:
    """Return the file name of the full list of this sequence number."""
    return f"list-{sequence:08d}.txt"


def delta_name(sequence: int) -> str:
    """Return the file name of the delta that leads to this sequence number."""
    return f"delta-{sequence:08d}.txt"


def webhook_signature(event_id: str, timestamp: int, body: bytes, webhook_key: bytes) -> str:
    """Return the header ``webhook-signature`` of the Standard Webhooks specification (symmetric, version 1)."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + binascii.b2a_base64(hmac.digest(webhook_key, signed, "sha256"), newline=False).decode()
