"""Reads one file in a child process of its own.

The precautions, in the order in which they are taken:

1. The parent opens the file read-only and makes sure that it is a regular file within the size bound.
2. The child is started with an empty environment, in Python's isolated mode (no user site, no
   ``PYTHON*`` variables, no current folder on the path), in the root folder, in a session of its own;
   the open file is its standard input, so it never learns the file's name or place.
3. Its standard error goes nowhere: a traceback may hold data.
4. The child imports what it needs, then lowers its own hard limits: no core dump, no byte into any
   file, no new process, bounded address space, bounded CPU seconds, and no file descriptor beyond the
   three that it has, so that it can open neither a file nor a socket.
5. Only then it reads the first byte of the file.
6. A clock on the wall ends the child when it takes too long, whatever it is doing.
7. The parent reads lines of bounded length and checks each word (`amends.scan.isolation.checking`).
8. Without the line ``["end"]`` and an exit status of zero, everything that the child said is void.

It does not confine the child by system-call filters or name spaces; that is left to the operator's
container. The child runs as the same user.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, BinaryIO, Final

from amends.scan.isolation.checking import CheckedAnswer, Grid, Unread, UntrustedAnswerError
from amends.scan.isolation.protocol import LONGEST_LINE, MEMORY_EXIT
from amends.scan.limits import Limits

_START: Final = "from amends.scan.isolation.child import main; main()"
_PATIENCE_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of the child, checked. A reading that failed has no grids and says why."""

    format: str = ""
    grids: tuple[Grid, ...] = field(default=(), repr=False)
    unread: tuple[Unread, ...] = ()


def read_in_child(stream: BinaryIO, extension: str, limits: Limits) -> Reading:
    """Read an open regular file in a fresh child process. Never raises for what the file holds."""
    command = [
        sys.executable, "-I", "-B", "-X", "utf8", "-c", _START,
        extension, json.dumps(list(limits)),
    ]  # fmt: skip
    return read_from(command, stream, limits)


def read_from(command: Sequence[str], stream: BinaryIO, limits: Limits) -> Reading:
    """Run a child by its command line and return its checked answer; ``read_in_child`` gives the real one."""
    process = subprocess.Popen(
        command,
        stdin=stream,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    timed_out = threading.Event()

    def end_it() -> None:
        timed_out.set()
        process.kill()

    alarm = threading.Timer(limits.wall_seconds, end_it)
    alarm.daemon = True
    alarm.start()
    answer = CheckedAnswer(limits)
    try:
        if process.stdout is not None:
            _take_lines(process.stdout, answer)
    except UntrustedAnswerError:
        answer.ended = False
        process.kill()
    except BaseException:
        process.kill()
        raise
    finally:
        status = _status_of(process)
        alarm.cancel()
    if answer.ended and status == 0 and not timed_out.is_set():
        return Reading(answer.format, tuple(answer.grids), tuple(answer.unread))
    return Reading(unread=(Unread("", _failure(status, timed_out.is_set()), 0),))


def _take_lines(untrusted_output: IO[bytes], answer: CheckedAnswer) -> None:
    with untrusted_output:
        while untrusted_line := untrusted_output.readline(LONGEST_LINE):
            if not untrusted_line.endswith(b"\n"):
                raise UntrustedAnswerError
            answer.take(untrusted_line)


def _status_of(process: subprocess.Popen[bytes]) -> int:
    """A child that has closed its mouth and does not end is ended."""
    try:
        return process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _failure(status: int, timed_out: bool) -> str:
    if timed_out or status == -signal.SIGXCPU:
        return "time-limit"
    return "memory-limit" if status == MEMORY_EXIT else "reader-failed"
