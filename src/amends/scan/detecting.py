"""What judges texts: the interface of every detector, and what a detector says.

A detector takes the texts of one file in the order of the file, and says of each which kinds of personal data it
holds. Forms and words are judged by `amends.scan.identifiers.text_detector`; names, the organisation's own people and
anything else that reads text are further detectors over the same texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One kind of personal data in one text."""

    text: int
    """Position of the text among those that were given."""
    kind: str
    """Stable name of the rule: ``social-security-number``."""
    category: str
    identifying: str
    """``direct``, ``indirect`` or ``contextual`` (`amends.scan.identifiers.rules.Rule`)."""
    label_en: str
    label_es: str
    count: int
    offset: int
    """Of the first, in characters from the start of the text."""
    confidence: float
    """Of the surest; 0 to 1."""
    sample: str
    """The first, masked."""
    context: str
    """What being named there means, where that is sensitive in itself, or empty."""
    reason: str
    """Why it is taken for this kind, in words and without any value."""


class Detector(Protocol):
    """Judges the texts of one file."""

    name: str

    def findings(self, texts: Sequence[str], *, apart: bool = False) -> Iterator[TextFinding]:
        """Yield what the texts hold, ascending by text; at most one finding for a text and kind.

        ``apart``: each is of another person (the cells of a column), so that a word in one says nothing of the next.
        """
        ...
