"""The processes that set letters: each has a compiler and a folder of its own.

Processes, not threads: two threads share typst's cache and its locks and gain a third, two
processes gain nearly the double. They are spawned, because a fork of a process in which typst has
run never wakes up.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

from amends.remedy.notices.manifest import Entry
from amends.remedy.notices.typesetting import Typesetter
from amends.vocabulary.errors import FaultError

PARTIAL_SUFFIX: Final = ".pdf.partial"
_LETTERS_PER_BATCH: Final = 16
_WORTH_A_PROCESS: Final = 100
"""Letters that one process sets in about the time that starting another takes."""


@dataclass(frozen=True, slots=True)
class Task:
    """One letter to set. Its text is revealed here, because it has to cross to another process."""

    reference: str
    dated: date
    source: str
    """Digest of everything that decides the bytes."""
    text: str = field(repr=False)


def set_letters(tasks: Sequence[Task], out: Path, work: Path, processes: int) -> Iterator[Entry]:
    """Set every task's letter into ``out`` and yield its entry when the file is in place.

    ``work`` is a private folder for the compilers. Raises ``FaultError`` ``typesetting-failed``, or
    ``typesetter-died`` where a process was killed.
    """
    useful = min(processes, len(tasks) // _WORTH_A_PROCESS + 1)
    if useful <= 1:
        if tasks:
            yield from _set_batch(Typesetter(work), tasks, out)
        return
    starts = range(0, len(tasks), _LETTERS_PER_BATCH)
    batches = [tasks[start : start + _LETTERS_PER_BATCH] for start in starts]
    pool = ProcessPoolExecutor(
        useful, multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(work, out)
    )
    with pool:
        try:
            for entries in pool.map(_work, batches):
                yield from entries
        except BrokenProcessPool as error:
            raise FaultError(
                "typesetter-died",
                "a process that sets letters was killed",
                hint="Look for a shortage of memory, then run again: letters that stand are not set again.",
            ) from error


@dataclass(slots=True)
class _Worker:
    """What one process keeps between batches."""

    typesetter: Typesetter
    out: Path


_WORKER: list[_Worker] = []
"""At most one, and only in a spawned process."""


def _start_worker(work: Path, out: Path) -> None:
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    folder = work / str(os.getpid())
    folder.mkdir(mode=0o700)
    _WORKER.append(_Worker(Typesetter(folder), out))


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, even if that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(batch: Sequence[Task]) -> list[Entry]:
    return list(_set_batch(_WORKER[0].typesetter, batch, _WORKER[0].out))


def _set_batch(typesetter: Typesetter, batch: Sequence[Task], out: Path) -> Iterator[Entry]:
    for task in batch:
        pdf = typesetter.set(task.text, task.dated, task.reference)
        _put_in_place(pdf, out, task.reference)
        yield Entry(task.reference, task.source, hashlib.sha256(pdf).hexdigest())


def _put_in_place(pdf: bytes, out: Path, reference: str) -> None:
    partial = out / f".{reference}{PARTIAL_SUFFIX}"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pdf)
    partial.replace(out / f"{reference}.pdf")
