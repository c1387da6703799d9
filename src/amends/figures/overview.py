"""What a report says of one incident, as plain values. No field holds personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of the timeline."""

    at: datetime
    title: str
    text: str
    kind: str
    """``event``: it happened in the world; ``act``: we did it, and the journal says so."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure, exact and as it may be published."""

    name: str
    title: str
    group: str
    value: int
    public: int | None
    query: str


@dataclass(frozen=True, slots=True)
class ExposureSummary:
    """What the logs say and cannot say."""

    document_size: int | None
    size_basis: str
    requests: int
    recipients: tuple[tuple[str, str, int, int], ...]
    """Class, verdict, clients, requests."""
    holes: tuple[tuple[datetime, datetime, str], ...]
    unreadable_lines: int
    logs: tuple[tuple[str, str, int, str], ...]
    """Name, format, lines, SHA-256."""
    adverse_assumption: bool
    adverse_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CohortLine:
    """One cohort, how many belong to it, and what they are owed in words."""

    title: str
    persons: int
    entitlements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwedLine:
    """Remedies of one entitlement in one state."""

    entitlement: str
    kind: str
    owner: str
    state: str
    count: int
    due: datetime | None
    final: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty in law with its clock."""

    rule: str
    told: str
    citation: str
    verification: str
    trigger: str
    due_at: datetime | None
    due_reason: str


@dataclass(frozen=True, slots=True)
class HarmLine:
    """What one regime says of one cohort, in the latest signed assessment."""

    cohort: str
    version: int
    persons: int
    severity: str
    regime: str
    level: str
    conclusion: str
    rationale: str
    """Of the factor that says how bad it can get for one person."""
    signers: tuple[str, ...]
    not_notified_until: str
    """Day of review of a decision not to notify; empty where people are told."""


@dataclass(frozen=True, slots=True)
class IncidentOverview:
    """Everything the report shows."""

    reference: str
    title: str
    url: str
    disclosed_to: str
    as_of: datetime | None
    exposed_from: datetime
    reported_at: datetime
    removed_at: datetime
    held_at: datetime | None
    closed_at: datetime | None
    as_at: datetime
    """The moment that the overview describes: the last journal entry of the incident."""
    playbook: str
    timeline: tuple[Moment, ...]
    figures: tuple[FigureLine, ...]
    exposure: ExposureSummary | None
    cohorts: tuple[CohortLine, ...]
    owed: tuple[OwedLine, ...]
    duties: tuple[DutyLine, ...]
    open: dict[str, int]
    not_read: dict[str, int]
    """Reason → pieces of the leaked file that no step has read."""
    persons: int
    persons_covered: int
    journal_head: str
    harm: tuple[HarmLine, ...] = ()
    """Empty while nobody has signed an assessment."""

    @property
    def exposure_duration(self) -> timedelta:
        """How long the data could be had: computed from the timestamps, never typed (R02)."""
        return self.removed_at - self.exposed_from

    @property
    def exposure_to_hold(self) -> timedelta | None:
        """From exposure to the hold on everyone."""
        return self.held_at - self.exposed_from if self.held_at else None

    @property
    def discovery_to_hold(self) -> timedelta | None:
        """From the first report to the hold on everyone."""
        return self.held_at - self.reported_at if self.held_at else None

    def value(self, name: str) -> int:
        """Return one figure's exact value; 0 before figures have been counted."""
        return next((figure.value for figure in self.figures if figure.name == name), 0)


def in_words(duration: timedelta) -> str:
    """Return a duration as people say it: ``4 h 19 min``, ``2 d 0 h 15 min``."""
    if duration < timedelta(0):
        return f"minus {in_words(-duration)}"
    minutes = int(duration.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    return f"{days} d {hours} h {minutes} min" if days else f"{hours} h {minutes} min"
