"""The list of harmed: everyone who was removed after the exposure and before, or in spite of, the hold (R18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, F, OuterRef

from amends.ledger.models import AffectedPerson, HoldEvent, Incident, Remedy
from amends.remedy.statemachine import WITHDRAWN

HARMFUL_PHASES: Final = ("before_discovery", "before_hold", "after_hold")


@dataclass(frozen=True, slots=True)
class HarmedPerson:
    """One entry, by the reference of what repairs it; names nobody."""

    phase: str
    """``before_discovery``, ``before_hold``, or ``after_hold``: in spite of the hold."""
    removed_on: datetime
    remedy: str
    """Reference of the help to return, or empty where none is owed, which somebody must look at."""
    remedy_state: str


def harmed_people(incident: Incident) -> tuple[HarmedPerson, ...]:
    """Return everyone against whom the irreversible was done, in the order in which it was done.

    A removal after the hold had been lifted on proof is no harm of this kind and is left out.
    """
    lifted = HoldEvent.objects.filter(
        hold__person=OuterRef("pk"),
        hold__row__isnull=False,
        event=HoldEvent.Event.LIFTED,
        at__lte=OuterRef("removed_on"),
    )
    in_force = Remedy.objects.filter(person=OuterRef("pk"), row__isnull=False, kind="hold", state="in_force")
    persons = AffectedPerson.objects.filter(
        incident=incident, removal_phase__in=HARMFUL_PHASES, removed_on__isnull=False
    ).exclude(~Exists(in_force), Exists(lifted), removal_phase="after_hold")
    returns = {
        remedy.person_id: remedy
        for remedy in Remedy.objects.filter(incident=incident, kind="return").exclude(state=WITHDRAWN)
    }
    found = persons.order_by(F("removed_on"), "id").values_list("id", "removal_phase", "removed_on")
    return tuple(
        HarmedPerson(
            phase,
            removed_on,
            returns[key].reference if key in returns else "",
            returns[key].state if key in returns else "",
        )
        for key, phase, removed_on in found
        if removed_on
    )
