"""The manifest of a copy: every file with its hash, and what the database said when it was copied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from amends.ledger.chain import Head
from amends.vocabulary.errors import FaultError, UsageError

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What a database says of itself at one moment."""

    head: Head
    counts: Mapping[str, int]
    """Table → rows."""
    generation: int
    """Of the gate's state."""
    fingerprint_key_id: str
    data_keys: tuple[str, ...]
    """Ids of the data keys that sealed values name."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds."""

    made_at: str
    program: str
    database: str
    """``sqlite`` or ``postgresql``."""
    ledger_key_id: str
    facts: LedgerFacts
    files: Mapping[str, tuple[str, int]]
    """Path within the copy → SHA-256 and size."""

    def content(self) -> bytes:
        """Return the manifest as its file holds it."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()


def load_manifest(folder: Path) -> Manifest:
    """Return the manifest of a copy.

    Raises `UsageError` ``backup-missing`` where there is none, `FaultError` ``backup-damaged`` where it is no manifest.
    """
    try:
        whole: Any = json.loads((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise UsageError(
            "backup-missing",
            "there is no whole copy of a ledger in this folder",
            hint="name the folder that `amends backup` wrote; one that was interrupted has no manifest",
            where=str(folder),
        ) from error
    except ValueError as error:
        raise damaged(MANIFEST, "it is not what was written") from error
    try:
        if whole.pop("format") != _FORMAT:
            raise damaged(MANIFEST, "it is of a later form")
        facts = whole.pop("facts")
        return Manifest(
            facts=LedgerFacts(
                head=Head(**facts.pop("head")), data_keys=tuple(facts.pop("data_keys")), **facts
            ),
            files={name: (str(digest), int(size)) for name, (digest, size) in whole.pop("files").items()},
            **whole,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(MANIFEST, "it lacks something") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise `FaultError` ``backup-damaged``, naming the first file that is missing, changed or too many."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(found ^ set(manifest.files)):
        raise damaged(name, "it is missing" if name in manifest.files else "it does not belong to the copy")
    for name, (digest, size) in manifest.files.items():
        path = folder / name
        if path.stat().st_size != size or hash_of(path) != digest:
            raise damaged(name, "it was changed after it was copied")


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def damaged(name: str, why: str) -> FaultError:
    """Return the error for a copy that is not what was written."""
    return FaultError(
        "backup-damaged",
        f"the copy of the ledger cannot be trusted: {why}",
        hint="take another copy; nothing was written",
        where=name,
    )
