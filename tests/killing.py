"""Kills a process at one chosen moment: before or after each thing that it makes durable.

A work of many steps is cut by ``kill -9`` between any two of them, and each cut leaves another state behind. Those
states can be counted, so they are all tried, instead of hoping that a random moment hits them: a kill between
two durable steps leaves on disk what a kill right after the first of them does.

All of them are tried by `make faults`, which sets ``AMENDS_EVERY_MOMENT``. The suite tries the first, the last, the one
in the middle and two between.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

_COMPLETED, _FAILED = 0, 3


def some_of(moments: Sequence[int], at_most: int = 5) -> list[int]:
    """Return the first moment, the last and others evenly between; all of them where every moment is asked for."""
    if os.environ.get("AMENDS_EVERY_MOMENT") or len(moments) <= at_most:
        return list(moments)
    return [moments[place * (len(moments) - 1) // (at_most - 1)] for place in range(at_most)]


def moments_of(work: Callable[[], object]) -> list[int]:
    """Run ``work`` whole in a child, and return the moments to kill it at: `some_of` its durable steps.

    The moment after the last stands at the end: a run that is not killed.
    """
    reader, writer = os.pipe()

    def counted() -> None:
        taken = _count(lambda _: None)
        work()
        os.write(writer, str(taken[0]).encode())

    try:
        assert not _killed(counted)
        steps = int(os.read(reader, 20))
    finally:
        os.close(reader)
        os.close(writer)
    return [*some_of(range(1, steps + 1)), steps + 1]


def killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Run ``work`` in a child that kills itself at its ``moment``-th durable step; return whether it came to that.

    A work that ends before that moment has run whole. Raises ``AssertionError`` where it fails in another way.
    """

    def doomed() -> None:
        _count(partial(_kill_at, moment))
        work()

    return _killed(doomed)


def _killed(work: Callable[[], object]) -> bool:
    from django.db import connection

    # A forked child must not speak on its parent's connection to the database.
    connection.close()
    child = os.fork()
    if child == 0:
        code = _FAILED
        try:
            work()
            connection.close()
            code = _COMPLETED
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.waitstatus_to_exitcode(status) == _COMPLETED, "the work failed, and was not killed"
    return False


def _count(at_step: Callable[[int], None]) -> list[int]:
    """Call ``at_step`` with the number of each durable step from here on; return where they are counted."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    taken = [0]

    def step() -> None:
        taken[0] += 1
        at_step(taken[0])

    def durable(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            step()
            answer = call(*args, **named)
            step()
            return answer

        return counted

    for name in ("replace", "link", "unlink"):
        setattr(os, name, durable(getattr(os, name)))
    BaseDatabaseWrapper.commit = durable(BaseDatabaseWrapper.commit)  # type: ignore[method-assign]
    return taken


def _kill_at(moment: int, step: int) -> None:
    if step >= moment:
        os.kill(os.getpid(), signal.SIGKILL)
