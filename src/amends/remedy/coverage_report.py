"""Who falls into which cohorts, in which several, in none; and the proof that nobody's set is empty (R23).

Counted by the database, for the plan that a playbook calls for, written or not. Counts of a few people are
themselves disclosing; who may see them is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add, or_

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.lookups import Exact

from amends.ledger.models import AffectedPerson, Incident, Remedy
from amends.remedy.cohorts import PointsInTime, condition
from amends.remedy.planning import Coverage
from amends.remedy.playbook_parts import PERSONAL_ADDRESSEES, Cohort, Entitlement, Playbook
from amends.remedy.statemachine import WITHDRAWN
from amends.remedy.workflow_table import workflow_of


@dataclass(frozen=True, slots=True)
class EntitlementCoverage:
    """One entitlement: which cohort it comes from, for how many it is called for, for how many it is on record."""

    entitlement: str
    kind: str
    cohort: str
    called_for: int
    on_record: int


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Every person of an incident, by cohort and by combination of cohorts. The counts are exact."""

    playbook: str
    coverage: Coverage
    cohorts: tuple[tuple[str, str, int], ...]
    """Name, title, number of persons; one person may be in several."""
    combinations: tuple[tuple[tuple[str, ...], int], ...]
    """Names of all cohorts that a person is in, and how many persons are in exactly these; largest first."""
    entitlements: tuple[EntitlementCoverage, ...]

    @property
    def in_none(self) -> int:
        """Persons who are in no cohort at all."""
        return dict(self.combinations).get((), 0)

    @property
    def in_several(self) -> int:
        """Persons who are in more than one cohort."""
        return sum(count for names, count in self.combinations if len(names) > 1)


def coverage_report(incident: Incident, playbook: Playbook) -> CoverageReport:
    """Count the cohorts of an incident; one statement for all memberships, whatever the number of persons."""
    combinations = _combinations(incident, playbook)
    counted = {
        cohort.name: sum(count for names, count in combinations if cohort.name in names)
        for cohort in playbook.cohorts
    }
    return CoverageReport(
        playbook=f"{playbook.name} {playbook.version}",
        coverage=coverage_called_for(incident, playbook),
        cohorts=tuple((cohort.name, cohort.title, counted[cohort.name]) for cohort in playbook.cohorts),
        combinations=combinations,
        entitlements=_entitlements(incident, playbook, counted),
    )


def coverage_called_for(incident: Incident, playbook: Playbook) -> Coverage:
    """Count who would lack what nobody may lack, once the plan that the playbook calls for is carried out."""
    times = PointsInTime.of(incident)
    notices = [
        item
        for item in playbook.entitlements
        if item.kind == "notice" and item.addressee in PERSONAL_ADDRESSEES
    ]
    persons = AffectedPerson.objects.filter(incident=incident)
    held = Exists(Remedy.objects.filter(kind="hold", row__person=OuterRef("pk")))
    # A notice that has gone out stays, whatever the playbook says now.
    gone_out = Remedy.objects.filter(
        person=OuterRef("pk"), kind="notice", addressee__in=PERSONAL_ADDRESSEES
    ).exclude(state__in={WITHDRAWN, *workflow_of("notice").withdrawable})
    untold = persons.filter(~_member_of_any(notices, playbook, times)).filter(~Exists(gone_out))
    nothing = persons.filter(~_member_of_any(playbook.entitlements, playbook, times))
    return Coverage(
        persons=persons.count(),
        without_any=nothing.filter(~held, ~Exists(gone_out)).count(),
        without_hold=persons.filter(~held).count(),
        without_notice=untold.count(),
    )


def _member_of_any(
    entitlements: tuple[Entitlement, ...] | list[Entitlement], playbook: Playbook, times: PointsInTime
) -> Q:
    """Return whether a person is in one of the cohorts to which these are owed, as a condition that may be negated."""
    names = dict.fromkeys(item.cohort for item in entitlements)
    flags = [_flag(playbook.cohort(name), times, 1) for name in names]
    if not flags:
        return Q(pk__in=())
    return reduce(or_, (Q(Exact(flag, 1)) for flag in flags))


def _flag(cohort: Cohort, times: PointsInTime, value: int) -> Combinable:
    """Return ``value`` for members of the cohort and 0 for all others."""
    if cohort.predicate.empty:
        return Value(value, output_field=BigIntegerField())
    met = When(condition(cohort, times), then=Value(value))
    return Case(met, default=Value(0), output_field=BigIntegerField())


def _combinations(incident: Incident, playbook: Playbook) -> tuple[tuple[tuple[str, ...], int], ...]:
    times = PointsInTime.of(incident)
    flags = [_flag(cohort, times, 1 << place) for place, cohort in enumerate(playbook.cohorts)]
    bits = ExpressionWrapper(
        reduce(add, flags, Value(0, output_field=BigIntegerField())), output_field=BigIntegerField()
    )
    rows = (
        AffectedPerson.objects.filter(incident=incident)
        .annotate(bits=bits)
        .order_by()
        .values_list("bits")
        .annotate(count=Count("id"))
    )
    found = [(_names(int(found), playbook), int(count)) for found, count in rows]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


def _names(bits: int, playbook: Playbook) -> tuple[str, ...]:
    return tuple(cohort.name for place, cohort in enumerate(playbook.cohorts) if bits >> place & 1)


def _entitlements(
    incident: Incident, playbook: Playbook, counted: dict[str, int]
) -> tuple[EntitlementCoverage, ...]:
    rows = (
        Remedy.objects.filter(incident=incident, recipient__isnull=True)
        .exclude(state=WITHDRAWN)
        .order_by()
        .values_list("entitlement")
        .annotate(persons=Count(F("person_id"), distinct=True))
    )
    recorded = dict(rows)
    persons = AffectedPerson.objects.filter(incident=incident).count()
    holds = [
        EntitlementCoverage(hold.entitlement, "hold", "every row", persons, recorded.get(hold.entitlement, 0))
        for hold in playbook.population_hold.each()
    ]
    owed = [
        EntitlementCoverage(
            item.name, item.kind, item.cohort, counted[item.cohort], recorded.get(item.name, 0)
        )
        for item in playbook.entitlements
    ]
    return (*holds, *owed)
