"""Keeps every episode that the registry's status history shows, and when we learned of it (R16).

Nothing is overwritten: an episode that a later reading no longer shows stays on record, superseded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

import pyarrow as pa
from django.db.models import Q

from amends.casework.identification.statuses import Statuses
from amends.ledger.bulk import in_chunks, insert_rows
from amends.ledger.models import AffectedPerson, Incident, StatusEpisode, StatusReading
from amends.link.registry import Registry

Episode = tuple[int, str, datetime | None, datetime | None]
"""Key of the person, status, begin and end."""


@dataclass(frozen=True, slots=True)
class EpisodesRead:
    """What one reading of the registry shows that the ledger does not have yet. Writes nothing."""

    new: tuple[Episode, ...]
    superseded: tuple[int, ...]
    """Keys of episodes on record that are no longer so."""
    silent: frozenset[int]
    """Persons of whom something is on record and this reading shows nothing: what is known of them stays."""
    persons: int
    """Persons of whom this reading shows something."""


def known_persons(incident: Incident) -> dict[str, int]:
    """Return the registry's reference → key, for the persons of the incident whom the registry knows."""
    persons = AffectedPerson.objects.filter(incident=incident).exclude(registry_person_id="")
    return dict(persons.order_by("id").values_list("registry_person_id", "id"))


def read_episodes(incident: Incident, registry: Registry, persons: Mapping[str, int]) -> EpisodesRead:
    """Compare the registry's history of these persons with the episodes on record."""
    table = registry.episodes(pa.array(list(persons), pa.string()))
    columns = (table[name].to_pylist() for name in ("person_id", "status", "begins", "ends"))
    shown: set[Episode] = {
        (persons[person], status, begins, ends) for person, status, begins, ends in zip(*columns, strict=True)
    }
    standing = StatusEpisode.objects.filter(person__incident=incident, superseded_by=None)
    found = standing.order_by("id").values_list("id", "person_id", "status", "begins_at", "ends_at")
    recorded: dict[Episode, int] = {
        (person, status, begins, ends): key for key, person, status, begins, ends in found
    }
    spoken_of = {episode[0] for episode in shown}
    silent = frozenset(({episode[0] for episode in recorded} | _of_known_status(incident)) - spoken_of)
    return EpisodesRead(
        new=tuple(sorted(shown - recorded.keys(), key=_order)),
        superseded=tuple(sorted(key for e, key in recorded.items() if e not in shown and e[0] not in silent)),
        silent=silent,
        persons=len(spoken_of),
    )


def record_episodes(
    incident: Incident, registry: Registry, read: EpisodesRead, *, until: datetime, now: datetime
) -> StatusReading:
    """Write what a reading showed; the caller holds the transaction."""
    reading = StatusReading.objects.create(
        incident=incident,
        source_sha256=registry.history.source_sha256,
        status_as_of=until,
        recorded_at=now,
    )
    insert_rows(
        StatusEpisode,
        ("person", "status", "begins_at", "ends_at", "reading"),
        ((*episode, reading.pk) for episode in read.new),
    )
    for keys in in_chunks(read.superseded):
        StatusEpisode.objects.filter(pk__in=keys).update(superseded_by=reading)
    return reading


def _of_known_status(incident: Incident) -> set[int]:
    """Return the linked persons of whom the ledger knows a status, by episodes or without them."""
    columns = [field.name for field in fields(Statuses) if field.name.startswith("status_")]
    nothing = Q(**dict.fromkeys(columns, "unknown"))
    persons = AffectedPerson.objects.filter(~nothing, incident=incident).exclude(registry_person_id="")
    return set(persons.order_by().values_list("id", flat=True))


def _order(episode: Episode) -> tuple[int, float]:
    begins = episode[2]
    return episode[0], begins.timestamp() if begins else float("-inf")
