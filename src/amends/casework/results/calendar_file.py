"""The duties as a calendar file (RFC 5545), for the calendars of those who answer for them.

It holds what the rule files say, the reference of the incident and instants: no title, no free text that
anybody typed, nobody's data. A calendar is synchronised to telephones and to servers that others run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from icalendar import Alarm, Calendar, Event, Todo

from amends.casework.clocks.marks import marks_between
from amends.jurisdictions.duty_rule import DutyRule
from amends.jurisdictions.rules import load_rules
from amends.ledger.models import Duty, Incident
from amends.vocabulary.errors import FaultError

_PRODUCT: Final = "-//Amends//duties//EN"
_UNVERIFIED: Final = (
    "The rule is unverified: counsel checks it. Nothing here says that a duty does not exist."
)


def write_calendar(incident: Incident, path: Path, *, now: datetime) -> int:
    """Write the open duties of an incident and return how many. Instants are in UTC, which every calendar converts.

    A duty without a date is a task that asks for one. Raises `FaultError` ``calendar-unwritable``.
    """
    duties = Duty.objects.filter(incident=incident, state=Duty.State.OPEN).select_related("delay", "incident")
    content = calendar_of(list(duties), now=now)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise FaultError(
            "calendar-unwritable",
            f"the calendar file cannot be written: {error.strerror}",
            hint="choose another place with --ics",
            where=str(path),
        ) from error
    return len(duties)


def calendar_of(duties: Sequence[Duty], *, now: datetime) -> bytes:
    """Return the calendar of these duties."""
    rules = {rule.identity: rule for rule in load_rules()}
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    for duty in duties:
        if rule := rules.get(duty.rule):
            calendar.add_component(_entry(duty, rule, now))
    written: bytes = calendar.to_ical()
    return written


def uid_of(duty: Duty) -> str:
    """Return the identifier under which a calendar finds this duty again, whatever becomes of its time."""
    digest = hashlib.sha256(f"{duty.incident.reference}|{duty.key}".encode()).hexdigest()
    return f"{digest[:32]}@amends.invalid"


def _entry(duty: Duty, rule: DutyRule, now: datetime) -> Event | Todo:
    entry: Event | Todo = Event() if duty.due_at else Todo()
    entry.add("uid", uid_of(duty))
    entry.add("dtstamp", now.astimezone(UTC))
    # Grows with each change of the duty, so that a calendar takes the later time over the earlier (RFC 5545, 3.8.7.4).
    entry.add("sequence", duty.events.count())
    entry.add("summary", f"{duty.reference} {rule.title} ({rule.jurisdiction})")
    entry.add("description", _description(duty, rule))
    if duty.due_at is None:
        entry.add("status", "NEEDS-ACTION")
        return entry
    due = duty.due_at.astimezone(UTC)
    entry.add("dtstart", due)
    entry.add("duration", timedelta())
    entry.add("transp", "TRANSPARENT")
    for mark in marks_between(duty.triggered_at or duty.incident.reported_at, due):
        if mark.at <= due:
            entry.add_component(_alarm(rule, mark.at - due))
    return entry


def _description(duty: Duty, rule: DutyRule) -> str:
    lines = [
        f"Incident {duty.incident.reference}",
        f"To be told: {', '.join(rule.told)}",
        f"Period: {rule.period_text}, from {rule.trigger.value.replace('_', ' ')}",
        f"Source: {rule.citation} ({rule.status.value})",
    ]
    if duty.delay:
        lines.append(
            f"Delayed on a stored request until {duty.delay.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        )
    if duty.due_at is None:
        lines.append("A person must set the date.")
    return "\n".join([*lines, _UNVERIFIED] if rule.status.value == "unverified" else lines)


def _alarm(rule: DutyRule, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", before)
    alarm.add("description", rule.title)
    return alarm
