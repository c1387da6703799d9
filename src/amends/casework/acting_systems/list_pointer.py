"""Points the gate to the list that the ledger has recorded last."""

from __future__ import annotations

from django.db import transaction

from amends.casework.acting_systems.list_files import ListFolder
from amends.ledger import current
from amends.ledger.models import ActingSystem, HoldList


def point_to_latest(system: ActingSystem) -> None:
    """Let the gate serve the last list that the ledger has recorded; nothing happens where it does already."""
    folder = ListFolder.of(current.home(), system.name)
    with transaction.atomic():
        # Under the lock, so that of two runs the later list is the one that stays.
        system = ActingSystem.objects.select_for_update().get(pk=system.pk)
        last = HoldList.objects.filter(system=system).order_by("-sequence").first()
        if last is None or system.retired_at is not None:
            return
        pointer = {"sequence": last.sequence, "digest": last.digest, "actions": last.actions}
        if folder.pointed() != pointer:
            folder.point(pointer)
