"""A short text with an Ed25519 signature under it, in the form that transparency logs use (C2SP signed-note).

::

    <text, one or more lines>

    — <name of the key> <base64 of: key id (4 bytes), signature (64 bytes)>

The dash is U+2014. The signature (RFC 8032) is over the text with its last line feed. A public key is one line,
``<name>+<key id in hex>+<base64 of: 0x01, key (32 bytes)>``, and its id is the beginning of SHA-256 over
``<name> LF 0x01 <key>``, so that other programs for such notes can check these too.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519: Final = b"\x01"
_SIGNED: Final = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_PUBLIC: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class NoteError(ValueError):
    """A text that is no note, or a line that is no public key; the message says why."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a note is checked with. It tells its keeper nothing and can be given to anybody."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, line: str) -> PublicKey:
        """Read one line. Raises `NoteError` where it is no public key."""
        parts = _PUBLIC.fullmatch(line.strip())
        content = _decoded(parts[3]) if parts else b""
        if parts is None or content[:1] != _ED25519 or len(content) != 33:
            raise NoteError("the line is no Ed25519 public key")
        found = cls(parts[1], content[1:])
        if found.key_id.hex() != parts[2]:
            raise NoteError("the id of the public key is not that of its content")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature says whose it is."""
        return hashlib.sha256(f"{self.name}\n".encode() + _ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.key).decode()}"

    def fits(self, note: Note) -> bool:
        """Return whether this key signed exactly this text."""
        for name, content in note.signatures:
            if name == self.name and content[:4] == self.key_id:
                try:
                    Ed25519PublicKey.from_public_bytes(self.key).verify(content[4:], note.text.encode())
                except InvalidSignature:
                    continue
                return True
        return False


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures that stand under it, not yet checked by anybody."""

    text: str
    """Ends in a line feed."""
    signatures: tuple[tuple[str, bytes], ...]
    """Name, and key id with signature, of each."""

    def __str__(self) -> str:
        lines = [f"— {name} {base64.b64encode(content).decode()}\n" for name, content in self.signatures]
        return f"{self.text}\n{''.join(lines)}"

    @classmethod
    def parse(cls, text: str) -> Note:
        """Read a note. Raises `NoteError` where it is none."""
        head, blank, tail = text.rstrip("\n").rpartition("\n\n")
        found = [_SIGNED.fullmatch(line) for line in tail.split("\n")]
        if not blank or not head or not all(found):
            raise NoteError("the text is not followed by an empty line and signatures")
        signatures = tuple((parts[1], _decoded(parts[2])) for parts in found if parts)
        return cls(f"{head}\n", signatures)


class SigningKey:
    """The private half; never shown, never in the database."""

    def __init__(self, name: str, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        key = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = PublicKey(name, key)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.name!r})"

    def sign(self, text: str) -> Note:
        """Return the text as a note; ``text`` ends in a line feed."""
        signature = self._private.sign(text.encode())
        return Note(text, ((self.public.name, self.public.key_id + signature),))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NoteError("a part of the note is not base64") from error
