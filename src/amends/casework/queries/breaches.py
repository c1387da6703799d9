"""Broken promises by reference, for those who have to act on them (R27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.ledger.models import Breach, Incident
from amends.remedy.breach_case import BREACH
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One broken promise; names nobody."""

    reference: str
    action: str
    system: str
    kind: str
    at: datetime
    commitment: str
    why: str
    state: str
    steps: tuple[str, ...]


def breach_lines(incident: Incident, *, limit: int) -> tuple[BreachLine, ...]:
    """Return the breaches of an incident, those not acknowledged first, then the oldest action."""
    found = Breach.objects.filter(incident=incident).select_related("action")
    ordered = sorted(found, key=lambda b: (b.state != BREACH.initial, b.action.at, b.pk))
    return tuple(
        BreachLine(
            breach.reference,
            breach.action.reference,
            breach.action.system,
            breach.action.kind,
            breach.action.at,
            breach.commitment,
            breach.why,
            breach.state,
            tuple(step.name for step in BREACH.transitions if step.source == breach.state),
        )
        for breach in ordered[:limit]
    )


def breach_keys(references: Sequence[str]) -> list[int]:
    """Return the keys of listed references. Raises `UsageError` ``breach-reference-invalid``."""
    keys = []
    for place, text in enumerate(references, start=1):
        letter, _, number = text.partition("-")
        if letter != "B" or not number.isdigit():
            raise UsageError(
                "breach-reference-invalid",
                f"number {place} is not the reference of a breach",
                hint="references look like B-000123; copy them from `amends breaches`",
            )
        keys.append(int(number))
    return keys
