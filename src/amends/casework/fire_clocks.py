"""Let the clocks go off: each mark of each clock once, late rather than never (R03, R35).

To be run every few minutes by cron, a timer, or the loop of `amends clocks --watch`. How often it runs decides only how
late a firing is: what lies behind is looked up, and nothing depends on being there at the right minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from amends.casework.acts import Act, journalled
from amends.casework.clocks.marks import Clock, Mark, passed
from amends.casework.clocks.running import overdue, running_clocks
from amends.casework.permissions import check_may
from amends.ledger.models import ClockFiring, Incident

_LISTED_IN_JOURNAL = 200


@dataclass(frozen=True, slots=True)
class FiredClocks:
    """What went off by this act, and what is overdue after it."""

    fired: tuple[ClockFiring, ...]
    overdue: dict[str, int]
    """Subject → how many are open although their time is over."""

    @property
    def already(self) -> bool:
        """Whether nothing went off."""
        return not self.fired


def fire_clocks(*, incident: Incident, act: Act) -> FiredClocks:
    """Record every mark that has passed and has not gone off yet. A second run at one instant fires nothing.

    A clock that was stopped in time (the duty is done) no longer goes off. Two runs at once queue behind the
    incident's row, and the database refuses a second firing of one mark in any case.
    """
    check_may(act, "fire_clocks")
    incident = Incident.objects.get(pk=incident.pk)
    if incident.closed_at is not None:
        return FiredClocks((), {})
    # Looking up takes seconds where there are a million measures, and no writer shall wait for it: only what is written
    # is written under the lock. A round that finds nothing locks nothing.
    late = overdue(incident, now=act.now)
    waiting = _not_yet_fired(incident, _passed(incident, act))
    if not waiting:
        return FiredClocks((), late)
    with journalled("fire_clocks", act) as change:
        Incident.objects.select_for_update().get(pk=incident.pk)
        due = _not_yet_fired(incident, waiting)
        fired = ClockFiring.objects.bulk_create(_firing(incident, clock, mark, act) for clock, mark in due)
        if fired:
            change.incident = incident.reference
            change.detail = {
                "fired": len(fired),
                "late": sum(firing.late_by >= timedelta(minutes=1) for firing in fired),
                "marks": [f"{firing.subject} {firing.mark}" for firing in fired[:_LISTED_IN_JOURNAL]],
            }
    return FiredClocks(tuple(fired), late)


def _passed(incident: Incident, act: Act) -> list[tuple[Clock, Mark]]:
    return [(clock, mark) for clock in running_clocks(incident) for mark in passed(clock.marks, act.now)]


def _not_yet_fired(incident: Incident, marks: list[tuple[Clock, Mark]]) -> list[tuple[Clock, Mark]]:
    known = set(ClockFiring.objects.filter(incident=incident).values_list("subject", "mark", "due_at"))
    return [(clock, mark) for clock, mark in marks if (clock.subject, mark.name, clock.due) not in known]


def _firing(incident: Incident, clock: Clock, mark: Mark, act: Act) -> ClockFiring:
    return ClockFiring(
        incident=incident,
        subject=clock.subject,
        mark=mark.name,
        due_at=clock.due,
        fires_at=mark.at,
        fired_at=act.now,
        open_count=clock.open_count,
    )
