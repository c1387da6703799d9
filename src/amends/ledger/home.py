"""The folder in which a ledger lives: database, key ring, data keys, sealed artefacts.

The keys lie in files of their own, outside the database, readable by their owner alone, so that a copy of
the database gives nothing away. Does not know Django.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amends.ledger.durable import (
    OWNER_ONLY_FILE,
    OWNER_ONLY_FOLDER,
    keep_names,
    locked,
    remove_drafts,
    write_whole,
)
from amends.ledger.keyring import KeyRing, new_ring, ring_of
from amends.vocabulary.errors import FaultError, RefusalError

__all__ = ["OWNER_ONLY_FILE", "OWNER_ONLY_FOLDER", "LedgerHome"]


@dataclass(frozen=True, slots=True)
class LedgerHome:
    """Paths of one ledger, and the making of its key."""

    folder: Path
    own_key_file: Path | None = None
    """The key file of a ledger that is not the operator's own, such as one restored for a drill."""

    @property
    def database(self) -> Path:
        """The SQLite file (unused with PostgreSQL)."""
        return self.folder / "ledger.sqlite3"

    @property
    def artefacts(self) -> Path:
        """Folder of the sealed artefacts, named by the SHA-256 of what they hold."""
        return self.folder / "artefacts"

    @property
    def data_keys(self) -> Path:
        """Folder of the wrapped data keys, a file for each scope; never part of a backup of the database."""
        return self.folder / "keys"

    @property
    def restored_mark(self) -> Path:
        """Stands where the ledger was restored from a copy and no gate has taken notice of that yet."""
        return self.folder / "gate" / "restored"

    @property
    def maintenance_lock(self) -> Path:
        """Held by whoever changes keys in many steps, or copies the ledger: one of them at a time."""
        return self.folder / ".maintenance.lock"

    @property
    def key_file(self) -> Path:
        """The key file; ``AMENDS_KEY_FILE`` moves it to another disk or a secret store's mount."""
        return self.own_key_file or Path(os.environ.get("AMENDS_KEY_FILE") or self.folder / "ledger.key")

    def exists(self) -> bool:
        """Whether a key has been made for this home."""
        return self.key_file.is_file()

    def create(self) -> bool:
        """Make folder and key; return False, changing nothing, where the key stands already.

        Raises `FaultError` ``key-missing`` where a database stands without its key: a new key would
        make everything sealed before unreadable.
        """
        # Looked at before the key: whoever initialises at the same time writes the key first.
        holds_something = self._holds_something()
        if self.key_file.exists():
            self._make_folders()
            return False
        if holds_something:
            raise self._key_missing()
        self._make_folders()
        if not self._write_key():
            return False
        # SQLite would make its file as the umask says, readable by everyone on many machines.
        self.database.touch(mode=OWNER_ONLY_FILE)
        return True

    def _holds_something(self) -> bool:
        folders = (self.artefacts, self.data_keys)
        return self.database.exists() or any(f.is_dir() and any(f.iterdir()) for f in folders)

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        self.artefacts.mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)
        self.data_keys.mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)

    def _write_key(self) -> bool:
        """Write a new ring; return False where another process was faster, whose ring then stands."""
        descriptor, name = tempfile.mkstemp(prefix=".ledger-key-", dir=self.key_file.parent)
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(new_ring().content())
                file.flush()
                os.fsync(file.fileno())
            # A link appears whole or not at all, and only one can have the name: of two processes that
            # initialise at once, one wins, and the other never reads half a key.
            os.link(draft, self.key_file)
            keep_names(self.key_file.parent)
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        return True

    def ring(self) -> KeyRing:
        """Return the key ring. Raises `FaultError` when it is missing, damaged or open to others."""
        try:
            mode = self.key_file.stat().st_mode & 0o777
            content = self.key_file.read_bytes()
        except OSError as error:
            raise self._key_missing() from error
        if mode & 0o077:
            raise FaultError(
                "key-exposed",
                f"the ledger's key can be read by others (mode {mode:04o})",
                hint="run chmod 600 on it, and ask who could have read it",
                where=str(self.key_file),
            )
        try:
            return ring_of(content)
        except ValueError:
            # Not chained: the text of a parser's error may quote what it choked on.
            raise self._key_damaged() from None

    def change_ring(self, change: Callable[[KeyRing], KeyRing]) -> KeyRing:
        """Replace the key file by the changed ring and return it; at every moment one whole ring stands there.

        Raises `FaultError` ``key-unwritable`` where the file cannot be replaced, as on a secret store's mount.
        """
        try:
            with locked(self.key_file.with_name(f".{self.key_file.name}.lock")):
                before = self.ring()
                after = change(before)
                if after != before:
                    remove_drafts(self.key_file)
                    write_whole(self.key_file, after.content())
                return after
        except OSError as error:
            raise FaultError(
                "key-unwritable",
                f"the key file cannot be replaced: {error.strerror}",
                hint="let its owner write the file and its folder, or change it where it is kept; nothing was changed",
                where=str(self.key_file),
            ) from error

    def key(self) -> tuple[str, bytes]:
        """Return id and the 32 bytes of the ledger key, from which keys of single purposes are derived."""
        ring = self.ring()
        return ring.key_id, ring.key

    def web_secret(self) -> str:
        """Return the secret that signs sessions of the web pages."""
        return self.ring().web_secret

    @contextmanager
    def maintenance(self) -> Iterator[None]:
        """Keep every other change of keys, and every copying of the ledger, out until this one is done.

        Raises `RefusalError` ``maintenance-running`` where another is under way.
        """
        try:
            with locked(self.maintenance_lock, wait=False):
                yield
        except BlockingIOError as error:
            raise RefusalError(
                "maintenance-running",
                "keys are being changed, or the ledger is being copied, by another process",
                hint="wait until it is done, then do it again",
                where=str(self.folder),
            ) from error

    def _key_missing(self) -> FaultError:
        return FaultError(
            "key-missing",
            "there is no key for this ledger",
            hint="run `amends init` for a new ledger; for an existing one put its key file back in place",
            where=str(self.key_file),
        )

    def _key_damaged(self) -> FaultError:
        return FaultError(
            "key-damaged",
            "the ledger's key file is not what `amends init` wrote",
            hint="restore it from its safe copy; without it nothing that was sealed can be read",
            where=str(self.key_file),
        )
