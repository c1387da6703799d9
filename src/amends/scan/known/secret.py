"""The key file: 128 random bits, without which an index says nothing and with which it says who is in it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

from amends.scan.known.siphash import KEY_BYTES
from amends.vocabulary.errors import FaultError, UsageError

_WRITTEN: Final = re.compile(rb"amends-known-key/1 ([0-9a-f]{32})\s*")
_MOST_BYTES: Final = 4096


def read_key(path: Path) -> bytes:
    """Return the key in a file.

    Raises `UsageError` ``known-key-missing``, ``known-key-invalid``, and ``known-key-exposed`` where everybody on the
    machine may read it.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MOST_BYTES)
    except OSError:
        raise UsageError(
            "known-key-missing",
            "The key file of the index cannot be read.",
            hint="Give the key file that this user may read, or make one with `amends known new-key`.",
            where=path.name,
        ) from None
    found = _WRITTEN.fullmatch(content)
    if found is None:
        raise UsageError(
            "known-key-invalid",
            "This is not a key file of an index of known people.",
            hint="Give the file that `amends known new-key` wrote.",
            where=path.name,
        )
    if mode & stat.S_IRWXO:
        raise UsageError(
            "known-key-exposed",
            "Everybody on this machine may read the key file; whoever has it and the index can try out identifiers.",
            hint="Take the rights of others away (chmod o= FILE); if others have read it, make a new key.",
            where=path.name,
        )
    return bytes.fromhex(found[1].decode("ascii"))


def write_key(path: Path, key: bytes) -> None:
    """Write a new key file for its owner alone. Raises `UsageError` ``known-key-exists`` instead of replacing one."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise UsageError(
            "known-key-exists",
            "There is a file of that name, and a key that is overwritten makes its index useless.",
            hint="Name another file.",
            where=path.name,
        ) from None
    except OSError:
        raise FaultError(
            "known-key-not-written",
            "The key file cannot be written there.",
            hint="Name a file in a folder that exists and that this user may write to.",
            where=path.name,
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"amends-known-key/1 " + key.hex().encode("ascii") + b"\n")
        file.flush()
        os.fsync(file.fileno())
