"""What every channel can do, and what it may say about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter that is ready and has not been delivered. There is no value that claims delivery."""

    reference: str
    """The letter's reference; names nobody."""
    method: str
    """How it will go: ``hand`` or ``post``."""
    state: str
    """``printed_not_delivered``: the clock that runs from delivery has not started."""
    awaits: str
    """What has to happen, and which proof has to come back, in words."""


class Channel(Protocol):
    """One way to bring a letter to its addressee."""

    methods: frozenset[str]
    """The contact channels of the registry that this one serves, such as ``hand`` and ``post``."""

    def prepare(self, reference: str, letter: Path, method: str) -> Prepared:
        """Make one letter ready for one addressee, and say what it now waits for.

        Raises ``UsageError`` ``channel-unfit`` where ``method`` is not one of `methods`: a person
        who may not be written to by post must not be (R32). Raises ``UsageError``
        ``letter-missing`` where there is no such file.
        """
        ...
