"""What the registry says of persons at the points in time that matter to an incident (R16, R18)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pyarrow as pa

from amends.ledger.models import Incident
from amends.link.registry import Registry

AFTER_HOLD: Final = "after_hold"
"""Phase of a removal in spite of the hold."""


@dataclass(frozen=True, slots=True)
class Statuses:
    """One person's status at each point in time, and the first removal. Field names are the ledger's columns."""

    status_as_of: str = "unknown"
    status_at_exposure: str = "unknown"
    status_at_discovery: str = "unknown"
    status_at_hold: str = "unknown"
    status_now: str = "unknown"
    removed_on: datetime | None = None
    removal_phase: str = "none"


NOTHING_KNOWN = Statuses()
"""Of a person whom the registry does not know."""


def known_statuses(
    incident: Incident, registry: Registry, person_ids: list[str], *, until: datetime
) -> list[Statuses]:
    """Return the statuses of these persons, in their order; ``until`` is the instant that counts as now."""
    identities = pa.array(person_ids, pa.string())
    held_at = incident.population_held_at or until
    as_of = incident.as_of or incident.exposed_from
    instants = {
        "status_as_of": as_of,
        "status_at_exposure": incident.exposed_from,
        "status_at_discovery": incident.reported_at,
        "status_at_hold": held_at,
        "status_now": until,
    }
    columns = [registry.status_at(identities, instant)["status"].to_pylist() for instant in instants.values()]
    removals = _first_removals(registry, identities, as_of, until)
    return [
        replace(
            Statuses(**dict(zip(instants, statuses, strict=True))),
            removed_on=removals.get(person_id),
            removal_phase=removal_phase(incident, removals.get(person_id), held_at),
        )
        for person_id, statuses in zip(person_ids, zip(*columns, strict=True), strict=True)
    ]


def _first_removals(
    registry: Registry, identities: pa.Array, begins: datetime, ends: datetime
) -> dict[str, datetime]:
    changes = registry.status_changes(identities, "removed", begins, ends).to_pylist()
    first: dict[str, datetime] = {}
    for change in sorted(changes, key=lambda change: change["at"]):
        first.setdefault(change["person_id"], change["at"])
    return first


def removal_phase(incident: Incident, removed_on: datetime | None, held_at: datetime) -> str:
    """Return in which stretch of the incident a removal falls (R18: between exposure and hold is harm)."""
    if removed_on is None:
        return "none"
    if removed_on < incident.exposed_from:
        return "before_exposure"
    if removed_on < min(incident.reported_at, held_at):
        return "before_discovery"
    return "before_hold" if removed_on < held_at else AFTER_HOLD
