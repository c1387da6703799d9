"""The folder from which the gate serves one system's lists. Files appear whole, never change, and one points.

``list-<n>.txt`` and ``delta-<n>.txt`` are written before list n is recorded in the ledger; ``current.json`` points to
n only afterwards. A run that dies in between leaves files to which nothing points, and the next run writes over them.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amends.ledger.home import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, LedgerHome
from amends.vocabulary.errors import FaultError
from amends.vocabulary.hold_list import POINTER, ListKeys, delta_name, full_name, header_mac

KEPT_DELTAS: Final = 500
_KEPT_LISTS: Final = 2


@dataclass(frozen=True, slots=True)
class ListFolder:
    """The list files of one acting system."""

    folder: Path

    @classmethod
    def of(cls, home: LedgerHome, system_name: str) -> ListFolder:
        """Return the folder of this system's lists below the ledger's home."""
        return cls(home.folder / "gate" / "lists" / system_name)

    def entries(self, sequence: int, digest: str, keys: ListKeys) -> frozenset[str] | None:
        """Return the entries of a full list, or None where its file is gone or would be refused by its reader."""
        try:
            line, _, body = (self.folder / full_name(sequence)).read_bytes().partition(b"\n")
            header = json.loads(line)
            signed = header["mac"] == header_mac(header, keys.signing_key)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if not signed or header.get("digest") != digest or hashlib.sha256(body).hexdigest() != digest:
            return None
        return frozenset(body.decode("ascii").split())

    def changes(self, sequence: int) -> tuple[frozenset[str], frozenset[str]] | None:
        """Return what the delta to this sequence number added and removed, or None where there is no such file."""
        try:
            _, _, body = (self.folder / delta_name(sequence)).read_text(encoding="ascii").partition("\n")
        except OSError:
            return None
        lines = body.split()
        added = frozenset(line[1:] for line in lines if line.startswith("+"))
        return added, frozenset(line[1:] for line in lines if line.startswith("-"))

    def write(self, sequence: int, *, full: bytes, delta: bytes | None) -> None:
        """Write the files of one list; nothing points to them yet. Raises `FaultError` ``list-unwritable``."""
        self._put(full_name(sequence), full)
        if delta is None:
            (self.folder / delta_name(sequence)).unlink(missing_ok=True)
        else:
            self._put(delta_name(sequence), delta)

    def pointed(self) -> dict[str, Any]:
        """Return what ``current.json`` says; empty where there is none."""
        try:
            found = json.loads((self.folder / POINTER).read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def point(self, content: dict[str, Any]) -> None:
        """Let the gate serve another list, and delete what it no longer needs."""
        self._put(POINTER, json.dumps(content, sort_keys=True).encode())
        self._sweep(content["sequence"])

    def withdraw(self) -> None:
        """Let the gate serve no list."""
        with suppress(FileNotFoundError):
            (self.folder / POINTER).unlink()

    def _sweep(self, sequence: int) -> None:
        for pattern, kept in (("list-*.txt", _KEPT_LISTS), ("delta-*.txt", KEPT_DELTAS)):
            for file in self.folder.glob(pattern):
                number = int(file.stem.partition("-")[2])
                if number <= sequence - kept:
                    file.unlink(missing_ok=True)

    def _put(self, name: str, content: bytes) -> None:
        partial = self.folder / f".{name}.partial"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY_FILE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.folder / name)
            _keep_names(self.folder)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise FaultError(
                "list-unwritable",
                f"a hold list could not be written: {error.strerror}",
                hint="free space or mend the permissions of the folder, then publish again; the old list stands",
                where=str(self.folder),
            ) from error


def _keep_names(folder: Path) -> None:
    """Bring the new name to disk too: after a power cut the file must be there under it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
