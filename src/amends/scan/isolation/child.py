"""The process in which a hostile file is opened: give everything up, read, answer, end.

It answers in lines of JSON (see `amends.scan.isolation.protocol`), never in pickles, and never with a message of an
exception. What imports it has been imported before; it imports nothing itself, since it can open no file any more.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final

from amends.scan.formats.interface import Format, UnreadableError, UntrustedUnread
from amends.scan.isolation.answering import Answer
from amends.scan.isolation.nested import NeedsError, answer_for
from amends.scan.isolation.protocol import MEMORY_EXIT
from amends.scan.isolation.system_calls import allow_reading_only
from amends.scan.limits import Limits
from amends.scan.rendering.interface import Renderer

_STREAMS: Final = 3
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def read_and_end(extension: str, limits: Limits, formats: Sequence[Format], imported: frozenset[str]) -> None:
    """Read the file on descriptor 0, answer on descriptor 1, end this process. Never returns.

    ``imported`` names the formats whose ``needs`` are there.
    """
    status = 1
    try:
        with _confined(limits) as (stream, answer):
            try:
                answer_for(stream, extension, formats, imported, answer)
                answer.send(["end"])
            except NeedsError as wanted:
                answer.send(["needs", wanted.format])
        status = 0
    except MemoryError:
        status = MEMORY_EXIT
    finally:
        os._exit(status)


def draw_and_end(limits: Limits, renderer: Renderer) -> None:
    """Draw the file on descriptor 0, answer on descriptor 1, end this process. Never returns."""
    status = 1
    try:
        with _confined(limits) as (stream, answer):
            try:
                for piece in renderer.render(stream, limits):
                    if isinstance(piece, UntrustedUnread):
                        answer.unread((piece.where,) if piece.where else (), piece.code, piece.amount)
                    else:
                        answer.picture(piece)
                answer.send(["end"])
            except UnreadableError as problem:
                answer.unread((), problem.code, problem.amount)
                answer.send(["end"])
        status = 0
    except MemoryError:
        status = MEMORY_EXIT
    finally:
        os._exit(status)


@contextmanager
def _confined(limits: Limits) -> Iterator[tuple[BinaryIO, Answer]]:
    how = give_up_everything(limits)
    gc.disable()  # nothing here makes cycles by the million, and the process ends with its file
    answer = Answer(1, limits)
    answer.send(["confined", how])
    with open(0, "rb", closefd=False) as stream:  # noqa: PTH123 - an open descriptor, not a path
        yield stream, answer


def give_up_everything(limits: Limits) -> str:
    """Lower every bound of this process for good, hard limits included; return what held, as the protocol calls it.

    After this it can neither open a file nor a socket (no descriptor is left), write to a file, start
    a process, dump its memory, nor outgrow its memory and its seconds; where the kernel filters system
    calls, it cannot even ask.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # nobody listens any more: end
    # Past the soft bound of the CPU comes a signal that says why, a second later the end.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    memory = _mapped_bytes() + limits.memory_bytes
    for bound, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, _STREAMS),
    ):
        resource.setrlimit(bound, (value, value))
    return "system-calls" if allow_reading_only() else "limits"


def _mapped_bytes() -> int:
    """Return the address space in use: libraries reserve more than they touch, and the bound is on what comes after."""
    try:
        with open("/proc/self/statm", encoding="ascii") as status:  # noqa: PTH123 - cheaper than a path object
            return int(status.read().split()[0]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
