"""Decide one review, with a reason; what goes against the person waits for a second look (R26)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.casework.review_steps import close, locked_review
from amends.ledger.models import Incident, Remedy, ReviewCase
from amends.remedy.reviews import Outcome, review_rules
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.persons import same_person


@dataclass(frozen=True, slots=True)
class DecidedReview:
    """Where the review stands now."""

    reference: str
    outcome: str
    state: str
    awaits_second_look: bool
    already: bool


def decide_review(*, incident: Incident, review: int, outcome: str, act: Act) -> DecidedReview:
    """Decide one review: an individual decision is taken one at a time, never by list. ``act.reason`` is its reason.

    Where the outcome needs a second look the review stays under review until `casework.second_look` confirms it.
    Raises `UsageError` ``review-unknown``, ``review-outcome-unknown``; `RefusalError` ``review-closed``,
    ``review-awaits-second-look``, ``review-assigned-to-another`` and ``transition-not-allowed``.
    """
    check_may(act, "decide_review")
    check_open(incident)
    check_length(act.reason, ReviewCase, "outcome_reason", where="--reason")
    with journalled("decide_review", act) as change:
        remedy, case = locked_review(incident, review)
        chosen = review_rules().outcome(remedy.entitlement, outcome)
        if case.outcome == chosen.name and same_person(case.decided_by, act.actor):
            return _decided(remedy, case, already=True)
        _check_may_be_decided(remedy, case, chosen, act)
        case.outcome, case.outcome_reason = chosen.name, act.reason
        case.decided_by, case.decided_at = act.actor, act.now
        case.awaits_second_look = chosen.second_look
        if not chosen.second_look:
            close(remedy, case, chosen, act)
        case.save()
        change.incident = incident.reference
        change.detail = {
            "review": remedy.reference,
            "entitlement": remedy.entitlement,
            "outcome": chosen.name,
            "state": remedy.state,
            "awaits_second_look": chosen.second_look,
        }
    return _decided(remedy, case, already=False)


def _check_may_be_decided(remedy: Remedy, case: ReviewCase, outcome: Outcome, act: Act) -> None:
    workflow = workflow_of("review")
    if remedy.state in workflow.finals:
        raise RefusalError(
            "review-closed",
            f"review {remedy.reference} has ended",
            hint="reopen it first: `amends advance ... reopen`",
        )
    if case.awaits_second_look:
        raise RefusalError(
            "review-awaits-second-look",
            f"review {remedy.reference} is decided and waits for a second look",
            hint="another person confirms it or sends it back: `amends review second-look`",
        )
    if case.assigned_to and not same_person(case.assigned_to, act.actor):
        raise RefusalError(
            "review-assigned-to-another",
            f"review {remedy.reference} was given to somebody else",
            hint="assign it first: `amends review assign`",
        )
    # Asked even where the step waits for the second look: a decision that could never take effect is none.
    workflow.step(outcome.step, source=remedy.state)


def _decided(remedy: Remedy, case: ReviewCase, *, already: bool) -> DecidedReview:
    return DecidedReview(remedy.reference, case.outcome, remedy.state, case.awaits_second_look, already)
