"""Copies a file so that what was read is what is kept: hashed on the way, flushed, whole or not there."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from pathlib import Path
from typing import Final

from amends.cli.watching.inbox import Signature
from amends.ledger.durable import OWNER_ONLY_FILE, keep_names

_BLOCK: Final = 1 << 20


class ChangedError(Exception):
    """Somebody wrote into the file while it was copied: it is not whole."""


def copy_whole(source: Path, draft: Path, target: Path) -> tuple[str, Signature]:
    """Copy ``source`` by way of ``draft`` to ``target``; return the SHA-256 of what was copied and what it was like.

    ``draft`` and ``target`` lie in one file system. Raises `ChangedError` where the source changed meanwhile or is no
    plain file, ``OSError`` where it cannot be read or written; then ``target`` is not there.
    """
    with _plain_file(source) as reading:
        before = Signature.of(os.fstat(reading.fileno()))
        draft.unlink(missing_ok=True)
        sha256 = hashlib.sha256()
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY_FILE)
        with os.fdopen(descriptor, "wb") as writing:
            length = 0
            while block := reading.read(_BLOCK):
                sha256.update(block)
                writing.write(block)
                length += len(block)
            writing.flush()
            os.fsync(writing.fileno())
        if Signature.of(os.fstat(reading.fileno())) != before or length != before.size:
            draft.unlink()
            raise ChangedError
    draft.replace(target)
    keep_names(target.parent)
    return sha256.hexdigest(), before


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a plain file. Raises ``OSError`` and `ChangedError` as `copy_whole` does."""
    with _plain_file(file) as reading:
        return hashlib.file_digest(reading, "sha256").hexdigest()


def is_plain_file(path: Path) -> bool:
    """Return whether a file stands there that is no link to another."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _plain_file(path: Path) -> io.BufferedReader:
    # Without O_NONBLOCK, a pipe that took the file's place would hold us for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ChangedError
    return os.fdopen(descriptor, "rb")
