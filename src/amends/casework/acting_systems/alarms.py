"""Raises and clears alarms; both run in the transaction of their caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from amends.ledger.models import Alarm


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, as seen at one moment."""

    kind: str
    about: str
    message: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Counts, instants and references; never an identity."""


def raise_alarm(finding: Finding, *, now: datetime) -> bool:
    """Raise an alarm unless it stands already; return whether it is new. One that stands learns the latest detail."""
    standing = Alarm.objects.filter(kind=finding.kind, about=finding.about, cleared_at__isnull=True)
    if standing.exists():
        changed = standing.exclude(message=finding.message, detail=dict(finding.detail))
        changed.update(message=finding.message, detail=dict(finding.detail))
        return False
    Alarm.objects.create(
        kind=finding.kind,
        about=finding.about,
        message=finding.message,
        detail=dict(finding.detail),
        raised_at=now,
    )
    return True


def clear_alarm(kind: str, about: str, *, now: datetime) -> bool:
    """Clear an alarm where it stands; return whether it did."""
    standing = Alarm.objects.filter(kind=kind, about=about, cleared_at__isnull=True)
    return bool(standing.update(cleared_at=now))
