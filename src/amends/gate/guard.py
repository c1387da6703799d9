"""May this look-up be believed? The checks without which nobody is clear, whatever the tables say.

What they cannot see: a hold whose state somebody changed by hand to ``lifted``, and an identifier that was
deleted with every count adjusted, by someone who can write to the ledger. Those show in the journal and in
`amends holds reconcile`, not here. And a gate whose own store was lost together with the ledger's restoring
has nothing to compare with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from math import inf
from threading import Lock
from typing import NamedTuple

from amends.gate.reading import Reading, State
from amends.gate.reasons import Reason

_SENTINELS_A_LOOK_UP = 4


class Seen(NamedTuple):
    """How far the ledger had come when it was last believed. What is believed later must go on from there."""

    generation: int = 0
    sequence: int = 0
    """Of the journal's last entry then."""
    head: str = ""
    """Digest of that entry, and with it of all before. Empty in a store from before digests were kept."""
    acceptances: int = 0
    """How often an operator has accepted an older ledger in this run of the gate."""


class Watched(NamedTuple):
    """Sentinels, with what the ledger said of itself when they were drawn."""

    texts: frozenset[str] = frozenset()
    held: int = 0
    key_id: str = ""


@dataclass(slots=True)
class Guard:
    """What this gate knows of the ledger from before, and what its self-check found. Used by several threads."""

    seen: Seen = Seen()
    older: bool = False
    """The ledger was found to be another than the one seen before. Stays until an operator accepts it, because the
    counters of a restored ledger catch up with those of the lost one, and its holds do not come back by that."""
    accepted: int = 0
    """Number of the last acceptance that was taken (`amends.gate.accepting`)."""
    finding: Reason | None = Reason.STARTING
    """Of the self-check; None when its last round was good."""
    stopwatch: Callable[[], float] = field(default=time.monotonic, repr=False)
    _good_until: float = -inf
    _kept: dict[str, int | str] = field(default_factory=dict)
    _watched: Watched = Watched()
    _next: cycle[str] | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def floor(self) -> Seen:
        """Return what has been seen so far: a look-up that begins now sees a continuation of it."""
        return self.seen

    def why_closed(
        self, reading: Reading, *, key_ids: Sequence[str], floor: Seen, asked: Sequence[str] = ()
    ) -> Reason | None:
        """Return why nobody is clear, or None.

        ``key_ids``: of the keys under which the look-up asked. ``floor`` was taken before the look-up began, because
        another thread may have seen more meanwhile; ``asked`` are the sentinels that were part of it.
        """
        state = reading.state
        doubt = self.doubt(reading, key_ids=key_ids, floor=floor)
        if doubt is not None or state is None:
            return doubt
        if any(text not in reading.held for text in asked) and self._are_due(state, asked):
            return Reason.STATE_MISMATCH
        if self.finding is None and self.stopwatch() > self._good_until:
            # The self-check hangs, or the ledger cannot be counted: what it found is of too long ago.
            return Reason.STATE_MISMATCH
        return self.finding

    def doubt(self, reading: Reading, *, key_ids: Sequence[str], floor: Seen) -> Reason | None:
        """Return why this is not the ledger that the gate knows, or not all of it; None where it is.

        A ledger that is older than what was seen is remembered as such.
        """
        state, sequence = reading.state, reading.sequence
        if not reading.canary:
            return Reason.CANARY_MISSING
        if state is None or sequence is None:
            return Reason.STATE_MISMATCH
        if self._is_older(reading, floor):
            return Reason.DATABASE_OLDER_THAN_SEEN
        empty = not (state.held or state.known or state.key_id)
        if state.key_id not in key_ids and not empty:
            return Reason.KEY_MISMATCH
        if (state.held > 0) != reading.any_held or (state.known > 0) != reading.any_known:
            return Reason.STATE_MISMATCH
        return None

    def _is_older(self, reading: Reading, floor: Seen) -> bool:
        """Return whether this ledger does not go on from what was seen; once found it is so for good.

        Greater counters alone show nothing: a restored ledger has them too after some work. Its journal, however, has
        another entry where the one stood that was seen.
        """
        state, sequence = reading.state, reading.sequence
        if state is None or sequence is None:
            return self.older
        behind = state.generation < floor.generation or sequence < floor.sequence
        another = bool(floor.sequence and floor.head) and reading.entry != floor.head
        if not (behind or another):
            return self.older
        with self._lock:
            # Where an operator accepted it while the look-up was under way, the next one begins from there.
            if floor.acceptances == self.seen.acceptances:
                self.older = True
        return True

    def remember(self, reading: Reading, floor: Seen) -> None:
        """Keep how far the ledger has come, of a reading that goes on from ``floor``."""
        state, sequence = reading.state, reading.sequence
        if state is None or sequence is None:
            return
        if floor.generation == state.generation and floor.sequence == sequence and floor.head:
            return
        with self._lock:
            seen = self.seen
            if floor.acceptances != seen.acceptances or sequence < seen.sequence:
                return
            generation = max(seen.generation, state.generation)
            self.seen = Seen(generation, sequence, reading.head, seen.acceptances)

    def new_marks(self) -> dict[str, int | str]:
        """Return what the store does not know yet of what has been seen."""
        seen = self.seen
        marks: dict[str, int | str] = {
            "generation": seen.generation,
            "sequence": seen.sequence,
            "head": seen.head,
            "older": int(self.older),
            "accepted": self.accepted,
        }
        return {} if marks == self._kept else marks

    def kept(self, marks: dict[str, int | str]) -> None:
        """Note that the store knows these."""
        if marks:
            self._kept = marks

    def forget(self) -> None:
        """Let an older ledger be the ledger, because an operator says so knowingly."""
        with self._lock:
            self.seen = Seen(acceptances=self.seen.acceptances + 1)
            self.older = False

    def found(self, finding: Reason | None, *, good_for: float) -> None:
        """Take what the self-check found; where that was good it counts for so many seconds."""
        self._good_until = self.stopwatch() + good_for
        self.finding = finding

    def watch(self, sentinels: Sequence[str], *, held: int, key_id: str) -> None:
        """Ask for some of these held fingerprints with every look-up, until others are drawn.

        ``held`` and ``key_id``: what the ledger said of itself when they were drawn. Identifiers only ever come to be,
        except where retention or a re-key removes some, and those say so by a smaller count or another key.
        """
        self._watched = Watched(frozenset(sentinels), held, key_id)
        self._next = cycle(sentinels) if sentinels else None

    def _are_due(self, state: State, asked: Sequence[str]) -> bool:
        """Return whether these sentinels must be seen; false where they were replaced, or may have been removed."""
        watched = self._watched
        same = state.key_id == watched.key_id and state.held >= watched.held
        return same and watched.texts.issuperset(asked)

    def sentinels(self) -> list[str]:
        """Return the next few sentinels to ask for."""
        return list(islice(self._next, _SENTINELS_A_LOOK_UP)) if self._next else []
