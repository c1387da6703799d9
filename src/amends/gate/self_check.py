"""The gate's doubts about itself: every few seconds, and whenever the ledger's generation has changed.

Counts what can be seen and compares it with what the ledger says there is; draws sentinels, held fingerprints that
every look-up asks for again; asks whether the database can still take a hold at all. Works in a thread and
through a connection of its own, because counting ten million rows takes a second.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Final

from amends.gate.answers import Frame
from amends.gate.reading import Lookup, LookupFailedError, State
from amends.gate.reasons import Reason
from amends.gate.recording import Desk, record

log = logging.getLogger(__name__)
_EVERY_SECONDS: Final = 1.0
_COUNT_EVERY_SECONDS: Final = 5.0
_COUNTING_SHARE: Final = 20
"""Counting takes at most one part in so many of the time."""
_SENTINELS: Final = 64
_COUNTS_OF_GRACE: Final = 3
_SECONDS_OF_GRACE: Final = 30.0
"""A finding is good until the next one is due, and for so many counts and seconds more."""


class SelfCheck:
    """One thread that looks the gate's own look-ups over."""

    def __init__(
        self, desk: Desk, lookup: Lookup, *, stopwatch: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk, self._lookup, self._stopwatch = desk, lookup, stopwatch
        self._checked_generation = -1
        self._count_again_at = 0.0
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="gate-self-check", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present round; give up after a second."""
        self._stopping.set()
        self._thread.join(1)

    def round(self) -> None:
        """Look everything over once, and tell the guard."""
        desk = self._desk
        self._take_acceptances()
        record(desk, (), Frame.of(desk.clock.read().at))
        with suppress(sqlite3.Error, OSError):
            # A store that cannot be written shows in the answers; here it only does not become shorter.
            desk.store.checkpoint()
        fault = self._lookup.fault()
        if fault is not None:
            desk.guard.finding = fault
            return
        state = self._seen()
        due = self._stopwatch() >= self._count_again_at or desk.guard.finding is not None
        if state is None or (state.generation == self._checked_generation and not due):
            return
        began = self._stopwatch()
        found = self._counted()
        took = self._stopwatch() - began
        until_next = max(_COUNT_EVERY_SECONDS, _COUNTING_SHARE * took)
        self._count_again_at = self._stopwatch() + until_next
        desk.guard.found(found, good_for=until_next + _COUNTS_OF_GRACE * took + _SECONDS_OF_GRACE)

    def _seen(self) -> State | None:
        """Look up nobody; remember how far the ledger has come, or that it is an older one, and keep it durably."""
        desk = self._desk
        floor, key_ids = desk.guard.floor(), desk.fingerprints.now().key_ids
        reading = self._lookup.look_up((), entry=floor.sequence)
        doubt = desk.guard.doubt(reading, key_ids=key_ids, floor=floor)
        if doubt is None:
            desk.guard.remember(reading, floor)
        elif doubt is Reason.KEY_MISMATCH:
            desk.fingerprints.renew()
        record(desk, (), Frame.of(desk.clock.read().at))
        return reading.state

    def _counted(self) -> Reason | None:
        """Count, compare with what the ledger said at that instant, and draw sentinels."""
        held, known, state = self._lookup.counts()
        if state is None or (held, known) != (state.held, state.known):
            return Reason.STATE_MISMATCH
        drawn = self._lookup.draw([secrets.token_hex(16) for _ in range(_SENTINELS)])
        self._checked_generation = state.generation
        self._desk.guard.watch(list(dict.fromkeys(drawn)), held=state.held, key_id=state.key_id)
        return None

    def _take_acceptances(self) -> None:
        guard = self._desk.guard
        for number, subject in self._desk.store.acceptances(after=guard.accepted):
            if subject == "older":
                guard.forget()
            elif subject == "clock":
                self._desk.clock.accept()
            guard.accepted = number

    def attempt(self) -> None:
        """Do one round; where it fails, nobody is clear until one succeeds."""
        try:
            self.round()
        except LookupFailedError as error:
            self._desk.guard.finding = error.reason
        except Exception as error:
            # Only its kind: the text of an error may quote what it choked on.
            log.error("the gate's self-check failed: %s", type(error).__name__)
            self._desk.guard.finding = Reason.GATE_FAULT

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.attempt()
            self._stopping.wait(_EVERY_SECONDS)
