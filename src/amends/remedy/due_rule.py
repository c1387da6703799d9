"""When a measure is due: calendar or working days after a moment of the incident, or after an event of the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from amends.jurisdictions.duty_rule import Place
from amends.jurisdictions.working_days import add_working_days

INCIDENT_TRIGGERS: Final = frozenset({"exposed_from", "reported_at", "confirmed_at", "removed_at"})
"""Moments that an incident has once for everyone."""
PERSON_TRIGGERS: Final = frozenset({"notice_delivered", "removal"})
"""Moments that each person has for themselves: the first proven delivery of a notice, the first removal."""


@dataclass(frozen=True, slots=True)
class DueRule:
    """So many days after a trigger. Working days are those that are neither weekend nor public holiday."""

    trigger: str
    days: int = 0
    working_days: int = 0
    holidays: str = ""
    """ISO 3166 code of the country whose public holidays are no working days; empty: weekends alone."""

    @property
    def of_person(self) -> bool:
        """Whether it counts from an event of the person, so that it differs from person to person."""
        return self.trigger in PERSON_TRIGGERS

    def due_at(self, triggers: Mapping[str, datetime | None]) -> datetime | None:
        """Return the due instant, or None where the trigger has not happened or is not known."""
        begins = triggers.get(self.trigger)
        return self.after(begins) if begins else None

    def after(self, begins: datetime) -> datetime:
        """Return the due instant for a trigger at ``begins``: the same time of day, so many days later."""
        if self.working_days:
            day = add_working_days(begins.date(), self.working_days, Place(self.holidays))
            return begins + (day - begins.date())
        return begins + timedelta(days=self.days)

    def __str__(self) -> str:
        if self.working_days:
            off = f" ({self.holidays} holidays)" if self.holidays else ""
            return f"{self.working_days} working days{off} after {self.trigger}"
        return f"{self.days} days after {self.trigger}"
