"""Checkpoints: signed statements of how long the journal was and what stood in it, kept outside the database (R54).

One note each (`amends.ledger.signed_note`; the first three lines as in C2SP tlog-checkpoint)::

    amends-journal-8c1f5a0e2b7d9c34      origin: which journal this is
    1042                                 entries
    5Kx3...=                             root of the tree over them, base64
    chain 9f2c...e1                      digest of the last of them
    at 2031-03-03T18:00:00.000000+00:00  when, by the clock of the machine

    — amends-journal-8c1f5a0e2b7d9c34 ...

Files of checkpoints are only ever appended to. What is signed tells its keeper nothing about anybody, and binds the
organisation: from then on no journal with another past fits. It does not bind what was never written down, and a
file that the organisation alone keeps binds it to nothing: give copies away.
"""

from __future__ import annotations

import base64
import fcntl
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.ledger.against_checkpoints import Anchor
from amends.ledger.chain import Break
from amends.ledger.home import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER
from amends.ledger.merkle import HASH_BYTES
from amends.ledger.signed_note import Note, NoteError, PublicKey, SigningKey
from amends.vocabulary.errors import FaultError, UsageError

_LINES: Final = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"chain (?P<chain>[0-9a-f]{64})\nat (?P<at>[0-9T:.+-]{32})\n"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one checkpoint says."""

    origin: str
    anchor: Anchor
    at: str
    """ISO 8601 in UTC."""

    @property
    def text(self) -> str:
        """The lines that are signed."""
        root = base64.b64encode(self.anchor.root).decode()
        return f"{self.origin}\n{self.anchor.size}\n{root}\nchain {self.anchor.chain}\nat {self.at}\n"

    @classmethod
    def of(cls, note: Note) -> Checkpoint:
        """Read what a note says. Raises `NoteError` where it is no checkpoint."""
        parts = _LINES.fullmatch(note.text)
        root = base64.b64decode(parts["root"]) if parts else b""
        if parts is None or len(root) != HASH_BYTES:
            raise NoteError("the lines are not those of a checkpoint")
        return cls(parts["origin"], Anchor(int(parts["size"]), root, parts["chain"]), parts["at"])


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it stands in a file: what it says, and the note that shows who said so."""

    checkpoint: Checkpoint
    note: Note

    def is_of(self, keys: Sequence[PublicKey]) -> bool:
        """Return whether one of the keys signed it, under the name of the journal that it speaks of."""
        return any(key.name == self.checkpoint.origin and key.fits(self.note) for key in keys)


def sign(checkpoint: Checkpoint, key: SigningKey) -> Signed:
    """Sign a checkpoint."""
    return Signed(checkpoint, key.sign(checkpoint.text))


def trusted_anchors(
    found: Sequence[Signed], keys: Sequence[PublicKey]
) -> tuple[tuple[Anchor, ...], tuple[Break, ...]]:
    """Return what the checkpoints say that one of the keys signed, and a break for each that none of them did."""
    forged = tuple(
        Break(
            signed.checkpoint.anchor.size,
            "forged",
            f"the checkpoint of {signed.checkpoint.anchor.size} entries was not signed with a key that was given",
        )
        for signed in found
        if not signed.is_of(keys)
    )
    return tuple(signed.checkpoint.anchor for signed in found if signed.is_of(keys)), forged


def parse_checkpoints(text: str, *, where: str) -> tuple[Signed, ...]:
    """Read a file of checkpoints. Raises `UsageError` ``checkpoints-unreadable``, naming the line, for anything else.

    A line that is neither is never passed over: behind it a checkpoint could be missing.
    """
    found: list[Signed] = []
    waiting: list[str] = []
    signed = False
    lines = [*text.split("\n"), ""]
    for number, line in enumerate(lines, start=1):
        is_signature = line.startswith("— ")
        if signed and not is_signature:
            found.append(_signed("\n".join(waiting), where, number - 1))
            waiting, signed = [], False
        if waiting or line:
            waiting.append(line)
        signed = signed or is_signature
    if any(waiting):
        raise _unreadable(where, len(lines), "the last checkpoint has no signature")
    if not found:
        raise _unreadable(where, 1, "there is none in the file")
    return tuple(found)


def read_checkpoints(file: Path) -> tuple[Signed, ...]:
    """Read a file of checkpoints. Raises `UsageError` ``checkpoints-unreadable``."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "checkpoints-unreadable", "the checkpoints cannot be read", hint="check the path", where=str(file)
        ) from error
    return parse_checkpoints(text, where=file.name)


def append_checkpoint(signed: Signed, file: Path) -> bool:
    """Add a checkpoint to a file, and bring it to disk; return False where the very note stands there already.

    Raises `FaultError` ``checkpoint-unwritable``.
    """
    note = str(signed.note)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ONLY_FILE)
        with os.fdopen(descriptor, "r+b") as stream:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            before = stream.read()
            if note.encode() in before:
                return False
            whole = _whole_notes(before)
            if whole < len(before):
                # A full disk or a lost machine cut the last write short; nobody was told that it stands.
                stream.truncate(whole)
            stream.write((b"\n" if whole else b"") + note.encode())
            stream.flush()
            os.fsync(descriptor)
    except OSError as error:
        raise FaultError(
            "checkpoint-unwritable",
            f"a checkpoint could not be written: {error.strerror}",
            hint="free space, mend the permissions or name another file, then run `amends journal checkpoint`",
            where=str(file),
        ) from error
    return True


def _whole_notes(content: bytes) -> int:
    """Return how many bytes of a file of checkpoints end in a whole signature line."""
    if not content.strip():
        return 0
    end = len(content)
    while end:
        begin = content.rfind(b"\n", 0, end - 1) + 1
        if content[begin:end].startswith("— ".encode()) and content[begin:end].endswith(b"\n"):
            return end
        end = begin
    return 0


def read_public_keys(file: Path) -> tuple[PublicKey, ...]:
    """Read one public key a line. Raises `UsageError` ``public-key-unreadable``, naming the line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        keys = tuple(PublicKey.parse(line) for line in lines if line.strip() and not line.startswith("#"))
    except (OSError, ValueError) as error:
        raise UsageError(
            "public-key-unreadable",
            "the file holds no public key of a journal",
            hint="give the file that `amends journal public-key` wrote",
            where=file.name,
        ) from error
    if not keys:
        raise UsageError(
            "public-key-unreadable",
            "the file is empty",
            hint="see `amends journal public-key`",
            where=file.name,
        )
    return keys


def _signed(text: str, where: str, number: int) -> Signed:
    try:
        note = Note.parse(text)
        return Signed(Checkpoint.of(note), note)
    except NoteError as error:
        raise _unreadable(where, number, str(error)) from error


def _unreadable(where: str, number: int, why: str) -> UsageError:
    return UsageError(
        "checkpoints-unreadable",
        f"a checkpoint cannot be read: {why}",
        hint="give the file as `amends journal checkpoint` wrote it, whole",
        where=f"{where}, line {number}",
    )
