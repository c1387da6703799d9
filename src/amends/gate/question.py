"""One question on its way: from the loop that took it to the thread that answers it, and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from amends.gate.answers import Row, Sent
from amends.gate.caller import Caller


class Kind(StrEnum):
    """What is asked."""

    CHECK = "check"
    LIST = "list"
    CALLER = "caller"
    """Only who asks: for the endpoints beside the checks."""


class Waiter(Protocol):
    """Whoever waits for an answer: a future, or a connection. Told on the loop."""

    def done(self) -> bool:
        """Return whether an answer has been given, or nobody waits any more."""

    def set_result(self, answer: Any, /) -> None:
        """Take the answer, for a question that is not `done`."""


@dataclass(slots=True, eq=False)
class Question:
    """One question. The loop sets what came in, the thread what goes out; ``early`` is the loop's alone."""

    kind: Kind
    header: bytes = field(repr=False)
    """Header ``Authorization``."""
    body: bytes = field(repr=False)
    future: Waiter | None = field(default=None, repr=False)
    begun: float = 0.0
    """By the stop-watch of the loop."""
    sent: Sent | None = field(default=None, repr=False)
    caller: Caller | None = None
    recorded_id: int | None = None
    """Number of the answer in the store, once it stands there."""
    early: Row | None = field(default=None, repr=False)
    """The hold that was given because the thread took too long; still to be recorded."""
