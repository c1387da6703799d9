"""What planning would change, counted before anything is written; nothing is written here at all."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.policies import check_identified, check_open
from amends.ledger.models import Incident
from amends.remedy.coverage_report import CoverageReport, coverage_report
from amends.remedy.plan_on_record import last_version
from amends.remedy.planning import recipients_without, rows_without
from amends.remedy.playbook import load_playbook
from amends.remedy.playbook_parts import Playbook
from amends.remedy.playbook_snapshot import digest
from amends.remedy.replanning import EntitlementDifference, differences


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """The difference between the plan on record and the one that a playbook calls for."""

    playbook: str
    sha256: str
    before: str
    """Version on record, with the beginning of its hash; empty before the first plan."""
    new_version: bool
    entitlements: tuple[EntitlementDifference, ...]
    holds: int
    """Holds that would be placed on rows."""
    clawbacks: int
    report: CoverageReport

    @property
    def changes(self) -> int:
        """How many remedies would be written or change."""
        return self.holds + self.clawbacks + sum(item.changes for item in self.entitlements)


def preview_plan(incident: Incident, playbook: Playbook | None = None) -> PlanPreview:
    """Count by queries alone. ``playbook`` may be another one than the incident's, to compare."""
    incident = Incident.objects.get(pk=incident.pk)
    check_open(incident)
    check_identified(incident)
    book = playbook or load_playbook(incident.playbook)
    # Not in one transaction: on SQLite that would keep everyone else from writing, holds included, while we count.
    before = last_version(incident)
    return PlanPreview(
        playbook=f"{book.name} {book.version}",
        sha256=digest(book),
        before=str(before or ""),
        new_version=before is None or before.sha256 != digest(book),
        entitlements=differences(incident, book),
        holds=sum(rows_without(hold, incident).count() for hold in book.population_hold.each()),
        clawbacks=recipients_without(incident, book).count(),
        report=coverage_report(incident, book),
    )
