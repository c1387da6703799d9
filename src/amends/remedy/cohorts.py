"""Cohorts as database conditions: who belongs, decided in one statement for a whole incident."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from amends.ledger.models import AffectedPerson, Incident
from amends.remedy.playbook import Cohort

_STATUS_CONDITIONS: Final = frozenset(
    {"status_as_of", "status_at_exposure", "status_at_hold", "removal_phase"}
)
_YES_NO: Final = {"deceased": "deceased", "minor": "minor"}


def members(cohort: Cohort, incident: Incident) -> QuerySet[AffectedPerson]:
    """Return the persons of the incident who belong to the cohort."""
    return AffectedPerson.objects.filter(condition(cohort), incident=incident)


def condition(cohort: Cohort) -> Q:
    """Return the cohort as one condition. A fact that nobody recorded is never equal to anything."""
    combined = Q()
    for name, values in cohort.where.items():
        combined &= _one_condition(name, values)
    return combined


def _one_condition(name: str, values: tuple[str, ...]) -> Q:
    if name in _STATUS_CONDITIONS:
        return Q(**{f"{name}__in": values})
    if name == "represented":
        return Q(representative__isnull="yes" not in values)
    if name in _YES_NO:
        return Q(**{_YES_NO[name]: "yes" in values})
    any_value = Q()
    for value in values:
        any_value |= Q(**{f"facts__{name}": value})
    return any_value
