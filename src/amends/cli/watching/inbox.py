"""Looks at what lies in the inbox: which files are whole, which are still being written, which are none."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from amends.cli.watching.names import unfinished


class State(StrEnum):
    """What is done with something in the inbox."""

    WHOLE = "whole"
    WAITING = "waiting"
    """Perhaps still being written; looked at again."""
    REFUSED = "refused"
    """No plain file: it stays where it is, for opening it could lead anywhere."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something in the inbox."""

    name: str
    state: State
    why: str = ""


class Signature(NamedTuple):
    """What changes when somebody writes into a file."""

    device: int
    inode: int
    size: int
    modified: int

    @classmethod
    def of(cls, status: os.stat_result) -> Signature:
        """Take it from a file's status."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class Inbox:
    """A folder into which others put files.

    A file counts as whole when nobody has it open for writing, as far as the kernel tells, and when two looks at
    least ``settle`` seconds apart show the same size and time. With ``settle`` 0 one look is enough.
    """

    def __init__(self, folder: Path, *, settle: float, stopwatch: Callable[[], float]) -> None:
        self.folder = folder
        self._settle = settle
        self._stopwatch = stopwatch
        self._since: dict[str, tuple[Signature, float]] = {}

    def look(self) -> list[Seen]:
        """Return everything that lies there now, in the order of names. Raises ``OSError`` where nobody may look."""
        now = self._stopwatch()
        found = list(self._looked(now))
        names = {seen.name for seen in found}
        self._since = {name: since for name, since in self._since.items() if name in names}
        return sorted(found, key=lambda seen: os.fsencode(seen.name))

    def _looked(self, now: float) -> Iterator[Seen]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # gone since the folder was read
                    yield self._state_of(entry.name, entry.stat(follow_symlinks=False), now)

    def _state_of(self, name: str, status: os.stat_result, now: float) -> Seen:
        if why := fault_of_file(status):
            return Seen(name, State.REFUSED, why)
        signature = Signature.of(status)
        before, since = self._since.get(name, (None, now))
        if before != signature:
            since = now
            self._since[name] = (signature, now)
        if unfinished(name):
            return Seen(name, State.WAITING, "Its name says that it is not whole yet.")
        if now - since < self._settle:
            return Seen(name, State.WAITING, "It has not been left alone for long enough.")
        if open_for_writing(self.folder / name):
            return Seen(name, State.WAITING, "Somebody has it open for writing.")
        return Seen(name, State.WHOLE)


def fault_of_file(status: os.stat_result) -> str:
    """Return why something is no file that may be taken, in words; empty where it is one."""
    if stat.S_ISLNK(status.st_mode):
        return "It is a symbolic link."
    if stat.S_ISDIR(status.st_mode):
        return "It is a folder; put single files or an archive into the inbox."
    if not stat.S_ISREG(status.st_mode):
        return "It is no file: a pipe, a socket or a device."
    if status.st_nlink > 1:
        return "It has a second name elsewhere (a hard link)."
    return ""


def open_for_writing(path: Path) -> bool:
    """Return whether the kernel says that somebody has the file open for writing.

    A read lease (fcntl(2), F_SETLEASE) is refused then; it is given back at once. File systems without leases, and
    files of another owner, say nothing: False.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # Whoever opens the file in this instant must not end us: SIGIO would, SIGURG is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
