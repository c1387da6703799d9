"""The registry of the hand-made incident, read again after its status history has gone on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.unit.casework.hand_made import HandMade, act

if TYPE_CHECKING:
    from amends.casework.update_statuses import UpdatedStatuses
    from amends.ledger.models import Incident
    from amends.link.registry import Registry

Episode = tuple[str, str, str, str]


def episodes(people: HandMade) -> list[Episode]:
    """What the history beside the registry says now."""
    lines = list(csv.reader(io.StringIO((people.folder / "status.csv").read_text(encoding="utf-8"))))
    return [(person, status, begins, ends) for person, status, begins, ends in lines[1:]]


def moved(history: Iterable[Episode], person: str, status: str, at: str) -> list[Episode]:
    """Return the history after a person has come into another status."""
    ended = [(p, s, b, at) if p == person and not e else (p, s, b, e) for p, s, b, e in history]
    return [*ended, (person, status, at, "")]


def written(people: HandMade, history: Iterable[Episode]) -> Registry:
    """Write the history and open the registry again."""
    from amends.link.registry import Registry

    with (people.folder / "status.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("person_id", "status", "valid_from", "valid_to"))
        writer.writerows(history)
    return Registry.open(people.folder / "registry.csv", people.mapping)


def read_again(
    people: HandMade, incident: Incident, history: Iterable[Episode], *, days: float, **more: Any
) -> UpdatedStatuses:
    """Read the history so many days after the day of the work."""
    from amends.casework.update_statuses import update_statuses

    registry = written(people, history)
    return update_statuses(
        incident=incident, registry=registry, act=act("the registry was read again", days=days), **more
    )
