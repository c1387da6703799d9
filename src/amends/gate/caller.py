"""Who asks the gate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """An acting system, known by one of its API keys."""

    system: str
    key_id: str
    kind: str
    """``live``, ``team`` or ``test``."""
    actions: frozenset[str]
    """Actions that the key may ask about."""
