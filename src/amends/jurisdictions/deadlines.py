"""When a duty is due, and whether a rule may say that an obligation is met.

The answer is an instant or "a person must decide", never "no duty". No clock is read here; the
triggers are the incident's own timestamps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from amends.jurisdictions.rules import DutyRule, VerificationStatus
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class DueDate:
    """By when one duty is due."""

    rule: str
    """Jurisdiction, name and version of the rule that was applied."""
    at: datetime | None
    """In UTC; None where a person must decide."""
    trigger: str
    """The event from which the period runs."""
    reason: str
    """How ``at`` was found, or why a person must decide."""

    @property
    def needs_a_person(self) -> bool:
        """Whether no instant could be computed. It never means that there is no duty."""
        return self.at is None


@dataclass(frozen=True, slots=True)
class Clearance:
    """Whether a rule may clear an obligation, and why."""

    cleared: bool
    reason: str

    def __bool__(self) -> bool:
        return self.cleared


def due_at(rule: DutyRule, triggers: Mapping[str, datetime]) -> DueDate:
    """Return when the duty is due, given the incident's events (``discovery``, ``awareness`` ...) and times.

    Days are counted by the calendar in the zone of the trigger, so that a period of days ends at the
    same time of day; hours are hours of real time. Weekends and holidays do not move the end: where
    that is disputed the earlier instant is the safe one. Where calendar and real time differ by the
    change of the clocks, the earlier of the two readings is given.

    Raises ``UsageError`` ``naive-time`` where the trigger has no time zone.
    """
    event = rule.trigger.value
    if rule.period is None:
        reason = f"no fixed period, {rule.pace}: a person must set the date"
        return DueDate(rule.identity, None, event, reason)
    start = triggers.get(event)
    if start is None:
        return DueDate(rule.identity, None, event, f"the time of {event} is not known: a person must decide")
    if start.tzinfo is None:
        raise UsageError(
            "naive-time", f"the time of {event} has no time zone", hint="Give every instant with its zone."
        )
    hours = timedelta(hours=rule.period.hours)
    by_real_time = start.astimezone(UTC) + timedelta(days=rule.period.days) + hours
    # Adding days to a local time forgets which of two equal clock times was meant (PEP 495, fold).
    calendar_day = (start + timedelta(days=rule.period.days)).replace(fold=start.fold)
    by_calendar = calendar_day.astimezone(UTC) + hours
    return DueDate(
        rule.identity,
        min(by_calendar, by_real_time),
        event,
        f"{_say(rule)} from {event}; {rule.citation} ({rule.status.value})",
    )


def clears(rule: DutyRule, met: bool) -> Clearance:
    """Return whether this rule may be the reason to regard an obligation as settled.

    ``met`` says that what the rule asks has been done, or that its threshold is not reached. An
    unverified rule never clears anything: published tables of deadlines are often wrong.
    """
    if rule.status is not VerificationStatus.VERIFIED:
        return Clearance(False, f"the rule {rule.identity} is unverified and can never clear an obligation")
    if not met:
        return Clearance(False, f"what {rule.identity} asks has not been done")
    return Clearance(True, f"what {rule.identity} asks has been done, and the rule is verified")


def _say(rule: DutyRule) -> str:
    assert rule.period is not None
    parts = ((rule.period.days, "days"), (rule.period.hours, "hours"))
    return " and ".join(f"{count} {unit if count > 1 else unit[:-1]}" for count, unit in parts if count)
