"""A duty in law as data: whom to tell, from which event, within how long, and on what ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from amends.jurisdictions.conditions import Conditions


class Trigger(StrEnum):
    """The event from which a period runs. They differ, and a rule names exactly one (R03)."""

    DISCOVERY = "discovery"
    """Somebody of the organisation knows of the breach, or should."""
    DETERMINATION = "determination"
    """The organisation has concluded what the rule asks for: that it is a breach, that it is major, that it harms."""
    AWARENESS = "awareness"
    """The organisation is reasonably certain that personal data were compromised."""
    CONFIRMATION = "confirmation"
    """Those who answer for security have confirmed the incident."""
    INDIVIDUAL_NOTICE = "individual_notice"
    """The first notice to the people concerned has gone out."""
    DECISION_NOT_TO_NOTIFY = "decision_not_to_notify"
    """The organisation has decided, in writing, not to tell the people concerned."""


class DayCount(StrEnum):
    """Which days a period of days counts."""

    CALENDAR = "calendar"
    WORKING = "working"
    """Neither Saturday nor Sunday nor a public holiday of the rule's country and subdivision."""


class Anchor(StrEnum):
    """Where counting begins once the trigger has happened."""

    TRIGGER = "trigger"
    END_OF_YEAR = "end_of_year"
    """The last day of the calendar year in which the trigger fell."""


class Evidence(StrEnum):
    """What stands behind a rule, strongest first."""

    STATUTE_COPY = "statute_copy"
    """The text of the statute, or the authority's own page, read in a stored copy."""
    SECONDARY = "secondary"
    GENERAL_KNOWLEDGE = "general_knowledge"


class VerificationStatus(StrEnum):
    """Whether a lawyer has compared the rule with the official text in force."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law states it: days (of the calendar, or working days), or hours of real time."""

    days: int
    hours: int
    counts: DayCount = DayCount.CALENDAR
    anchor: Anchor = Anchor.TRIGGER

    def __str__(self) -> str:
        unit = "working day" if self.counts is DayCount.WORKING else "day"
        parts = ((self.days, unit), (self.hours, "hour"))
        said = " and ".join(f"{count} {name}{'s' * (count != 1)}" for count, name in parts if count)
        return f"{said} after the end of the year" if self.anchor is Anchor.END_OF_YEAR else said


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule applies, and whose calendar and clock it counts by."""

    country: str = ""
    """ISO 3166-1 alpha-2; empty where there is no single one."""
    subdivision: str = ""
    """Second half of the ISO 3166-2 code."""
    time_zone: str = ""
    """IANA name; empty: the zone in which the trigger is given."""

    @property
    def code(self) -> str:
        """Return ``US-CA`` or ``BR``: what a person's residence is compared with."""
        return "-".join(part for part in (self.country, self.subdivision) if part)


@dataclass(frozen=True, slots=True)
class DelayRule:
    """Whether a law-enforcement body may ask for a delay, and how (R40)."""

    written: bool = False
    oral_days: int = 0
    """Longest delay on a request by word of mouth, in days; 0: a request must be in writing."""


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """One trigger and the instant that is due, which a lawyer can check without reading code."""

    trigger: datetime
    due: datetime | None
    weekday: str
    because: str


@dataclass(frozen=True, slots=True)
class DutyRule:
    """One duty to tell somebody, in one jurisdiction, as it stood between two days."""

    jurisdiction: str
    version: str
    """A computed deadline is stored with it (R03)."""
    name: str
    title: str
    place: Place
    told: tuple[str, ...]
    trigger: Trigger
    trigger_meaning: str
    period: Period | None
    """None where the law gives no fixed period; that is not "no duty"."""
    pace: str
    """What the law says instead of a period."""
    threshold: str
    """In words; ``conditions`` hold what a machine can ask of it."""
    conditions: Conditions
    content: tuple[str, ...]
    """Ids of the elements that the message must contain; see ``elements.toml``."""
    must_not: tuple[str, ...]
    """Ids of elements that it must not contain."""
    citation: str
    basis: str
    """What the rule rests on, in a few words of our own; never a quotation."""
    note: str
    delay: DelayRule
    evidence: Evidence
    status: VerificationStatus
    valid_from: date | None
    """First day on which this version was law; None: earlier than matters here, or not known."""
    valid_until: date | None
    """Last day; None: still law as far as is known."""
    examples: tuple[WorkedExample, ...]

    @property
    def key(self) -> str:
        """Return jurisdiction and name: the same duty through all its versions."""
        return f"{self.jurisdiction}/{self.name}"

    @property
    def identity(self) -> str:
        """Return jurisdiction, name and version in one word."""
        return f"{self.key}@{self.version}"

    @property
    def period_text(self) -> str:
        """Return the period in words, or the pace where there is none."""
        return str(self.period) if self.period else f"no fixed period: {self.pace}"

    def in_force_on(self, day: date) -> bool:
        """Return whether this version was law on that day, as far as the file knows."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)
