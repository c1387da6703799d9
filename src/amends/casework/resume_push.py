"""Resume webhooks to a system to which they were stopped, once its receiver is mended."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acting_systems.alarms import clear_alarm
from amends.casework.acting_systems.outbox import PUSH_DISABLED
from amends.casework.acting_systems.systems import check_not_retired, find_system
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger.models import ActingSystem, ListAnnouncement


@dataclass(frozen=True, slots=True)
class ResumedPush:
    """How many announcements are owed and go out now, and whether webhooks were on already."""

    name: str
    owed: int
    already: bool


def resume_push(*, name: str, act: Act) -> ResumedPush:
    """Let webhooks go out again; what is owed is due at once, and the alarm is cleared."""
    check_may(act, "resume_push")
    with journalled("resume_push", act) as change:
        find_system(name)
        system = ActingSystem.objects.select_for_update().get(name=name)
        check_not_retired(system)
        owed = ListAnnouncement.objects.filter(system=system, outcome="")
        count = owed.count()
        if system.push_disabled_at is not None:
            ActingSystem.objects.filter(pk=system.pk).update(push_disabled_at=None, push_failures=0)
            owed.update(due_at=act.now, attempts=0)
            clear_alarm(PUSH_DISABLED, name, now=act.now)
            change.detail = {"system": name, "owed": count}
    return ResumedPush(name, count, already=not change.detail)
