"""Retire an acting system: its keys are revoked, it gets no more lists, and its record stays."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acting_systems.list_files import ListFolder
from amends.casework.acting_systems.systems import find_system
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.gate_index import touch
from amends.ledger.models import ActingSystem, Alarm, ApiKey, ListAnnouncement


@dataclass(frozen=True, slots=True)
class RetiredSystem:
    """How many keys were revoked, and whether it was retired already."""

    name: str
    keys_revoked: int
    already: bool


def retire_system(*, name: str, act: Act) -> RetiredSystem:
    """Retire a system for good. What it is owed falls away, its alarms are cleared, and the gate stops its keys."""
    check_may(act, "retire_system")
    find_system(name)
    revoked = 0
    with journalled("retire_system", act) as change:
        system = ActingSystem.objects.select_for_update().get(name=name)
        if system.retired_at is None:
            ActingSystem.objects.filter(pk=system.pk).update(retired_at=act.now)
            revoked = ApiKey.objects.filter(system=system, revoked_at__isnull=True).update(revoked_at=act.now)
            owed = ListAnnouncement.objects.filter(system=system, outcome="")
            owed.update(outcome=ListAnnouncement.Outcome.SUPERSEDED, settled_at=act.now)
            Alarm.objects.filter(about=name, cleared_at__isnull=True).update(cleared_at=act.now)
            change.detail = {"system": name, "keys_revoked": revoked, "generation": touch()}
    ListFolder.of(current.home(), name).withdraw()
    return RetiredSystem(name, revoked, already=not change.detail)
