"""Read the registry's status history again: whose status has changed, and what they are owed now (R16, R18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from django.db import connection

from amends.casework.acts import Act, journalled
from amends.casework.identification.status_record import (
    EpisodesRead,
    known_persons,
    read_episodes,
    record_episodes,
)
from amends.casework.identification.statuses import AFTER_HOLD, Statuses, known_statuses
from amends.casework.permissions import check_may
from amends.casework.policies import check_identified, check_open
from amends.ledger.models import AffectedPerson, Incident, StatusReading
from amends.link.registry import Registry
from amends.remedy.plan_on_record import PlanOutcome, bring_up_to_date, playbook_on_record
from amends.vocabulary.errors import IncompleteError, RefusalError, UsageError

_COLUMNS = tuple(field.name for field in fields(Statuses))


@dataclass(frozen=True, slots=True)
class UpdatedStatuses:
    """What the reading changed, in numbers of persons."""

    as_of_now: datetime
    persons: int
    """Persons of whom the history shows something."""
    silent: int
    """Persons of whom it showed something before and nothing now; what was known of them stays."""
    changed: int
    """Persons of whom some status, past or present, is another one now."""
    transitions: dict[str, int]
    """``in_custody → released`` → persons whose present status changed like this."""
    removed_in_spite_of_hold: int
    """Persons who have come onto the list of harmed by this reading: removed after the hold was placed."""
    plan: PlanOutcome | None
    """What became due and what was withdrawn; None while nothing has been planned."""
    already: bool


@dataclass(frozen=True, slots=True)
class _PersonChange:
    key: int
    before: Statuses
    after: Statuses


def update_statuses(
    *, incident: Incident, registry: Registry, act: Act, as_of_now: datetime | None = None
) -> UpdatedStatuses:
    """Record what the registry's history shows that the ledger does not have, and plan anew where that matters.

    ``as_of_now`` is the instant that counts as now (the act's, where it is not given). Planning follows the playbook
    on record: a changed playbook is `plan_remedies`' business. Raises `UsageError` ``status-time-invalid`` for an
    instant ahead of the act or before the last reading, and `IncompleteError` ``status-history-silent``, changing
    nothing, where the history shows none of the persons whose statuses are on record: it is the wrong file;
    `RefusalError` ``status-read-meanwhile`` where two readings meet.
    """
    check_may(act, "update_statuses")
    incident = Incident.objects.get(pk=incident.pk)
    check_open(incident)
    check_identified(incident)
    until = as_of_now or act.now
    # Read and compared before the transaction, which must not keep others from writing for so long.
    last = _last_reading(incident)
    _check_time(until, last, act)
    persons = known_persons(incident)
    read = read_episodes(incident, registry, persons)
    _check_speaks(read, incident)
    changes = _changes(incident, registry, persons, read, until)
    same = last and (last.status_as_of, last.source_sha256) == (until, registry.history.source_sha256)
    with journalled("update_statuses", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        _check_nobody_else_read(last, incident)
        if not same or read.new or read.superseded or changes:
            record_episodes(incident, registry, read, until=until, now=act.now)
            _write(changes)
            plan = _plan(incident, act)
            result = _result(read, changes, until, plan)
            change.incident = incident.reference
            change.detail = {
                "as_of_now": until.isoformat(),
                "source_sha256": registry.history.source_sha256,
                "episodes_new": len(read.new),
                "episodes_superseded": len(read.superseded),
                "persons": result.persons,
                "silent": result.silent,
                "changed": result.changed,
                "transitions": result.transitions,
                "removed_in_spite_of_hold": result.removed_in_spite_of_hold,
                "plan": plan.detail() if plan else {},
            }
            return result
    return UpdatedStatuses(until, read.persons, len(read.silent), 0, {}, 0, None, already=True)


def _last_reading(incident: Incident) -> StatusReading | None:
    return StatusReading.objects.filter(incident=incident).order_by("-id").first()


def _check_nobody_else_read(last: StatusReading | None, incident: Incident) -> None:
    """Raise `RefusalError` ``status-read-meanwhile`` where what was compared is no longer what is on record."""
    if _last_reading(incident) != last:
        raise RefusalError(
            "status-read-meanwhile",
            "somebody else has read the status history of this incident at the same time",
            hint="nothing was changed; run it again",
            where=incident.reference,
        )


def _check_time(until: datetime, last: StatusReading | None, act: Act) -> None:
    if until > act.now or (last and until < last.status_as_of):
        earliest = f" and not before {last.status_as_of:%Y-%m-%dT%H:%MZ}" if last else ""
        raise UsageError(
            "status-time-invalid",
            "the instant that counts as now lies ahead, or before statuses that are on record already",
            hint=f"give an instant that has come{earliest}",
            where="--as-of-now",
        )


def _check_speaks(read: EpisodesRead, incident: Incident) -> None:
    if read.silent and not read.persons:
        raise IncompleteError(
            "status-history-silent",
            f"the history shows nothing of the {len(read.silent)} persons of this incident whom it showed before",
            hint="give the whole history, not an empty or foreign one; nothing was changed",
            where=incident.reference,
        )


def _changes(
    incident: Incident, registry: Registry, persons: Mapping[str, int], read: EpisodesRead, until: datetime
) -> list[_PersonChange]:
    """Return the persons whose statuses, as the ledger's columns have them, are others than the history now shows."""
    asked = {reference: key for reference, key in persons.items() if key not in read.silent}
    shown = known_statuses(incident, registry, list(asked), until=until)
    recorded = AffectedPerson.objects.filter(incident=incident).exclude(registry_person_id="")
    before = {key: Statuses(*values) for key, *values in recorded.order_by("id").values_list("id", *_COLUMNS)}
    pairs = zip(asked.values(), shown, strict=True)
    return [_PersonChange(key, before[key], after) for key, after in pairs if before[key] != after]


def _write(changes: list[_PersonChange]) -> None:
    if not changes:
        return
    adapt = connection.ops.adapt_datetimefield_value
    assignments = ", ".join(f"{column} = %s" for column in _COLUMNS)
    values = [
        (
            *(adapt(value) if isinstance(value, datetime) else value for value in astuple(change.after)),
            change.key,
        )
        for change in changes
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE ledger_affectedperson SET {assignments} WHERE id = %s", values)  # noqa: S608


def _plan(incident: Incident, act: Act) -> PlanOutcome | None:
    if incident.planned_at is None:
        return None
    playbook = playbook_on_record(incident)
    return bring_up_to_date(incident, playbook, cause="statuses were read again", now=act.now)


def _result(
    read: EpisodesRead, changes: list[_PersonChange], until: datetime, plan: PlanOutcome | None
) -> UpdatedStatuses:
    moved = Counter(
        f"{change.before.status_now} → {change.after.status_now}"
        for change in changes
        if change.before.status_now != change.after.status_now
    )
    harmed = sum(
        change.after.removal_phase == AFTER_HOLD and change.before.removal_phase != AFTER_HOLD
        for change in changes
    )
    return UpdatedStatuses(
        as_of_now=until,
        persons=read.persons,
        silent=len(read.silent),
        changed=len(changes),
        transitions=dict(sorted(moved.items())),
        removed_in_spite_of_hold=harmed,
        plan=plan,
        already=False,
    )
