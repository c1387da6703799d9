"""Kills a process at one chosen moment: before or after each thing that it makes durable.

A work of many steps is cut by ``kill -9`` between any two of them, and each cut leaves another state behind. Those
states can be counted, so they are all tried, instead of hoping that a random moment hits them: a kill between
two durable steps leaves on disk what a kill right after the first of them does.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

_COMPLETED, _FAILED = 0, 3


def killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Run ``work`` in a child that kills itself at its ``moment``-th durable step; return whether it came to that.

    A work that ends before that moment has run whole. Raises ``AssertionError`` where it fails in another way.
    """
    from django.db import connection

    # A forked child must not speak on its parent's connection to the database.
    connection.close()
    child = os.fork()
    if child == 0:
        code = _FAILED
        try:
            _count_down(moment)
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


def _count_down(moment: int) -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper

    left = [moment]

    def durable(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            _step(left)
            answer = call(*args, **named)
            _step(left)
            return answer

        return counted

    for name in ("replace", "link", "unlink"):
        setattr(os, name, durable(getattr(os, name)))
    BaseDatabaseWrapper.commit = durable(BaseDatabaseWrapper.commit)  # type: ignore[method-assign]


def _step(left: list[int]) -> None:
    left[0] -= 1
    if left[0] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
