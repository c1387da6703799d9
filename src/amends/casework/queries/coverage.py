"""The coverage report as an operator sees it, and as it may leave the house."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.policies import check_identified
from amends.figures.definitions import Reconciliation
from amends.figures.suppression import suppress
from amends.ledger.models import Incident
from amends.remedy.coverage_report import CoverageReport, coverage_report
from amends.remedy.plan_on_record import playbook_on_record

_PERSONS = "persons"


@dataclass(frozen=True, slots=True)
class PublicCoverage:
    """Cohorts and combinations without small cells: None where a count is withheld."""

    persons: int | None
    cohorts: dict[str, int | None]
    combinations: tuple[tuple[tuple[str, ...], int | None], ...]


def incident_coverage(incident: Incident) -> CoverageReport:
    """Return the exact report, for those who hold the ledger's key, by the playbook on record."""
    incident = Incident.objects.get(pk=incident.pk)
    check_identified(incident)
    return coverage_report(incident, playbook_on_record(incident))


def without_small_cells(report: CoverageReport) -> PublicCoverage:
    """Withhold every count of one to four people, and whatever would give such a count away by subtraction."""
    names = {" + ".join(cohorts) or "no cohort": cohorts for cohorts, _ in report.combinations}
    cells = {f"combination {name}": dict(report.combinations)[cohorts] for name, cohorts in names.items()}
    totals = {f"cohort {name}": count for name, _, count in report.cohorts}
    sums = [Reconciliation(_PERSONS, tuple(cells))] if cells else []
    for name, _, _ in report.cohorts:
        parts = tuple(f"combination {label}" for label, cohorts in names.items() if name in cohorts)
        if parts:
            sums.append(Reconciliation(f"cohort {name}", parts))
    shown = suppress({_PERSONS: report.coverage.persons, **totals, **cells}, sums)
    return PublicCoverage(
        persons=shown[_PERSONS],
        cohorts={name: shown[f"cohort {name}"] for name, _, _ in report.cohorts},
        combinations=tuple((cohorts, shown[f"combination {name}"]) for name, cohorts in names.items()),
    )
