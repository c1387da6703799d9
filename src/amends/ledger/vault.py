"""Preserved artefacts, sealed and named by the hash of what they hold (R05, R06).

A write is complete or did not happen: sealed into a temporary file, flushed, then renamed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from amends.ledger.home import LedgerHome
from amends.ledger.sealing import Sealer
from amends.vocabulary.errors import FaultError


@dataclass(frozen=True, slots=True)
class Preserved:
    """One file as it was preserved."""

    sha256: str
    size: int
    """Bytes of the original."""


def preserve(content: bytes, *, home: LedgerHome) -> Preserved:
    """Seal ``content`` into the vault; a second time changes nothing.

    Raises `FaultError` ``vault-unwritable`` when the disk is full or the folder cannot be written.
    """
    digest = hashlib.sha256(content).hexdigest()
    target = home.artefacts / f"{digest}.sealed"
    if not target.exists():
        _write_whole(target, Sealer(home).seal(content, bound_to=f"artefact {digest}"))
    return Preserved(sha256=digest, size=len(content))


def recover(digest: str, *, home: LedgerHome) -> bytes:
    """Return the original bytes of a preserved file. Raises `FaultError` when missing or changed."""
    target = home.artefacts / f"{digest}.sealed"
    try:
        sealed = target.read_bytes()
    except OSError as error:
        raise FaultError(
            "artefact-missing",
            "a preserved artefact is not in the vault",
            hint="restore the artefacts folder from its backup",
            where=target.name,
        ) from error
    return Sealer(home).unseal(sealed, bound_to=f"artefact {digest}")


def _write_whole(target: Path, content: bytes) -> None:
    try:
        # A name of its own: two commands that preserve the same file must not write into one another.
        descriptor, name = tempfile.mkstemp(prefix=target.stem, suffix=".partial", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
            _keep_name(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise FaultError(
            "vault-unwritable",
            f"the artefact could not be preserved: {error.strerror}",
            hint="free space or mend the permissions of the artefacts folder, then run the same command again",
            where=str(target.parent),
        ) from error


def _keep_name(folder: Path) -> None:
    """Bring the new name to disk too: after a power cut the file must be there under it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
