"""What the state of a review and its case owe each other: no end without an outcome, no end in silence (R26).

The state changes by the transitions of the workflow ``review`` and by nothing else. Verbs that change it call these
functions in their own transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from amends.casework.acts import Act
from amends.ledger.bulk import in_chunks
from amends.ledger.models import Incident, Remedy, ReviewCase, ReviewEvent
from amends.remedy.reviews import Outcome, review_rules
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError, UsageError


def locked_review(incident: Incident, key: int) -> tuple[Remedy, ReviewCase]:
    """Return one review and its case, both locked until the transaction ends; the case is made where there is none.

    Raises `UsageError` ``review-unknown`` for a key that is no review of this incident.
    """
    remedy = Remedy.objects.select_for_update().filter(incident=incident, kind="review", pk=key).first()
    if remedy is None:
        raise UsageError(
            "review-unknown",
            "no review of this incident has this reference",
            hint="`amends reviews` lists them",
        )
    case, _ = ReviewCase.objects.select_for_update().get_or_create(remedy=remedy)
    return remedy, case


def take(remedy: Remedy, step: str) -> None:
    """Take a review by one step of its workflow; raise `RefusalError` ``transition-not-allowed`` otherwise."""
    transition = workflow_of("review").step(step, source=remedy.state)
    Remedy.objects.filter(pk=remedy.pk, state=remedy.state).update(state=transition.target)
    remedy.state = transition.target


def close(remedy: Remedy, case: ReviewCase, outcome: Outcome, act: Act) -> None:
    """Let a decided outcome take effect: the step, and the instant from which it counts."""
    take(remedy, outcome.step)
    case.awaits_second_look = False
    case.closed_at = act.now
    ReviewEvent.objects.create(remedy=remedy, closed=True, at=act.now)


def check_bare_step(found: Sequence[Remedy], step: str) -> None:
    """Raise `RefusalError` ``second-look-missing`` where a bare step would end a review against the person.

    The name of a second person beside a step proves nothing: the second look is an act of that person's own.
    """
    for remedy in found:
        outcome = review_rules().plain_outcome(remedy.entitlement, step)
        if outcome and outcome.second_look:
            raise RefusalError(
                "second-look-missing",
                f"review {remedy.reference} is not ended this way by one person alone",
                hint="use `amends review decide`, and `amends review second-look` by somebody else",
            )


def record_bare_step(found: Sequence[Remedy], step: str, act: Act) -> None:
    """Write into the cases what a bare step, taken without a named outcome, means for each review."""
    outcomes = {
        name: review_rules().plain_outcome(name, step) for name in {remedy.entitlement for remedy in found}
    }
    ended = [(remedy, outcome) for remedy in found if (outcome := outcomes[remedy.entitlement])]
    decided = ("outcome", "outcome_reason", "decided_by", "decided_at", "awaits_second_look", "closed_at")
    ReviewCase.objects.bulk_create(
        (
            ReviewCase(
                remedy=remedy,
                outcome=outcome.name,
                outcome_reason=act.reason,
                decided_by=act.actor,
                decided_at=act.now,
                awaits_second_look=False,
                closed_at=act.now,
            )
            for remedy, outcome in ended
        ),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=("remedy",),
        update_fields=decided,
    )
    ReviewEvent.objects.bulk_create(
        (ReviewEvent(remedy=remedy, closed=True, at=act.now) for remedy, _ in ended), batch_size=1000
    )
    if step == "reopen":
        reopened(found, act)


def reopened(found: Sequence[Remedy], act: Act) -> None:
    """Take the outcome out of the cases of reviews that were opened again; the journal keeps what it was."""
    ReviewEvent.objects.bulk_create(ReviewEvent(remedy=remedy, closed=False, at=act.now) for remedy in found)
    for keys in in_chunks([remedy.pk for remedy in found]):
        ReviewCase.objects.filter(remedy__in=keys).update(
            **no_outcome(), times_reopened=F("times_reopened") + 1
        )


def no_outcome() -> dict[str, object]:
    """Return the fields of a case of which nothing is decided."""
    return {
        "outcome": "",
        "outcome_reason": "",
        "decided_by": "",
        "decided_at": None,
        "awaits_second_look": False,
        "second_by": "",
        "second_at": None,
        "second_reason": "",
        "closed_at": None,
    }
