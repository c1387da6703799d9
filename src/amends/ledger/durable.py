"""Writes that are complete or did not happen: what key files and sealed artefacts are written by.

A file is written under a name of its own, flushed, renamed over its target, and the folder is flushed too, so that
a kill or a power cut leaves the old file or the new one and never half of either (POSIX ``rename``).
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

OWNER_ONLY_FILE: Final = 0o600
OWNER_ONLY_FOLDER: Final = 0o700


def write_whole(target: Path, content: bytes) -> None:
    """Write ``content`` to ``target``, mode 0600, whole or not at all. Raises ``OSError``, leaving nothing behind."""
    # A name of its own: two commands that write the same file must not write into one another.
    descriptor, name = tempfile.mkstemp(prefix=f".{target.stem}", suffix=".partial", dir=target.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        keep_names(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def keep_names(folder: Path) -> None:
    """Bring the names in a folder to disk: after a power cut a file must be there under its new name, or gone."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def overwrite_and_remove(target: Path) -> bool:
    """Fill a file with zeros, flush it and remove it; return whether it stood there.

    A file system that copies on write, a flash disk or a snapshot may keep the old bytes all the same: what
    makes a value unreadable is that nobody has kept another copy of its key.
    """
    with suppress(FileNotFoundError):
        with target.open("r+b") as file:
            file.write(bytes(target.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        target.unlink()
        keep_names(target.parent)
        return True
    return False


def remove_drafts(target: Path) -> None:
    """Remove what an interrupted `write_whole` left beside its target when its process was killed.

    Only for whoever holds the lock under which the target is written.
    """
    for draft in target.parent.glob(f".{target.stem}*.partial"):
        overwrite_and_remove(draft)


@contextmanager
def locked(file: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock that a file stands for; it falls with the process, however that ends.

    Raises ``BlockingIOError`` where another process holds it and ``wait`` is off.
    """
    with file.open("a") as lock:
        file.chmod(OWNER_ONLY_FILE)
        fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
