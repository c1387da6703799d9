"""Threads that look up and record, so that the loop on which callers wait never touches disk or database."""

from __future__ import annotations

import logging
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from amends.gate.answers import plain_hold
from amends.gate.question import Question
from amends.gate.reasons import Reason

log = logging.getLogger(__name__)
_ALL_AT_ONCE: Final = 64
"""Questions after which no more are taken; a few more may come with the last of them."""
_END: Final[Sequence[Question]] = ()


class Worker:
    """One thread and its queue. What has gathered while it worked is what it takes next."""

    def __init__(
        self,
        name: str,
        answer: Callable[[Sequence[Question]], None],
        *,
        deliver: Callable[[Sequence[Question]], None],
        at_once: int = _ALL_AT_ONCE,
    ) -> None:
        self._answer, self._deliver, self._at_once = answer, deliver, at_once
        self._queue: SimpleQueue[Sequence[Question]] = SimpleQueue()
        self._loop: AbstractEventLoop | None = None
        # A daemon: a thread that hangs in a dead file system must not keep the process from ending.
        self._thread = Thread(target=self._run, name=f"gate-{name}", daemon=True)

    def start(self, loop: AbstractEventLoop) -> None:
        """Begin; answers are delivered on this loop."""
        self._loop = loop
        self._thread.start()

    def put(self, questions: Sequence[Question]) -> None:
        """Hand in questions (at least one); returns at once."""
        for begin in range(0, len(questions), self._at_once):
            self._queue.put(questions[begin : begin + self._at_once])

    def stop(self, seconds: float = 1.0) -> None:
        """Answer what is waiting, then end; give up after some seconds."""
        self._queue.put(_END)
        self._thread.join(seconds)

    def _run(self) -> None:
        going_on = True
        while going_on:
            questions, going_on = self._gather()
            if not questions:
                continue
            try:
                self._answer(questions)
            except Exception as error:
                # The text of an error may quote what it choked on: only its kind is told.
                log.error("the gate failed while answering: %s", type(error).__name__)
                for question in questions:
                    if question.sent is None or question.recorded_id is None:
                        question.sent = plain_hold(Reason.GATE_FAULT, 500)
            if self._loop is not None:
                try:
                    self._loop.call_soon_threadsafe(self._deliver, questions)
                except RuntimeError:
                    # The loop has been closed: nobody waits any more.
                    return

    def _gather(self) -> tuple[Sequence[Question], bool]:
        questions = self._queue.get()
        if not questions:
            return (), False
        get = self._queue.get_nowait
        try:
            while len(questions) < self._at_once:
                following = get()
                if not following:
                    return questions, False
                questions = [*questions, *following]
        except Empty:
            pass
        return questions, True
