"""Correct a timestamp: its source, the old value kept, and what is counted from it computed anew (R02)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Q

from amends.casework.acts import Act, check_length, journalled
from amends.casework.duties.computing import DutyChange, bring_up_to_date
from amends.casework.permissions import check_may
from amends.casework.policies import check_open, check_times_in_order
from amends.jurisdictions.duty_rule import Trigger
from amends.ledger.models import ExposureRecord, Figure, Incident, RecordedTime, Remedy
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.planning import triggers
from amends.remedy.workflow_table import final_states
from amends.vocabulary.errors import UsageError

TIMESTAMPS: Final = ("exposed_from", "reported_at", "confirmed_at", "removed_at", "as_of")
CONFIDENCES: Final = ("stated", "documented", "estimated")
_WRITTEN_LETTERS: Final = ("prepared", "dispatched", "delivered", "refused", "returned")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is wrong, what is right, and how it is known."""

    name: str
    """One of `TIMESTAMPS`, or an event that starts a clock."""
    at: datetime
    source: str
    confidence: str = "documented"


@dataclass(frozen=True, slots=True)
class CorrectedTimestamp:
    """What the correction moved."""

    before: datetime | None
    changes: tuple[DutyChange, ...] = ()
    remedies_moved: int = 0
    """Measures whose due time counts from this timestamp."""
    stale: dict[str, int] = field(default_factory=dict)
    """What was made from the old value and is not made anew by itself → how many."""
    already: bool = False


def correct_timestamp(*, incident: Incident, correction: Correction, act: Act) -> CorrectedTimestamp:
    """Put right a timestamp of the incident, or the time of an event that was recorded before.

    Durations are computed from the timestamps and so change with them. Raises `UsageError` ``timestamp-unknown``,
    ``timestamp-missing`` (an event that was never recorded has nothing to correct), ``source-missing``,
    ``confidence-unknown`` or for times out of order; the ledger is then unchanged.
    """
    check_may(act, "correct_timestamp")
    check_open(incident)
    _check(correction)
    with journalled("correct_timestamp", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        before = _value(incident, correction.name)
        if before == correction.at:
            return CorrectedTimestamp(before, already=True)
        _check_order(incident, correction, act.now)
        _record(incident, correction, before, act)
        changes = bring_up_to_date(incident, act)
        moved = _move_remedies(incident, correction)
        stale = _stale(incident, correction.name)
        change.incident = incident.reference
        change.detail = {
            "timestamp": correction.name,
            "before": before.isoformat() if before else None,
            "after": correction.at.isoformat(),
            "source": correction.source,
            "confidence": correction.confidence,
            "duties": {each.reference: each.after["due_at"] for each in changes},
            "remedies_moved": moved,
            "stale": stale,
        }
    return CorrectedTimestamp(before, changes, moved, stale)


def _check(correction: Correction) -> None:
    known = (*TIMESTAMPS, *(trigger.value for trigger in Trigger))
    if correction.name not in known:
        raise UsageError(
            "timestamp-unknown",
            f"{correction.name!r} is no timestamp of an incident",
            hint=f"use one of: {', '.join(known)}",
            where="NAME",
        )
    if not correction.source.strip():
        raise UsageError(
            "source-missing",
            "it is not said where the time comes from",
            hint="give --source: a log, a letter, the minute of a meeting",
            where="--source",
        )
    if correction.confidence not in CONFIDENCES:
        raise UsageError(
            "confidence-unknown",
            f"{correction.confidence!r} is no degree of confidence",
            hint=f"use one of: {', '.join(CONFIDENCES)}",
            where="--confidence",
        )
    check_length(correction.source, RecordedTime, "source", where="--source")


def _value(incident: Incident, name: str) -> datetime | None:
    if name in TIMESTAMPS:
        value: datetime | None = getattr(incident, name)
        return value
    if name == Trigger.CONFIRMATION:
        return incident.confirmed_at
    last = RecordedTime.objects.filter(incident=incident, name=name).last()
    if last is None:
        raise UsageError(
            "timestamp-missing",
            f"no time of {name} is on record, so there is none to correct",
            hint="record it with `amends duty trigger`",
            where="NAME",
        )
    return last.at


def _check_order(incident: Incident, correction: Correction, now: datetime) -> None:
    times = {name: getattr(incident, name) for name in TIMESTAMPS}
    # An event lies like a confirmation: not before the exposure and not ahead.
    times[correction.name if correction.name in TIMESTAMPS else "confirmed_at"] = correction.at
    check_times_in_order(times, now=now)


def _record(incident: Incident, correction: Correction, before: datetime | None, act: Act) -> None:
    name = correction.name
    names = {name}
    if name in ("confirmed_at", Trigger.CONFIRMATION.value):
        # One instant under two names: the timestamp of the incident and the event that starts clocks.
        names = {"confirmed_at", Trigger.CONFIRMATION.value}
    for each in sorted(names):
        RecordedTime.objects.create(
            incident=incident,
            name=each,
            at=correction.at,
            before=before,
            source=correction.source,
            confidence=correction.confidence,
            recorded_at=act.now,
            actor=act.actor,
            reason=act.reason,
        )
    for each in names & set(TIMESTAMPS):
        setattr(incident, each, correction.at)
        incident.timestamp_sources[each] = {"source": correction.source, "confidence": correction.confidence}
    incident.save(update_fields=[*TIMESTAMPS, "timestamp_sources"])


def _move_remedies(incident: Incident, correction: Correction) -> int:
    """Count anew, for what is not settled, the due times that the playbook counts from this timestamp."""
    playbook = playbook_on_record(incident)
    rules = {entitlement.name: entitlement.due for entitlement in playbook.entitlements}
    rules[playbook.clawback.entitlement] = playbook.clawback.due
    finals = Q(pk__in=())
    for kind, states in final_states().items():
        finals |= Q(kind=kind, state__in=states)
    open_measures = Remedy.objects.filter(incident=incident).exclude(finals)
    return sum(
        open_measures.filter(entitlement=name).update(due_at=due.due_at(triggers(incident)))
        for name, due in rules.items()
        if due.trigger == correction.name
    )


def _stale(incident: Incident, name: str) -> dict[str, int]:
    if name not in TIMESTAMPS:
        return {}
    letters = Remedy.objects.filter(
        incident=incident, kind=Remedy.Kind.NOTICE, state__in=_WRITTEN_LETTERS
    ).count()
    window = name in ("exposed_from", "removed_at")
    found = {
        "exposure assessments": ExposureRecord.objects.filter(incident=incident).count() if window else 0,
        "identifications": int(incident.identified_at is not None and name != "confirmed_at"),
        "letters written": letters,
        "editions of figures": Figure.objects.filter(incident=incident).values("edition").distinct().count(),
    }
    return {what: count for what, count in found.items() if count}
