"""When a duty is due, which version of a rule was law, and whether a rule may say that an obligation is met.

The answer is an instant or "a person must decide", never "no duty". No clock is read here; the
triggers are the incident's own timestamps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from amends.jurisdictions.duty_rule import Anchor, DayCount, DutyRule, Period, VerificationStatus
from amends.jurisdictions.working_days import add_working_days
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

    Days are counted by the calendar in the rule's zone (where it has none, in the zone of the trigger), so that a
    period of days ends at the same time of day; hours are hours of real time. Weekends and holidays move the end only
    where the rule counts working days: where that is disputed the earlier instant is the safe one. Where calendar and
    real time differ by the change of the clocks, the earlier of the two readings is given.

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
    local = start.astimezone(ZoneInfo(rule.place.time_zone)) if rule.place.time_zone else start
    if not rule.in_force_on(local.date()):
        reason = f"this version was not law on the day of {event}: a person must find the one that was"
        return DueDate(rule.identity, None, event, reason)
    reason = f"{rule.period} from {event}; {rule.citation} ({rule.status.value})"
    return DueDate(rule.identity, _end_of(rule.period, local, rule), event, reason)


def in_force(
    versions: Sequence[DutyRule], triggers: Mapping[str, datetime], *, otherwise: datetime
) -> DutyRule:
    """Return the version of a duty that was law when its trigger happened.

    While the trigger has not happened, ``otherwise`` stands for it (the first report). Where no version reaches so far
    back, the oldest is returned, and `due_at` says that a person must find the one that was law.
    """
    for rule in versions:
        instant = triggers.get(rule.trigger.value, otherwise)
        local = instant.astimezone(ZoneInfo(rule.place.time_zone or "UTC"))
        if rule.in_force_on(local.date()):
            return rule
    return min(versions, key=lambda rule: rule.valid_from or date.min)


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


def _end_of(period: Period, start: datetime, rule: DutyRule) -> datetime:
    if period.anchor is Anchor.END_OF_YEAR:
        # The first moment of the last day of the year: the earlier reading of "after the end of the year".
        start = datetime.combine(date(start.year, 12, 31), time(), tzinfo=start.tzinfo)
    hours = timedelta(hours=period.hours)
    if period.counts is DayCount.WORKING:
        day = add_working_days(start.date(), period.days, rule.place)
        return start.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC) + hours
    by_real_time = start.astimezone(UTC) + timedelta(days=period.days) + hours
    # Adding days to a local time forgets which of two equal clock times was meant (PEP 495, fold).
    calendar_day = (start + timedelta(days=period.days)).replace(fold=start.fold)
    by_calendar = calendar_day.astimezone(UTC) + hours
    return min(by_calendar, by_real_time)
