"""What a playbook is made of: cohorts, and what each is owed. Values only; reading and checking stand beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Cohort:
    """A predicate over persons: every condition holds, each by one of the listed values."""

    name: str
    title: str
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition → values. Empty: everyone."""


@dataclass(frozen=True, slots=True)
class DueRule:
    """When a measure is due: so many days after one of the incident's timestamps."""

    trigger: str
    days: int

    def due_at(self, triggers: dict[str, datetime | None]) -> datetime | None:
        """Return the due instant, or None where the trigger has not happened or is not known."""
        begins = triggers.get(self.trigger)
        return begins + timedelta(days=self.days) if begins else None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One measure that everyone in a cohort is owed."""

    name: str
    cohort: str
    kind: str
    owner: str
    authority: str
    due: DueRule
    addressee: str = ""
    barred_action: str = ""
    earliest_end: str = ""
    end_condition: str = ""
    sentences: dict[str, str] = field(default_factory=dict)
    """Language → the sentence in which a notice names this entitlement."""


@dataclass(frozen=True, slots=True)
class PopulationHold:
    """The hold that every row gets at once, before anyone is categorised (R08)."""

    entitlement: str
    barred_action: str
    owner: str
    authority: str
    earliest_end: str
    end_condition: str
    waiting_days: int
    """Days that must pass after a proven delivery before the hold may end."""
    sentences: dict[str, str] = field(default_factory=dict)
    """Language → the sentence in which a notice names the hold."""


@dataclass(frozen=True, slots=True)
class ClawbackRule:
    """Which recipients are asked to destroy the data, and by when (R45)."""

    entitlement: str
    owner: str
    authority: str
    classes: tuple[str, ...]
    due: DueRule


@dataclass(frozen=True, slots=True)
class Playbook:
    """A versioned table from cohort to entitlements."""

    name: str
    version: str
    title: str
    jurisdictions: tuple[str, ...]
    population_hold: PopulationHold
    cohorts: tuple[Cohort, ...]
    entitlements: tuple[Entitlement, ...]
    clawback: ClawbackRule

    def cohort(self, name: str) -> Cohort:
        """Return a cohort by name; ``KeyError`` for one that the playbook does not have."""
        return {cohort.name: cohort for cohort in self.cohorts}[name]
