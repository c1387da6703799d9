"""Outcomes that are values, not exceptions: what could not be done travels with what was done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from amends.vocabulary.provenance import Provenance


class ScreeningVerdict(StrEnum):
    """What a screening says of a release. Only ``CLEAR`` lets it pass; ``INCOMPLETE`` blocks like findings."""

    CLEAR = "clear"
    FINDINGS = "findings"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece that could not be opened or read, and why. What was skipped is never clean."""

    provenance: Provenance
    """Where the piece is."""
    code: str
    """Stable reason, in kebab-case: ``password-protected``, ``corrupt``, ``too-large`` ..."""
    reason: str
    """The reason in words, without any data from the file."""
