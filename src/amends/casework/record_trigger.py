"""Record an event that starts clocks: discovery, awareness, confirmation, determination, notice, decision (R03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from amends.casework.acts import Act, check_length, journalled
from amends.casework.duties.computing import DutyChange, bring_up_to_date
from amends.casework.permissions import check_may
from amends.casework.policies import check_open, check_times_in_order
from amends.jurisdictions.duty_rule import Trigger
from amends.ledger.models import Incident, RecordedTime
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class RecordedTrigger:
    """The event, and every duty whose clock it moved."""

    changes: tuple[DutyChange, ...]
    already: bool


def record_trigger(*, incident: Incident, event: str, at: datetime, source: str, act: Act) -> RecordedTrigger:
    """Record when an event happened; the clocks that count from it start then.

    Raises `UsageError` ``trigger-unknown``, ``source-missing`` or for an instant before the exposure or ahead, and
    `RefusalError` ``trigger-recorded`` where another instant stands already: that is a correction.
    """
    check_may(act, "record_trigger")
    check_open(incident)
    _check(event, source)
    check_times_in_order({"exposed_from": incident.exposed_from, "confirmed_at": at}, now=act.now)
    with journalled("record_trigger", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        stands = _recorded(incident, event)
        if stands and stands != at:
            raise RefusalError(
                "trigger-recorded",
                f"another time of {event} is on record",
                hint="correct it with `amends correct`, which keeps the old one",
                where=incident.reference,
            )
        if stands:
            return RecordedTrigger((), already=True)
        _record(incident, event, at, source, act)
        changes = bring_up_to_date(incident, act)
        change.incident = incident.reference
        change.detail = {
            "event": event,
            "at": at.isoformat(),
            "source": source,
            "duties": {each.reference: each.after["due_at"] for each in changes},
        }
    return RecordedTrigger(changes, already=False)


def _check(event: str, source: str) -> None:
    known = [trigger.value for trigger in Trigger]
    if event not in known:
        raise UsageError(
            "trigger-unknown",
            f"{event!r} starts no clock",
            hint=f"use one of: {', '.join(known)}",
            where="EVENT",
        )
    if not source.strip():
        raise UsageError(
            "source-missing",
            "it is not said where the time comes from",
            hint="give --source: a log, a letter, the minute of a meeting",
            where="--source",
        )
    check_length(source, RecordedTime, "source", where="--source")


def _recorded(incident: Incident, event: str) -> datetime | None:
    """Return the instant that somebody recorded; the report, which stands in for a discovery, is none."""
    last = RecordedTime.objects.filter(incident=incident, name=event).last()
    if last:
        return last.at
    return incident.confirmed_at if event == Trigger.CONFIRMATION else None


def _record(incident: Incident, event: str, at: datetime, source: str, act: Act) -> None:
    RecordedTime.objects.create(
        incident=incident,
        name=event,
        at=at,
        source=source,
        confidence="stated",
        recorded_at=act.now,
        actor=act.actor,
        reason=act.reason,
    )
    if event == Trigger.CONFIRMATION:
        # One of the four timestamps of the incident (R02), and the same instant.
        incident.confirmed_at = at
        incident.timestamp_sources["confirmed_at"] = {"source": source, "confidence": "stated"}
        incident.save(update_fields=["confirmed_at", "timestamp_sources"])
