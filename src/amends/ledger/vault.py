"""Preserved artefacts, sealed and named by the hash of what they hold (R05, R06).

A write is complete or did not happen: sealed into a temporary file, flushed, then renamed. Each artefact has a data
key of its own, so that it can be erased by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from amends.ledger.data_keys import DataKeys
from amends.ledger.durable import overwrite_and_remove, write_whole
from amends.ledger.home import LedgerHome
from amends.ledger.scope_keys import DataKind, Scope
from amends.ledger.sealing import Sealer, data_key_of
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
        _write_whole(target, _sealer(digest, home).seal(content, bound_to=f"artefact {digest}"))
    return Preserved(sha256=digest, size=len(content))


def recover(digest: str, *, home: LedgerHome) -> bytes:
    """Return the original bytes of a preserved file. Raises `FaultError` when missing, changed or erased."""
    target = home.artefacts / f"{digest}.sealed"
    try:
        sealed = target.read_bytes()
    except OSError as error:
        keys = DataKeys(home).of(Scope(digest, DataKind.LEAKED_FILE))
        if keys and keys.closed:
            raise FaultError(
                "erased",
                "a preserved artefact was erased by a retention rule",
                hint="`amends retention plan` and the journal say when, by which rule and by whom",
                where=target.name,
            ) from error
        raise FaultError(
            "artefact-missing",
            "a preserved artefact is not in the vault",
            hint="restore the artefacts folder from its backup",
            where=target.name,
        ) from error
    return _sealer(digest, home).unseal(sealed, bound_to=f"artefact {digest}")


def discard(digest: str, *, home: LedgerHome) -> bool:
    """Remove a sealed artefact from the vault; return whether it lay there. Its key is destroyed apart from this."""
    return overwrite_and_remove(home.artefacts / f"{digest}.sealed")


def reseal(digest: str, *, home: LedgerHome) -> bool:
    """Seal an artefact anew under its current data key; return whether it was sealed by another."""
    identity, _ = DataKeys(home).sealing(Scope(digest, DataKind.LEAKED_FILE))
    if data_key_of_artefact(digest, home=home) == identity.hex():
        return False
    content = recover(digest, home=home)
    _write_whole(
        home.artefacts / f"{digest}.sealed",
        _sealer(digest, home).seal(content, bound_to=f"artefact {digest}"),
    )
    return True


def data_key_of_artefact(digest: str, *, home: LedgerHome) -> str | None:
    """Return the id of the data key that sealed an artefact, empty for a seal of the first version, None where
    there is no such artefact."""
    try:
        with (home.artefacts / f"{digest}.sealed").open("rb") as file:
            return data_key_of(file.read(9))
    except FileNotFoundError:
        return None


def _sealer(digest: str, home: LedgerHome) -> Sealer:
    return Sealer(home).scoped(digest, DataKind.LEAKED_FILE)


def _write_whole(target: Path, content: bytes) -> None:
    try:
        write_whole(target, content)
    except OSError as error:
        raise FaultError(
            "vault-unwritable",
            f"the artefact could not be preserved: {error.strerror}",
            hint="free space or mend the permissions of the artefacts folder, then run the same command again",
            where=str(target.parent),
        ) from error
