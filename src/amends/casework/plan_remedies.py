"""Plan what everyone is owed: playbook × cohort → notices, holds, reviews, returns, clawbacks (R23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_identified, check_open
from amends.ledger.gate_index import index_person_holds, record_placed, touch
from amends.ledger.models import Incident
from amends.remedy import planning
from amends.remedy.certificates import ENTITLEMENT, plan_certificates
from amends.remedy.planning import Coverage
from amends.remedy.playbook import Playbook, load_playbook
from amends.vocabulary.errors import RefusalError


@dataclass(frozen=True, slots=True)
class PlannedRemedies:
    """How many of each entitlement were written now, and the proof that nobody was left out."""

    planned: dict[str, int]
    coverage: Coverage
    already: bool


def plan_remedies(*, incident: Incident, act: Act, playbook: Playbook | None = None) -> PlannedRemedies:
    """Write every entitlement of the playbook for every member of its cohort; what stands already stays.

    Raises `RefusalError` ``coverage-incomplete``, and writes nothing, where a person would be left without a
    hold, a notice, or anything at all. ``playbook`` defaults to the one the incident was opened with.
    """
    check_may(act, "plan_remedies")
    incident = Incident.objects.get(pk=incident.pk)
    check_open(incident)
    check_identified(incident)
    book = playbook or load_playbook(incident.playbook)
    with journalled("plan_remedies", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        attached = planning.attach_holds_to_persons(incident)
        planned = {
            entitlement.name: planning.plan_entitlement(
                entitlement, incident=incident, playbook=book, now=act.now
            )
            for entitlement in book.entitlements
        }
        planned[book.clawback.entitlement] = planning.plan_clawback(incident, book, now=act.now)
        if certificates := plan_certificates(incident, now=act.now):
            planned[ENTITLEMENT] = certificates
        _make_findable(incident, planned, now=act.now)
        covered = planning.coverage(incident)
        if not covered.complete:
            raise _incomplete(covered, book)
        if attached or any(planned.values()):
            incident.planned_at = incident.planned_at or act.now
            incident.save(update_fields=["planned_at"])
            change.incident = incident.reference
            change.detail = {
                "playbook": f"{book.name} {book.version}",
                "planned": planned,
                "holds_attached": attached,
                "persons": covered.persons,
            }
    return PlannedRemedies(planned, covered, already=not change.detail)


def _make_findable(incident: Incident, planned: dict[str, int], *, now: datetime) -> None:
    """Let the gate find the holds on persons that were planned just now."""
    if any(planned.values()):
        index_person_holds(incident)
        record_placed(incident, generation=touch(), now=now)


def _incomplete(covered: Coverage, book: Playbook) -> RefusalError:
    return RefusalError(
        "coverage-incomplete",
        f"playbook {book.name!r} leaves people out: {covered.without_any} are owed nothing, "
        f"{covered.without_hold} have no hold, {covered.without_notice} no notice",
        hint="give the playbook a cohort for them; nothing was written",
    )
