"""Reads one file in a child process of its own.

The precautions, in the order in which they are taken:

1. The parent opens the file read-only and makes sure that it is a regular file within the size bound.
2. A fork server (`amends.scan.isolation.fork_server`) was started before, with an empty environment, in Python's
   isolated mode (no user site, no ``PYTHON*`` variables, no current folder on the path), in the root folder, in a
   session of its own. It has imported what readers need and never touches a file's bytes.
3. It forks a child for the file. The open file is the child's standard input, so it never learns the file's name or
   place. Its standard error goes nowhere: a traceback may hold data.
4. The child lowers its own hard limits: no core dump, no byte into any file, no new process, bounded address space,
   bounded CPU seconds, and no file descriptor beyond the three that it has, so that it can open neither a file nor a
   socket. Where the kernel filters system calls, it may from then on only read, write, allocate and end; where it
   does not, the result says so (`amends.scan.isolation.events.Confined`).
5. Only then it reads the first byte of the file.
6. A clock on the wall ends the child when it takes too long, whatever it is doing.
7. The parent reads lines of bounded length and checks each word (`amends.scan.isolation.checking`).
8. Without the line ``["end"]`` and an exit status of zero nothing counts as complete.

The child runs as the same user.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import IO, BinaryIO, Final, Protocol

from amends.scan.isolation.checking import Checker, UntrustedAnswerError
from amends.scan.isolation.events import Confined, Event, GridDropped, Unread
from amends.scan.isolation.forking import ForkingError, shared_server
from amends.scan.isolation.protocol import LONGEST_LINE, MEMORY_EXIT
from amends.scan.limits import Limits
from amends.vocabulary.plugins import plugin_names

_PATIENCE_SECONDS: Final = 5


def read_in_child(stream: BinaryIO, extension: str, limits: Limits) -> Iterator[Event]:
    """Yield what is in an open regular file, read in a fresh child process. Never raises for what the file holds.

    What goes wrong comes last, as `Unread` of the whole file with ``reader-failed``, ``time-limit`` or
    ``memory-limit``; what came before it stands, and is not complete.
    """
    imports: list[str] = []
    taken = 0
    while True:
        try:
            child = shared_server().start(stream, extension, limits, imports)
        except ForkingError:
            yield Unread((), "reader-failed", 0)
            return
        run = ChildRun(child, limits, taken)
        yield from run.events()
        # A recognised format may ask for its imports; the same lines come again, and are not given twice.
        if not run.needs:
            return
        if run.needs in imports or run.needs not in plugin_names("amends.scan.formats"):
            yield Unread((), "reader-missing", 0)
            return
        imports.append(run.needs)
        taken = run.taken


def draw_in_child(stream: BinaryIO, renderer: str, limits: Limits) -> Iterator[Event]:
    """Yield the pages of an open regular file as they are shown, drawn in a fresh child process; as `read_in_child`."""
    try:
        child = shared_server().start_drawing(stream, renderer, limits)
    except ForkingError:
        yield Unread((), "reader-failed", 0)
        return
    yield from ChildRun(child, limits).events()


class Child(Protocol):
    """What is asked of a child (`amends.scan.isolation.forking.Child`)."""

    answer: IO[bytes]

    def end(self) -> None:
        """Kill it."""
        ...

    def wait(self, seconds: float) -> int | None:
        """Return its exit status, or None when it has not ended by then."""
        ...


class ChildRun:
    """One child, from its start to its end."""

    def __init__(self, child: Child, limits: Limits, already_given: int = 0) -> None:
        self.needs = ""
        """Format whose imports the child asks for, after `events` has ended; then nothing was said to have failed."""
        self.taken = 0
        """Events that have come, those that were given before included."""
        self._child = child
        self._limits = limits
        self._already_given = already_given
        self._timed_out = threading.Event()

    def events(self) -> Iterator[Event]:
        """Yield the checked events, and last what went wrong."""
        alarm = threading.Timer(self._limits.wall_seconds, self._end_it)
        alarm.daemon = True
        alarm.start()
        checker = Checker(self._limits)
        faithful = True
        try:
            with self._child.answer as untrusted_output:
                for event in _events_of(untrusted_output, checker):
                    self.taken += 1
                    if self.taken > self._already_given:
                        yield event
        except UntrustedAnswerError:
            faithful = False
            self._child.end()
        except BaseException:
            self._child.end()
            raise
        finally:
            status = self._status()
            alarm.cancel()
        well = faithful and status == 0 and not self._timed_out.is_set()
        if well and checker.needs:
            self.needs = checker.needs
        if not (well and (checker.ended or checker.needs)):
            code = self._failure(status)
            if checker.open_table:
                yield GridDropped(code, 0)
            yield Unread((), code, 0)

    def _end_it(self) -> None:
        self._timed_out.set()
        self._child.end()

    def _status(self) -> int:
        """A child that has closed its mouth and does not end is ended."""
        status = self._child.wait(_PATIENCE_SECONDS)
        if status is None:
            self._child.end()
            status = self._child.wait(_PATIENCE_SECONDS)
        return 1 if status is None else status

    def _failure(self, status: int) -> str:
        if self._timed_out.is_set() or status == -signal.SIGXCPU:
            return "time-limit"
        return "memory-limit" if status == MEMORY_EXIT else "reader-failed"


def _events_of(untrusted_output: IO[bytes], checker: Checker) -> Iterator[Event]:
    while untrusted_line := untrusted_output.readline(LONGEST_LINE):
        if not untrusted_line.endswith(b"\n"):
            raise UntrustedAnswerError
        yield from checker.take(untrusted_line)


def confinement() -> str:
    """Return what children give up on this machine, as the protocol calls it."""
    with os.fdopen(os.memfd_create("empty"), "rb") as empty:
        events = list(read_in_child(empty, "", Limits()))
    return next((event.how for event in events if isinstance(event, Confined)), "limits")
