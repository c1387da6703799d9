"""May this look-up be believed? The checks without which nobody is clear, whatever the tables say.

What they cannot see: a hold whose state somebody changed by hand to ``lifted``, and an identifier that was
deleted with every count adjusted, by someone who can write to the ledger. Those show in the journal and in
`amends holds reconcile`, not here. And a gate whose own store was lost together with the ledger's restoring
has nothing to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from amends.gate.reading import Reading
from amends.gate.reasons import Reason

_SENTINELS_A_LOOK_UP = 4


@dataclass(slots=True)
class Guard:
    """What this gate knows of the ledger from before, and what its self-check found.

    Written by the thread that answers and by the one that checks; every write is one assignment.
    """

    highest_generation: int = 0
    highest_sequence: int = 0
    finding: Reason | None = Reason.STARTING
    """Of the self-check; None when its last round was good."""
    _kept: dict[str, int] = field(default_factory=dict)
    _sentinels: tuple[int, Sequence[str]] = (0, ())
    _next: cycle[str] | None = field(default=None, repr=False)

    def floor(self) -> tuple[int, int]:
        """Return the highest generation and sequence seen so far: a look-up that begins now sees no less."""
        return self.highest_generation, self.highest_sequence

    def why_closed(
        self,
        reading: Reading,
        *,
        key_ids: Sequence[str],
        floor: tuple[int, int],
        asked: Sequence[str] = (),
    ) -> Reason | None:
        """Return why nobody is clear, or None.

        ``key_ids``: of the keys under which the look-up asked. ``floor`` was taken before the look-up began, because
        another thread may have seen more meanwhile; ``asked`` are the sentinels that were part of it.
        """
        state, sequence = reading.state, reading.sequence
        if not reading.canary:
            return Reason.CANARY_MISSING
        if state is None or sequence is None:
            return Reason.STATE_MISMATCH
        if state.generation < floor[0] or sequence < floor[1]:
            return Reason.DATABASE_OLDER_THAN_SEEN
        empty = not (state.held or state.known or state.key_id)
        if state.key_id not in key_ids and not empty:
            return Reason.KEY_MISMATCH
        if (state.held > 0) != reading.any_held or (state.known > 0) != reading.any_known:
            return Reason.STATE_MISMATCH
        if self._sentinels[0] == state.generation and any(text not in reading.held for text in asked):
            return Reason.STATE_MISMATCH
        return self.finding

    def remember(self, reading: Reading) -> None:
        """Keep the highest generation and sequence seen."""
        state, sequence = reading.state, reading.sequence
        if state is not None and sequence is not None:
            self.highest_generation = max(self.highest_generation, state.generation)
            self.highest_sequence = max(self.highest_sequence, sequence)

    def new_marks(self) -> dict[str, int]:
        """Return what the store does not know yet of what has been seen."""
        seen = {"generation": self.highest_generation, "sequence": self.highest_sequence}
        return {} if seen == self._kept else seen

    def kept(self, marks: dict[str, int]) -> None:
        """Note that the store knows these."""
        if marks:
            self._kept = marks

    def forget(self) -> None:
        """Let an older ledger be the ledger, because an operator says so knowingly."""
        self.highest_generation = self.highest_sequence = 0

    def watch(self, generation: int, sentinels: Sequence[str]) -> None:
        """Ask for some of these held fingerprints with every look-up while the generation stays the same."""
        self._next = cycle(sentinels) if sentinels else None
        self._sentinels = (generation, sentinels)

    def sentinels(self) -> list[str]:
        """Return the next few sentinels to ask for."""
        return list(islice(self._next, _SENTINELS_A_LOOK_UP)) if self._next else []
