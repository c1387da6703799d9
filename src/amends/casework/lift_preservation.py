"""End a legal duty to keep everything of an incident, by two people."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.erasing.second_person import check_second_actor
from amends.casework.permissions import check_may
from amends.ledger.models import Incident, Preservation
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class LiftedPreservation:
    """The matter, whether it had been lifted before, and how many others still stand."""

    matter: str
    already: bool
    others: int


def lift_preservation(*, incident: Incident, matter: str, second_actor: str, act: Act) -> LiftedPreservation:
    """Lift the preservation for one matter.

    Raises `RefusalError` ``second-actor-missing``, `UsageError` ``matter-unknown`` where the incident was never
    preserved for it.
    """
    check_may(act, "lift_preservation")
    check_second_actor(act, second_actor)
    matter = " ".join(matter.split())
    with journalled("lift_preservation", act) as change:
        Incident.objects.select_for_update().get(pk=incident.pk)
        found = Preservation.objects.filter(incident=incident, matter=matter)
        if not found.exists():
            raise UsageError(
                "matter-unknown",
                "the incident was never preserved for this matter",
                hint="`amends retention plan` lists the matters for which it is",
            )
        lifted = found.filter(lifted_at__isnull=True).update(lifted_at=act.now)
        if lifted:
            change.incident = incident.reference
            change.detail = {"lifted": matter, "second_actor": second_actor.strip()}
    others = Preservation.objects.filter(incident=incident, lifted_at__isnull=True).count()
    return LiftedPreservation(matter, not lifted, others)
