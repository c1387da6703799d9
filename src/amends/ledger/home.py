"""The folder in which a ledger lives: database, key, sealed artefacts.

The key lies in a file of its own, outside the database, readable by its owner alone, so that a copy of
the database gives nothing away. Does not know Django.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.vocabulary.errors import FaultError

OWNER_ONLY_FILE: Final = 0o600
OWNER_ONLY_FOLDER: Final = 0o700
_KEY_BYTES: Final = 32
_KEY_ID: Final = re.compile("[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class LedgerHome:
    """Paths of one ledger, and the making of its key."""

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file (unused with PostgreSQL)."""
        return self.folder / "ledger.sqlite3"

    @property
    def artefacts(self) -> Path:
        """Folder of the sealed artefacts, named by the SHA-256 of what they hold."""
        return self.folder / "artefacts"

    @property
    def key_file(self) -> Path:
        """The key file; ``AMENDS_KEY_FILE`` moves it to another disk or a secret store's mount."""
        return Path(os.environ.get("AMENDS_KEY_FILE") or self.folder / "ledger.key")

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
        return self.database.exists() or (self.artefacts.is_dir() and any(self.artefacts.iterdir()))

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        self.artefacts.mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)

    def _write_key(self) -> bool:
        """Write a new key; return False where another process was faster, whose key then stands."""
        content = {
            "key_id": secrets.token_hex(4),
            "key": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
            "web_secret": secrets.token_urlsafe(50),
        }
        descriptor, name = tempfile.mkstemp(prefix=".ledger-key-", dir=self.key_file.parent)
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            # A link appears whole or not at all, and only one can have the name: of two processes that
            # initialise at once, one wins, and the other never reads half a key.
            os.link(draft, self.key_file)
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        return True

    def key(self) -> tuple[str, bytes]:
        """Return key id and the 32-byte key. Raises `FaultError` when missing, damaged or open to others."""
        content = self._key_content()
        try:
            key = base64.b64decode(content["key"], validate=True)
        except ValueError as error:
            raise self._key_damaged() from error
        if len(key) != _KEY_BYTES or not _KEY_ID.fullmatch(content["key_id"]):
            raise self._key_damaged()
        return content["key_id"], key

    def web_secret(self) -> str:
        """Return the secret that signs sessions of the web pages."""
        return self._key_content()["web_secret"]

    def _key_content(self) -> dict[str, str]:
        try:
            mode = self.key_file.stat().st_mode & 0o777
            content_bytes = self.key_file.read_bytes()
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
            content = json.loads(content_bytes)
        except ValueError as error:
            raise self._key_damaged() from error
        if not isinstance(content, dict) or not {"key_id", "key", "web_secret"} <= content.keys():
            raise self._key_damaged()
        return {name: str(value) for name, value in content.items()}

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
