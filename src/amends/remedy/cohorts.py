"""Cohorts as database conditions: who belongs, decided in one statement for a whole incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Final

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.fields import TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, In

from amends.ledger.models import AffectedPerson, Incident, StatusReading
from amends.remedy.conditions import KINDS, STATUS_COLUMNS, days_after
from amends.remedy.playbook_parts import Cohort, Predicate
from amends.remedy.status_at import status_at

_COLUMNS: Final = frozenset({*STATUS_COLUMNS, "removal_phase"})
_YES_NO: Final = frozenset({"deceased", "minor"})
_NOBODY: Final = Q(pk__in=())
_EVERYONE: Final = Q(pk__isnull=False)


@dataclass(frozen=True, slots=True)
class PointsInTime:
    """The instants of one incident from which playbooks count, and up to which statuses are known."""

    instants: Mapping[str, datetime]
    known_until: datetime | None

    @classmethod
    def of(cls, incident: Incident) -> PointsInTime:
        """Look the incident's instants up."""
        instants = {
            "as_of": incident.as_of or incident.exposed_from,
            "exposure": incident.exposed_from,
            "discovery": incident.reported_at,
            "hold": incident.population_held_at,
        }
        last = StatusReading.objects.filter(incident=incident).order_by("-id").first()
        return cls(
            {name: instant for name, instant in instants.items() if instant},
            last.status_as_of if last else None,
        )

    def later(self, name: str, days: int) -> datetime | None:
        """Return the instant so many days later, or None while nobody knows the statuses at it."""
        begins = self.instants.get(name)
        instant = begins + timedelta(days=days) if begins else None
        return instant if instant and self.known_until and instant <= self.known_until else None


def members(cohort: Cohort, incident: Incident) -> QuerySet[AffectedPerson]:
    """Return the persons of the incident who belong to the cohort."""
    return AffectedPerson.objects.filter(condition(cohort, PointsInTime.of(incident)), incident=incident)


def condition(cohort: Cohort, times: PointsInTime) -> Q:
    """Return the cohort as one condition. A fact that nobody recorded is never equal to anything."""
    return _met(cohort.predicate, times)


def _met(predicate: Predicate, times: PointsInTime) -> Q:
    parts = [_one_condition(name, values, times) for name, values in predicate.values.items()]
    parts += [_met(inner, times) for inner in predicate.all_of]
    # Django passes over an empty condition, and "this or nothing asked" would become "this".
    if predicate.any_of:
        parts.append(reduce(or_, (_met(inner, times) or _EVERYONE for inner in predicate.any_of)))
    parts += [_not(_met(inner, times) or _EVERYONE) for inner in predicate.none_of]
    return reduce(and_, parts, Q())


def _not(condition: Q) -> Q:
    # In SQL the opposite of "unknown" is unknown; here whoever does not meet the condition meets its opposite.
    return Q(Case(When(condition, then=Value(False)), default=Value(True), output_field=BooleanField()))


def _one_condition(name: str, values: tuple[str, ...], times: PointsInTime) -> Q:
    """Any of the values will do; a condition without values fits nobody."""
    later = days_after(name)
    if later and values:
        days, begins = later
        instant = times.later(begins, days)
        return Q(In(status_at(instant, "pk"), list(values))) if instant else _NOBODY
    return reduce(or_, (_one_value(name, value) for value in values), _NOBODY)


def _one_value(name: str, value: str) -> Q:
    if name in _COLUMNS:
        return Q(**{name: value})
    if name == "represented":
        return Q(representative__isnull=value != "yes")
    if name == "identified":
        return Q(registry_person_id="") if value != "yes" else Q(registry_person_id__gt="")
    if name in _YES_NO:
        return Q(**{name: value == "yes"})
    if name == KINDS:
        return Q(Contains(Cast(F(KINDS), TextField()), f'"{value}"'))
    # With the comparison named, a fact called "contains" is a fact and not a comparison.
    return Q(**{f"facts__{name}__exact": value})
