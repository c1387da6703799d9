"""What one look-up saw of the ledger, all of it in one statement and so of one instant; and who can look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from amends.gate.caller import Caller
from amends.gate.reasons import Reason

CANARY: Final = "0" * 32
"""Fingerprint that must be seen by every look-up (see `amends.ledger.models.gate_index`)."""
CANARY_HOLD: Final = 0
IN_FORCE: Final = "in_force"
LIFTED: Final = "lifted"


class LookupFailedError(Exception):
    """The ledger could not be read; nobody is clear. Carries a reason and nothing of what was asked."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class FoundHold(NamedTuple):
    """One hold under which a fingerprint stands."""

    number: int
    state: str | None
    """None where the hold itself cannot be read."""
    bars: str
    """Action that may not be taken; ``*`` or empty bars every one."""

    @property
    def reference(self) -> str:
        return f"H-{self.number:06d}"


@dataclass(frozen=True, slots=True)
class State:
    """What the ledger says of itself to the gate."""

    generation: int
    held: int
    """Identifiers under a hold, lifted ones included, without the canary."""
    known: int
    key_id: str
    unknown_is_hold: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look-up saw."""

    canary: bool
    state: State | None
    sequence: int | None
    """Of the journal's last entry."""
    head: str
    """Digest of that entry."""
    entry: str | None
    """Digest of the journal's entry at the sequence that was asked for; None where there is none."""
    any_held: bool
    """Whether any held identifier can be seen beside the canary, asked for or not."""
    any_known: bool
    held: dict[str, list[FoundHold]] = field(repr=False)
    known: Collection[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One API key as the ledger has it."""

    key_id: str
    system: str
    kind: str
    secret_sha256: str = field(repr=False)
    actions: frozenset[str]
    """That the key may ask about and its system can take."""
    requests_per_second: int
    expires_at: datetime | None
    revoked: bool
    """The key was revoked, or its system retired."""

    @property
    def caller(self) -> Caller:
        """Return who asks with this key."""
        return Caller(self.system, self.key_id, self.kind, self.actions)


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Every API key by its id, and every action that some acting system can take."""

    keys: dict[str, KeyRecord]
    actions: frozenset[str]


class Counted(NamedTuple):
    """What was counted, and what the ledger said at that same instant."""

    held: int
    """Identifiers under a hold, without the canary."""
    known: int
    state: State | None


class Lookup(Protocol):
    """Reads a ledger through a connection of its own. Used by one thread at a time.

    Every method raises `LookupFailedError` when the ledger cannot be read in time; the next call tries anew.
    """

    def look_up(self, fingerprints: Sequence[str], *, entry: int = 0) -> Reading:
        """Look these up, and the canary with them, in one statement; ``entry`` is the sequence of a journal entry."""

    def keys(self) -> KeyTable:
        """Return the API keys."""

    def counts(self) -> Counted:
        """Count held identifiers (without the canary) and known ones, in one statement with the state. Slow."""

    def draw(self, starts: Sequence[str]) -> list[str]:
        """Return for each start the first held fingerprint at or after it, as far as there is one."""

    def fault(self) -> Reason | None:
        """Return why this database must not be believed although it answers (read-only, a standby)."""

    def close(self) -> None:
        """Give the connection back."""
