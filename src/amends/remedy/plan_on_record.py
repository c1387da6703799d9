"""One act of planning as a whole: holds, measures, due times, and the words by which they were planned.

Planning for the first time, by a changed playbook, or because somebody's status has changed is the same work: the
plan on record becomes the plan called for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amends.ledger.gate_index import index_person_holds, index_sibling_holds, record_placed, touch
from amends.ledger.hold_terms import lengthen_terms, write_terms
from amends.ledger.models import Incident, PlaybookVersion
from amends.remedy import planning
from amends.remedy.certificates import ENTITLEMENT as CERTIFICATE
from amends.remedy.certificates import plan_certificates
from amends.remedy.due_by_events import set_due_by_events
from amends.remedy.planning import Coverage
from amends.remedy.playbook import load_playbook
from amends.remedy.playbook_parts import Playbook
from amends.remedy.playbook_snapshot import canonical_text, digest, restored
from amends.remedy.replanning import EntitlementDifference, Replan, carry_out
from amends.vocabulary.errors import RefusalError


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What one act of planning changed."""

    version: PlaybookVersion
    before: PlaybookVersion | None
    """The version by which the incident was planned before; None for the first plan."""
    entitlements: tuple[EntitlementDifference, ...]
    clawbacks: int
    clawback_name: str
    holds_placed: int
    holds_attached: int
    due_times_set: int
    certificates: int
    """Certificates of the adverse assumption, which no playbook names: they follow from what is not known."""
    terms_lengthened: int
    """Holds that wait longer for their end than they did."""
    coverage: Coverage

    @property
    def planned(self) -> dict[str, int]:
        """Entitlement → how many were written now."""
        added = {item.entitlement: item.added for item in self.entitlements if item.cohort}
        planned = {**added, self.clawback_name: self.clawbacks}
        return {**planned, CERTIFICATE: self.certificates} if self.certificates else planned

    @property
    def new_version(self) -> bool:
        """Whether the words of the playbook are others than before."""
        return self.before is None or self.before.pk != self.version.pk

    @property
    def changed(self) -> bool:
        """Whether anything at all was written."""
        counted = (
            self.clawbacks,
            self.holds_placed,
            self.holds_attached,
            self.due_times_set,
            self.certificates,
            self.terms_lengthened,
        )
        return self.new_version or any(counted) or any(item.changes for item in self.entitlements)

    def detail(self) -> dict[str, Any]:
        """Return the difference for the journal: counts and versions, nobody's name."""
        found: dict[str, Any] = {
            "playbook": f"{self.version.name} {self.version.version}",
            "playbook_sha256": self.version.sha256,
            "before": str(self.before or ""),
            "planned": self.planned,
            "unchanged": {item.entitlement: item.unchanged for item in self.entitlements if item.unchanged},
            "holds_placed": self.holds_placed,
            "holds_attached": self.holds_attached,
            "due_times_set": self.due_times_set,
            "persons": self.coverage.persons,
            **({"terms_lengthened": self.terms_lengthened} if self.terms_lengthened else {}),
        }
        for name in ("reinstated", "withdrawn", "kept", "amended"):
            counts = {
                item.entitlement: getattr(item, name) for item in self.entitlements if getattr(item, name)
            }
            found |= {name: counts} if counts else {}
        return found


def playbook_on_record(incident: Incident) -> Playbook:
    """Return the playbook by which the incident was planned last, as it was; else the one it was opened with."""
    last = last_version(incident)
    return restored(last.text) if last else load_playbook(incident.playbook)


def last_version(incident: Incident) -> PlaybookVersion | None:
    """Return the playbook version by which the incident was planned last."""
    return PlaybookVersion.objects.filter(incident=incident).order_by("-id").first()


def bring_up_to_date(incident: Incident, playbook: Playbook, *, cause: str, now: datetime) -> PlanOutcome:
    """Make the plan on record the one that the playbook calls for; the caller holds transaction and incident.

    Raises `RefusalError` ``coverage-incomplete`` where a person would be left without a hold, a notice or anything
    at all, and ``entitlement-reused``; the caller's transaction then ends with nothing written.
    """
    before = last_version(incident)
    version = _kept(incident, playbook, before, now)
    held = planning.place_population_hold(incident, playbook, now=now)
    if held:
        index_sibling_holds(incident)
    attached = planning.attach_holds_to_persons(incident)
    done = carry_out(Replan(incident, playbook, version, cause, now))
    asked = planning.plan_clawback(incident, playbook, now=now)
    certificates = plan_certificates(incident, now=now)
    timed = set_due_by_events(incident, playbook)
    write_terms(incident, waiting_days=playbook.population_hold.waiting_days, now=now)
    lengthened = lengthen_terms(incident, _waiting_days(playbook))
    if held or any(item.added for item in done):
        index_person_holds(incident)
        record_placed(incident, generation=touch(), now=now)
    covered = planning.coverage(incident)
    check_complete(covered, playbook)
    _mark(incident, playbook, now)
    return PlanOutcome(
        version,
        before,
        done,
        asked,
        playbook.clawback.entitlement,
        held,
        attached,
        timed,
        certificates,
        lengthened,
        covered,
    )


def check_complete(covered: Coverage, playbook: Playbook) -> None:
    """Raise `RefusalError` ``coverage-incomplete`` where anybody lacks what nobody may lack."""
    if not covered.complete:
        raise RefusalError(
            "coverage-incomplete",
            f"playbook {playbook.name!r} leaves people out: {covered.without_any} are owed nothing, "
            f"{covered.without_hold} have no hold, {covered.without_notice} no notice",
            hint="give the playbook a cohort for them; nothing was written",
        )


def _waiting_days(playbook: Playbook) -> dict[str, int]:
    """Return hold → days of waiting: a commitment to one person ends on no less than the hold on everyone."""
    least = playbook.population_hold.waiting_days
    of_everyone = {hold.entitlement: least for hold in playbook.population_hold.each()}
    of_some = {
        item.name: max(least, item.waiting_days) for item in playbook.entitlements if item.kind == "hold"
    }
    return of_everyone | of_some


def _kept(
    incident: Incident, playbook: Playbook, before: PlaybookVersion | None, now: datetime
) -> PlaybookVersion:
    sha256 = digest(playbook)
    if before and before.sha256 == sha256:
        return before
    return PlaybookVersion.objects.create(
        incident=incident,
        name=playbook.name,
        version=playbook.version,
        sha256=sha256,
        text=canonical_text(playbook),
        planned_at=now,
    )


def _mark(incident: Incident, playbook: Playbook, now: datetime) -> None:
    incident.planned_at = incident.planned_at or now
    incident.playbook_version = playbook.version
    incident.save(update_fields=["planned_at", "playbook_version"])
