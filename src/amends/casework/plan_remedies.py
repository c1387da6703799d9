"""Plan what everyone is owed: playbook × cohort → notices, holds, reviews, returns, clawbacks (R23)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_identified, check_open
from amends.ledger.models import Incident
from amends.remedy.plan_on_record import PlanOutcome, bring_up_to_date
from amends.remedy.planning import Coverage
from amends.remedy.playbook import Playbook, load_playbook


@dataclass(frozen=True, slots=True)
class PlannedRemedies:
    """How many of each entitlement were written now, and the proof that nobody was left out."""

    planned: dict[str, int]
    coverage: Coverage
    already: bool
    outcome: PlanOutcome
    """The whole difference: added, reinstated, withdrawn, kept, unchanged, and the versions before and after."""


def plan_remedies(*, incident: Incident, act: Act, playbook: Playbook | None = None) -> PlannedRemedies:
    """Write every entitlement of the playbook for every member of its cohort; what stands already stays.

    A playbook that has changed since the last plan re-plans: what is new is added, what is no longer called for is
    withdrawn where its workflow allows that, and the difference is journalled. The words of the playbook are
    kept with the plan.

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
        outcome = bring_up_to_date(
            incident, book, cause=f"planned by playbook {book.name} {book.version}", now=act.now
        )
        if outcome.changed:
            change.incident = incident.reference
            change.detail = outcome.detail()
    return PlannedRemedies(outcome.planned, outcome.coverage, not change.detail, outcome)
