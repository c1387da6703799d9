"""Take cases of broken promises one step on: acknowledged, remedied, closed, each with its reason (R27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.advance_remedy import as_ranges
from amends.casework.permissions import check_may
from amends.ledger.bulk import in_chunks
from amends.ledger.models import Breach, Incident
from amends.remedy.breach_case import BREACH
from amends.vocabulary.errors import RefusalError, UsageError
from amends.vocabulary.persons import same_person


@dataclass(frozen=True, slots=True)
class AdvancedBreaches:
    """How many took the step."""

    step: str
    advanced: int


def advance_breach(
    *,
    incident: Incident,
    breaches: Sequence[int],
    step: str,
    act: Act,
    proof: str = "",
    second_actor: str = "",
) -> AdvancedBreaches:
    """Take the listed breaches (keys) by one step, all or none. A closed incident's breaches can still be worked on.

    Raises `UsageError` ``breaches-unknown``; `RefusalError` ``transition-not-allowed``, ``evidence-missing``.
    """
    check_may(act, "advance_breach")
    with journalled("advance_breach", act) as change:
        wanted = sorted(set(breaches))
        chosen = Breach.objects.select_for_update().filter(incident=incident)
        found = [breach for keys in in_chunks(wanted) for breach in chosen.filter(pk__in=keys)]
        if len(found) != len(wanted) or not found:
            raise UsageError(
                "breaches-unknown",
                "the list names breaches of another incident, or none that exist",
                hint="`amends breaches` lists them",
            )
        steps = {state: BREACH.step(step, source=state) for state in {breach.state for breach in found}}
        _check_shown({name for s in steps.values() for name in s.requires}, act, proof, second_actor)
        for source, transition in steps.items():
            for keys in in_chunks([breach.pk for breach in found if breach.state == source]):
                Breach.objects.filter(pk__in=keys).update(state=transition.target)
        change.incident = incident.reference
        change.detail = {
            "step": step,
            "breaches": as_ranges([breach.pk for breach in found]),
            "count": len(found),
            "proof": proof,
            "second_actor": second_actor,
        }
    return AdvancedBreaches(step, len(found))


def _check_shown(required: set[str], act: Act, proof: str, second_actor: str) -> None:
    missing = {
        "proof": not proof,
        "second_actor": not second_actor.strip() or same_person(second_actor, act.actor),
    }
    lacking = sorted(name for name in required if missing.get(name, False))
    if lacking:
        raise RefusalError(
            "evidence-missing",
            f"this step is not taken without: {', '.join(lacking).replace('_', ' ')}",
            hint="show it, or leave the case where it is",
        )
