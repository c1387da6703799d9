"""Cohorts as database conditions: who belongs, decided in one statement for a whole incident."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet

from amends.ledger.models import AffectedPerson, Incident
from amends.remedy.playbook import Cohort

_COLUMNS: Final = frozenset({"status_as_of", "status_at_exposure", "status_at_hold", "removal_phase"})
_YES_NO: Final = frozenset({"deceased", "minor"})
_NOBODY: Final = Q(pk__in=())


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
    """Any of the values will do; a condition without values fits nobody."""
    return reduce(or_, (_one_value(name, value) for value in values), _NOBODY)


def _one_value(name: str, value: str) -> Q:
    if name in _COLUMNS:
        return Q(**{name: value})
    if name == "represented":
        return Q(representative__isnull=value != "yes")
    if name in _YES_NO:
        return Q(**{name: value == "yes"})
    # With the comparison named, a fact called "contains" is a fact and not a comparison.
    return Q(**{f"facts__{name}__exact": value})
