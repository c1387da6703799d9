"""Acting systems, their keys and lists, by the verbs; for the tests of all that deals with them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amends.gate.store import GateStore
from amends.gate_client.lists import HeldList, updated
from amends.ledger.home import LedgerHome
from amends.vocabulary.hold_list import ListKeys, full_name
from tests.ledger_cases import NOW

if TYPE_CHECKING:
    from amends.casework.acts import Act
    from amends.ledger.models import Incident

SILENCE = timedelta(hours=4)


def act(*, later: timedelta = timedelta(0)) -> Act:
    """A deliberate act, so long after the day of the work."""
    from amends.casework.acts import Act

    return Act("operator", "exercise", NOW + later)


@dataclass(frozen=True)
class System:
    """A registered system, with what its owner was handed."""

    name: str
    keys: ListKeys
    home: LedgerHome

    @property
    def folder(self) -> Path:
        return self.home.folder / "gate" / "lists" / self.name

    def full(self, sequence: int) -> HeldList:
        """Read the full list of this number as the system itself would."""
        return updated(None, (self.folder / full_name(sequence)).read_bytes(), self.keys, system=self.name)

    def says(self, kind: str, body: dict[str, Any], *, later: timedelta = timedelta(0)) -> int:
        """Let the gate keep a report of this system, as its endpoints do."""
        with closing(GateStore(self.home)) as store:
            return store.put_inbox(system=self.name, api_key="0" * 12, kind=kind, body=body, at=NOW + later)


def registered(
    home: LedgerHome, name: str = "removals", *, actions: Iterable[str] = ("removal",), webhook_url: str = ""
) -> System:
    """Register a system by the verb."""
    from amends.casework.register_system import SystemFacts, register_system

    about = (f"System {name}", "Office 5, extension 12")
    facts = SystemFacts(name, *about, [*actions], SILENCE, webhook_url, not_barred=True)
    found = register_system(facts=facts, act=act())
    return System(name, ListKeys.from_secret(found.list_secret), home)


def lift(incident: Incident, row_numbers: Iterable[int], *, back: bool = False, at: datetime = NOW) -> None:
    """Lift (or place again) the holds on rows, without the proof that the verb rightly asks for."""
    from django.db import transaction

    from amends.ledger.gate_index import record_event
    from amends.ledger.models import HoldEvent, Remedy

    with transaction.atomic():
        holds = Remedy.objects.filter(incident=incident, kind="hold", row__row_number__in=[*row_numbers])
        keys = list(holds.values_list("id", flat=True))
        Remedy.objects.filter(pk__in=keys).update(state="in_force" if back else "lifted")
        event = HoldEvent.Event.PLACED_AGAIN if back else HoldEvent.Event.LIFTED
        record_event(keys, event, now=at)
