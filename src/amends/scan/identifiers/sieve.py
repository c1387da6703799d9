"""What stands where in a block of text, before anything is checked: the interface of the two engines.

A sieve reports at least every candidate. `amends.scan.identifiers.engine` checks what it reports with the rules'
own expressions, so a sieve decides how fast a text is judged, and never what is found in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from amends.scan.identifiers.lexicon import WordHit


@dataclass(slots=True)
class Hits:
    """What a sieve reports of one block."""

    anchors: dict[int, list[int]] = field(default_factory=dict)
    """Position of a rule → ascending offsets, one at least within or at the end of each of its candidates."""
    words: list[WordHit] = field(default_factory=list)
    """Ascending by end."""
    odd: list[int] = field(default_factory=list)
    """Ascending offsets at digits or separators that are no ASCII (`amends.scan.identifiers.odd_characters`)."""


class Sieve(Protocol):
    """Finds the places in a block where a rule may have a candidate."""

    def hits(self, data: bytes) -> Hits:
        """Return them all."""
        ...
