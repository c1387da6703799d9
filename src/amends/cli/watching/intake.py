"""Takes a file out of everybody's reach, and makes the private copy that is screened and, perhaps, published.

Every file that is under way has a folder of its own in the intake:

``taken/NAME``   the file itself, moved out of the inbox; whoever had it open may still write into it
``copy/NAME``    our own copy of it, which nobody else has ever had open; there only when it is whole
``entry/``       the copy with its reason file, on its way into quarantine

Nothing else is noted down: after a kill, what lies there says how far a file had come, and it is screened again.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.cli.watching.copying import ChangedError, copy_whole, is_plain_file, sha256_of
from amends.cli.watching.inbox import Signature, fault_of_file
from amends.cli.watching.names import REASON_FILE, fault_of, stand_in
from amends.ledger.durable import OWNER_ONLY_FOLDER, keep_names

_DRAFT: Final = ".draft"
UNNAMED_NOTE: Final = ".name-refused"
"""Beside a taken file whose own name may not be used."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A file that can be screened: what is in it can no longer change."""

    copy: Path
    sha256: str
    signature: Signature | None
    """Of the taken file when it was copied; None where only the copy is left."""
    fault: str = ""
    """Why it may not be published whatever is in it, in words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file under way."""

    folder: Path

    @property
    def taken(self) -> Path:
        """Where the file itself lies."""
        return self.folder / "taken"

    @property
    def copies(self) -> Path:
        """Where our copy of it lies."""
        return self.folder / "copy"

    @property
    def entry(self) -> Path:
        """What becomes an entry of the quarantine."""
        return self.folder / "entry"

    def make(self) -> Entry:
        """Make the folders, and bring them to disk."""
        for folder in (self.folder, self.taken, self.copies):
            folder.mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)
        keep_names(self.folder)
        keep_names(self.folder.parent)
        return self

    def copied(self) -> Copied | None:
        """Return the private copy, made anew where the taken file is still there; None where nothing is left.

        Raises `ChangedError` while somebody writes into it.
        """
        self.make()
        self._put_back()
        name_fault = "Its name may not be published." if (self.folder / UNNAMED_NOTE).exists() else ""
        taken = _only_file(self.taken)
        if taken is None:
            copy = _only_file(self.copies)
            return None if copy is None else Copied(copy, sha256_of(copy), None, name_fault)
        if fault := fault_of_file(taken.lstat()):
            raise NotAFileError(fault)
        target = self.copies / taken.name
        sha256, signature = copy_whole(taken, self.copies / _DRAFT, target)
        return Copied(target, sha256, signature, name_fault)

    def let_go(self, copied: Copied) -> None:
        """Remove what has reached its place. Raises `ChangedError` where the taken file is no longer what was copied.

        Such a file stays, without its copy, and goes the whole way again.
        """
        taken = _only_file(self.taken)
        changed = taken is not None and Signature.of(taken.lstat()) != copied.signature
        copied.copy.unlink(missing_ok=True)
        keep_names(self.copies)
        if changed:
            raise ChangedError
        if taken is not None:
            taken.unlink()
            keep_names(self.taken)
        self.remove()

    def remove(self) -> None:
        """Remove the folders, if nothing is left in them."""
        (self.copies / _DRAFT).unlink(missing_ok=True)
        if any(folder.is_dir() and any(folder.iterdir()) for folder in (self.taken, self.copies, self.entry)):
            return
        (self.folder / UNNAMED_NOTE).unlink(missing_ok=True)
        for folder in (self.taken, self.copies, self.entry, self.folder):
            with suppress(FileNotFoundError):
                folder.rmdir()

    def _put_back(self) -> None:
        """Undo the beginning of an entry of the quarantine: its file becomes the copy again."""
        if not self.entry.is_dir():
            return
        for file in _files(self.entry):
            if file.name != REASON_FILE:
                file.replace(self.copies / file.name)
        keep_names(self.copies)
        shutil.rmtree(self.entry)


class NotAFileError(Exception):
    """Something that is no plain file took the place of one while it was being taken."""


class Intake:
    """The folder of the files that are under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        """Make the folder, for its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        self.folder.chmod(OWNER_ONLY_FOLDER)

    def under_way(self) -> list[Entry]:
        """Return every file that is under way, left by a kill or because it was not whole."""
        folders = (path for path in self.folder.iterdir() if path.is_dir() and not path.is_symlink())
        return [Entry(folder) for folder in sorted(folders)]

    def take(self, file: Path) -> Entry:
        """Move a file out of the inbox. Raises ``FileNotFoundError`` where it has gone, `ChangedError`.

        Within one file system it is renamed. From another it is copied, flushed, renamed to its place, and removed only
        then: a kill in between leaves it in both places, never in none.
        """
        entry = self._new()
        name = file.name
        if fault_of(name):
            (entry.folder / UNNAMED_NOTE).touch()
            keep_names(entry.folder)
            name = stand_in(name)
        try:
            self._moved(file, entry, name)
        except (OSError, ChangedError):
            entry.remove()
            raise
        return entry

    def take_back(self, held: Path) -> Entry:
        """Move an entry of the quarantine back, to go the whole way again."""
        entry = self._new()
        held.replace(entry.entry)
        keep_names(entry.folder)
        keep_names(held.parent)
        return entry

    def _new(self) -> Entry:
        return Entry(self.folder / secrets.token_hex(8)).make()

    def _moved(self, file: Path, entry: Entry, name: str) -> None:
        try:
            file.replace(entry.taken / name)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _, signature = copy_whole(file, entry.copies / _DRAFT, entry.copies / name)
            if Signature.of(file.lstat()) != signature:
                (entry.copies / name).unlink()
                raise ChangedError from None
            file.unlink()
        else:
            keep_names(entry.taken)
        keep_names(file.parent)


def _files(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield Path(entry.path)


def _only_file(folder: Path) -> Path | None:
    """Return the one thing that lies in a folder of the intake; drafts are nothing yet."""
    if not folder.is_dir():
        return None
    found = [path for path in _files(folder) if path.name != _DRAFT]
    return found[0] if found else None


def stands_whole(path: Path, sha256: str) -> bool:
    """Return whether a plain file with this content stands there already."""
    if not is_plain_file(path):
        return False
    try:
        return sha256_of(path) == sha256
    except (OSError, ChangedError):
        return False
