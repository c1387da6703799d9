"""Give reviews to the person who decides them; an open one is under review from then on (R26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amends.casework.acts import Act, check_length, journalled
from amends.casework.advance_remedy import as_ranges
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.casework.review_steps import locked_review, take
from amends.ledger.models import Incident, ReviewCase
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class AssignedReviews:
    """How many were given to somebody, and how many that person had already."""

    assigned: int
    already: int


def assign_review(*, incident: Incident, reviews: Sequence[int], to: str, act: Act) -> AssignedReviews:
    """Assign the listed reviews (keys), all or none.

    Raises `RefusalError` ``review-closed`` for one that has ended, ``review-awaits-second-look`` for one that is
    decided and not yet confirmed, because the decision is its decider's.
    """
    check_may(act, "assign_review")
    check_open(incident)
    to = " ".join(to.split())
    if not to:
        raise UsageError(
            "assignee-missing", "nobody is named", hint="name who decides the review", where="--to"
        )
    check_length(to, ReviewCase, "assigned_to", where="--to")
    given: list[int] = []
    with journalled("assign_review", act) as change:
        for key in sorted(set(reviews)):
            if _assign(incident, key, to, act):
                given.append(key)
        if given:
            change.incident = incident.reference
            change.detail = {"reviews": as_ranges(given), "count": len(given), "to": to}
    return AssignedReviews(len(given), len(set(reviews)) - len(given))


def _assign(incident: Incident, key: int, to: str, act: Act) -> bool:
    remedy, case = locked_review(incident, key)
    if remedy.state in workflow_of("review").finals:
        raise RefusalError(
            "review-closed",
            f"review {remedy.reference} has ended",
            hint="reopen it first: `amends advance ... reopen`",
        )
    if case.awaits_second_look:
        raise RefusalError(
            "review-awaits-second-look",
            f"review {remedy.reference} is decided and waits for a second look",
            hint="confirm it or send it back first",
        )
    if case.assigned_to == to:
        return False
    if remedy.state == "open":
        take(remedy, "begin")
    case.assigned_to, case.assigned_at = to, act.now
    case.save()
    return True
