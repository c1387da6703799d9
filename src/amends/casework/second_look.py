"""Look at a decided review a second time: another person confirms it, or sends it back (R26)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.casework.review_steps import close, locked_review, no_outcome
from amends.ledger.models import Incident, Remedy, ReviewCase
from amends.remedy.reviews import review_rules
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.persons import same_person


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What the second look came to."""

    reference: str
    confirmed: bool
    state: str
    already: bool


def second_look(*, incident: Incident, review: int, confirm: bool, act: Act) -> SecondLook:
    """Confirm the decision, which takes effect now, or send it back, which leaves the review under review.

    Raises `RefusalError` ``second-look-same-person`` for the one who decided, ``no-second-look-due`` where
    nothing waits for one.
    """
    check_may(act, "second_look")
    check_open(incident)
    check_length(act.reason, ReviewCase, "second_reason", where="--reason")
    with journalled("second_look", act) as change:
        remedy, case = locked_review(incident, review)
        if confirm and case.closed_at and same_person(case.second_by, act.actor):
            return SecondLook(remedy.reference, True, remedy.state, already=True)
        _check_due(remedy, case, act)
        decided = case.outcome
        if confirm:
            case.second_by, case.second_at, case.second_reason = act.actor, act.now, act.reason
            close(remedy, case, review_rules().outcome(remedy.entitlement, decided), act)
        else:
            for name, value in no_outcome().items():
                setattr(case, name, value)
            case.times_sent_back += 1
        case.save()
        change.incident = incident.reference
        change.detail = {
            "review": remedy.reference,
            "outcome": decided,
            "confirmed": confirm,
            "state": remedy.state,
        }
    return SecondLook(remedy.reference, confirm, remedy.state, already=False)


def _check_due(remedy: Remedy, case: ReviewCase, act: Act) -> None:
    if not case.awaits_second_look:
        raise RefusalError(
            "no-second-look-due",
            f"nothing of review {remedy.reference} waits for a second look",
            hint="`amends reviews` shows which do",
        )
    if same_person(case.decided_by, act.actor):
        raise RefusalError(
            "second-look-same-person",
            f"review {remedy.reference} was decided by the same person",
            hint="a second look is another person's",
        )
