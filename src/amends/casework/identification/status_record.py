"""Keeps every episode that the registry's status history shows, and when we learned of it (R16).

Nothing is overwritten: an episode that a later reading no longer shows stays on record, superseded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

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
    """Persons of whom the ledger has episodes and this reading none: what is known of them stays."""
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
    shown = {(persons[person], *episode) for person, *episode in zip(*columns, strict=True)}
    standing = StatusEpisode.objects.filter(person__incident=incident, superseded_by=None)
    recorded = {
        tuple(episode): key
        for key, *episode in standing.order_by("id").values_list(
            "id", "person_id", "status", "begins_at", "ends_at"
        )
    }
    spoken_of = {episode[0] for episode in shown}
    silent = frozenset({int(episode[0]) for episode in recorded} - spoken_of)
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


def _order(episode: Episode) -> tuple[int, float]:
    begins = episode[2]
    return episode[0], begins.timestamp() if begins else float("-inf")
