"""Puts a screened file where it goes: into the published folder, or into quarantine with its reason beside it."""

from __future__ import annotations

import errno
import json
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from amends.cli.watching.copying import copy_whole
from amends.cli.watching.intake import Copied, Entry, stands_whole
from amends.cli.watching.names import REASON_FILE, numbered
from amends.ledger.durable import OWNER_ONLY_FOLDER, keep_names, write_whole
from amends.scan.judging import Judged
from amends.vocabulary.errors import FaultError

_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
PUBLISHED_MODE: Final = 0o644


class Outbox:
    """The folder out of which files are published. What stands in it is never overwritten."""

    def __init__(self, folder: Path, *, mode: int = PUBLISHED_MODE) -> None:
        self.folder = folder
        self._mode = mode

    def publish(self, entry: Entry, copied: Copied) -> bool:
        """Give the screened copy its place under its name; return whether it stood there already.

        Another file of that name keeps it, and this one is called ``NAME-2``: what was published under an
        address is not silently replaced. Raises `FaultError` ``bytes-changed`` where the copy is not what was
        screened, ``OSError`` where the folder cannot be written.
        """
        draft = self.folder / f".amends-{entry.folder.name}.draft"
        whole = self.folder / f".amends-{entry.folder.name}.whole"
        try:
            if self._standing(copied) is not None:
                return True
            sha256, _ = copy_whole(copied.copy, draft, whole)
            if sha256 != copied.sha256:
                raise FaultError(
                    "bytes-changed",
                    "a file in the intake is no longer what was screened",
                    hint="nothing was published; find out who can write into the quarantine's folder",
                )
            whole.chmod(self._mode)
            self._name(whole, copied.copy.name)
            return False
        finally:
            draft.unlink(missing_ok=True)
            whole.unlink(missing_ok=True)
            keep_names(self.folder)

    def _standing(self, copied: Copied) -> Path | None:
        """Return where these bytes stand already under this name or one of its numbers."""
        for number in count(1):
            target = self.folder / numbered(copied.copy.name, number)
            if stands_whole(target, copied.sha256):
                return target
            if not target.exists() and not target.is_symlink():
                return None
        raise AssertionError

    def _name(self, whole: Path, name: str) -> None:
        """Give the file the first of its names that is free; a link appears whole, and only where nothing stands."""
        for number in count(1):
            target = self.folder / numbered(name, number)
            try:
                target.hardlink_to(whole)
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                # A file system without links: the one who holds the intake's lock is the only one who publishes here.
                if target.exists() or target.is_symlink():
                    continue
                whole.replace(target)
            return


class Quarantine:
    """The folder of the files that were not published: a folder for each, named by the SHA-256 of its file."""

    def __init__(self, folder: Path, *, audience: str) -> None:
        self.folder = folder
        self._audience = audience

    def hold(self, entry: Entry, copied: Copied, judged: Judged, *, at: datetime) -> bool:
        """Put a copy and its reason into quarantine, both at once; return whether it stood there already."""
        for number in count(1):
            place = self.folder / numbered(copied.sha256, number)
            if stands_whole(place / copied.copy.name, copied.sha256) and (place / REASON_FILE).is_file():
                return True
            if not place.exists():
                break
        size = copied.copy.lstat().st_size
        entry.entry.mkdir(mode=OWNER_ONLY_FOLDER)
        reason = {
            "sha256": copied.sha256,
            "bytes": size,
            "audience": self._audience,
            "held_at": at.isoformat(timespec="seconds"),
            **judged.as_json(),
            "what_to_do": _what_to_do(copied),
        }
        if copied.fault:
            reason["name"] = copied.fault
        write_whole(entry.entry / REASON_FILE, json.dumps(reason, indent=1).encode() + b"\n")
        copied.copy.replace(entry.entry / copied.copy.name)
        keep_names(entry.entry)
        entry.entry.replace(place)
        keep_names(self.folder)
        return False

    def held(self) -> dict[str, Path]:
        """Return the SHA-256 of each held file and its folder; of one content under several names, one at a time."""
        folders = [path for path in self.folder.iterdir() if not path.name.startswith(".") and path.is_dir()]
        return {path.name[:64]: path for path in sorted(folders) if not path.is_symlink()}


def _what_to_do(copied: Copied) -> str:
    if copied.fault:
        return "Give the file a plain name and put it into the inbox again."
    return (
        "Take out what was found (`amends clean` writes a clean copy) and put the new file into the inbox; or let two "
        "people release this one: `amends release request`."
    )
