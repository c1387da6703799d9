"""The copy of the keys: one file, apart from the copies of the ledger, replaced each time.

Replaced, because what was erased can be opened for as long as an older copy of its keys is kept anywhere. It holds the
key ring itself and must be kept like it: with it and a copy of the ledger anyone can open everything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from amends.ledger.checkpoint_key import checkpoint_key_file
from amends.ledger.durable import OWNER_ONLY_FOLDER, overwrite_and_remove, remove_drafts, write_whole
from amends.ledger.home import LedgerHome
from amends.ledger.keyring import KeyRing, ring_of
from amends.ledger.scope_keys import ScopeKeys, scope_keys_of
from amends.vocabulary.errors import FaultError, UsageError

_FORMAT: Final = 1
SUFFIX: Final = ".amends-keys"


@dataclass(frozen=True, slots=True)
class KeysCopy:
    """All keys of one ledger at one moment."""

    ring: KeyRing = field(repr=False)
    scopes: tuple[ScopeKeys, ...]
    checkpoint: str | None = field(default=None, repr=False)
    """Content of the key file that signs checkpoints, without which a restored ledger could sign none; None where
    nothing has been signed."""

    @classmethod
    def of(cls, home: LedgerHome, scopes: Iterable[ScopeKeys]) -> KeysCopy:
        """Return the keys of a ledger as they stand now."""
        file = checkpoint_key_file(home)
        checkpoint = file.read_text(encoding="utf-8") if file.is_file() else None
        return cls(home.ring(), tuple(scopes), checkpoint)

    def content(self) -> bytes:
        """Return the copy as its file holds it."""
        whole = {
            "format": _FORMAT,
            "ring": json.loads(self.ring.content()),
            "scopes": [json.loads(keys.content()) for keys in self.scopes],
            "checkpoint": self.checkpoint,
        }
        return json.dumps(whole, indent=1).encode()

    def opens(self, identity: str) -> bool:
        """Whether a data key can be had from this copy. A key that was destroyed can not, and is no fault."""
        for keys in self.scopes:
            for key in keys.keys:
                if key.identity == identity:
                    try:
                        return bool(keys.unwrapped(key, self.ring))
                    except ValueError:
                        return False
        return False

    def destroyed(self) -> frozenset[str]:
        """Return the ids of the data keys that this copy knows to be destroyed."""
        return frozenset(identity for keys in self.scopes for identity in keys.destroyed)

    def without(self, erased: frozenset[str], replaced: frozenset[str]) -> KeysCopy:
        """Return the copy without data keys that were erased (their scope is closed) or replaced since."""

        def carried_out(keys: ScopeKeys) -> ScopeKeys:
            had = {key.identity for key in keys.keys}
            after = keys.without(erased | replaced)
            return replace(after, closed=keys.closed or (not after.keys and bool(had & erased)))

        return replace(self, scopes=tuple(map(carried_out, self.scopes)))


def write_keys(copy: KeysCopy, folder: Path) -> Path:
    """Write the copy into a folder, over an older copy of the same ledger's keys, whose bytes are overwritten."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        file = folder / f"{copy.ring.key_id}{SUFFIX}"
        dying = folder / f".{file.name}.dying"
        remove_drafts(file)
        overwrite_and_remove(dying)
        if file.exists():
            os.link(file, dying)
        write_whole(file, copy.content())
        overwrite_and_remove(dying)
    except OSError as error:
        raise FaultError(
            "backup-unwritable",
            f"the copy of the keys could not be written: {error.strerror}",
            hint="free space or choose another folder, then do it again; the keys themselves are unharmed",
            where=str(folder),
        ) from error
    return file


def read_keys(place: Path, *, ledger_key_id: str) -> KeysCopy:
    """Return the copy of one ledger's keys from a folder, or from the file itself.

    Raises `UsageError` ``keys-missing`` where there is none for this ledger, `FaultError` ``keys-damaged``.
    """
    file = place if place.is_file() else place / f"{ledger_key_id}{SUFFIX}"
    try:
        whole: Any = json.loads(file.read_bytes())
        if whole["format"] != _FORMAT:
            raise ValueError("a later form")
        copy = KeysCopy(
            ring_of(json.dumps(whole["ring"]).encode()),
            tuple(scope_keys_of(json.dumps(entry).encode()) for entry in whole["scopes"]),
            whole.get("checkpoint"),
        )
    except OSError as error:
        raise UsageError(
            "keys-missing",
            "there is no copy of this ledger's keys",
            hint="name the folder that was given to `amends backup --keys-to`",
            where=str(place),
        ) from error
    except (ValueError, KeyError, TypeError):
        # Not chained: a parser's error may quote what it choked on.
        raise FaultError(
            "keys-damaged",
            "the copy of the keys is not what was written",
            hint="take another copy of the keys; nothing was written",
            where=file.name,
        ) from None
    if copy.ring.key_id != ledger_key_id:
        raise UsageError(
            "keys-of-another-ledger",
            "these keys belong to another ledger than the copy",
            hint="name the folder that was given to `amends backup --keys-to` for this ledger",
            where=file.name,
        )
    return copy
