"""Reviews go to somebody, end with a reason, are looked at twice where they go against a person, and always add up."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.casework.advance_remedy import Shown, advance_remedy
from amends.casework.assign_review import assign_review
from amends.casework.decide_review import decide_review
from amends.casework.queries.reviews import ReviewFilter, review_queue, review_totals
from amends.casework.second_look import second_look
from amends.figures.counting import count_figures, discrepancies
from amends.figures.definitions import figure_set
from amends.ledger.models import AffectedPerson, Remedy, ReviewCase, ReviewEvent
from amends.vocabulary.errors import AmendsError, RefusalError, UsageError
from tests.ledger_cases import an_act, identified, protected_incident
from tests.unit.casework.hand_made import HandMade, act, everything, journal_verbs, person, remedies

IN_CUSTODY = dict.fromkeys(
    ("status_as_of", "status_at_exposure", "status_at_discovery", "status_at_hold", "status_now"),
    "in_custody",
)


@pytest.fixture
def custody(ledger, tmp_path):
    """Six people in custody, each with a custody review; the third is a minor, the fourth has a removal scheduled."""
    from amends.casework.plan_remedies import plan_remedies

    incident = protected_incident(tmp_path, 6)
    people: list[dict[str, Any]] = [dict(IN_CUSTODY) for _ in range(6)]
    people[2]["minor"] = True
    people[3]["facts"] = {"removal_scheduled": "yes"}
    identified(incident, people)
    plan_remedies(incident=incident, act=an_act())
    return incident


def reviews_of(incident) -> list[Remedy]:
    return remedies(incident, "review", entitlement="custody_review")


def adds_up(incident) -> None:
    """Released, under review and other make all; and no figure contradicts another."""
    totals = review_totals(incident)["custody_review"]
    assert totals["granted"] + totals["under_review"] + totals["other"] == totals["all"] == 6
    with transaction.atomic():
        values = {figure.name: figure.value for figure in count_figures(incident)}
    failing = [str(d) for d in discrepancies(values, figure_set().reconciliations) if "review" in d.total]
    assert failing == []
    assert values["custody_reviews_released"] == totals["granted"]
    closed = set(
        Remedy.objects.filter(kind="review", state__in=("granted", "declined", "moot")).values_list(
            "pk", flat=True
        )
    )
    cases = ReviewCase.objects.filter(closed_at__isnull=False)
    assert set(cases.values_list("remedy_id", flat=True)) == closed


def test_the_most_urgent_review_is_first_and_says_why(custody):
    queue = review_queue(custody, ReviewFilter(), now=act().now, limit=99)
    assert queue.total == Remedy.objects.filter(kind="review").count()
    of_custody = [line for line in queue.lines if line.entitlement == "custody_review"]
    assert len(of_custody) == 6
    first, second, *rest = of_custody
    assert "a removal is scheduled" in first.reasons
    assert "a minor" in second.reasons
    assert [line.urgency for line in queue.lines] == sorted(
        (line.urgency for line in queue.lines), reverse=True
    )
    assert {line.urgency for line in rest} == {rest[0].urgency}


def test_a_deadline_that_has_passed_makes_a_review_more_urgent_and_shows_its_age(custody):
    far = custody.reported_at.replace(year=custody.reported_at.year + 1)
    late = review_queue(custody, ReviewFilter(overdue=True), now=far, limit=99)
    assert late.total == Remedy.objects.filter(kind="review").count() >= 6
    assert all(line.overdue and line.age_days > 300 and line.reasons[0] == "overdue" for line in late.lines)
    assert review_queue(custody, ReviewFilter(overdue=True), now=custody.reported_at, limit=10).total == 0


def test_a_review_that_is_assigned_is_under_review_and_in_its_owners_list(custody):
    keys = [review.pk for review in reviews_of(custody)[:2]]
    done = assign_review(incident=custody, reviews=keys, to=" Rivera ", act=act("shift plan"))
    assert (done.assigned, done.already) == (2, 0)
    assert {r.state for r in Remedy.objects.filter(pk__in=keys)} == {"under_review"}
    mine = review_queue(custody, ReviewFilter(mine="RIVERA"), now=act().now, limit=10)
    assert {line.assigned_to for line in mine.lines} == {"Rivera"}
    assert mine.total == 2
    before = everything()
    assert assign_review(incident=custody, reviews=keys, to="Rivera", act=act("again")).already == 2
    assert everything() == before


def test_a_release_takes_effect_at_once(custody):
    key = reviews_of(custody)[0].pk
    assign_review(incident=custody, reviews=[key], to="rivera", act=act())
    done = decide_review(
        incident=custody,
        review=key,
        outcome="released",
        act=act("nothing speaks for custody", actor="Rivera"),
    )
    assert (done.state, done.awaits_second_look) == ("granted", False)
    adds_up(custody)


def test_continued_detention_takes_effect_only_when_another_person_has_confirmed_it(custody):
    key = reviews_of(custody)[0].pk
    assign_review(incident=custody, reviews=[key], to="rivera", act=act())
    decided = decide_review(
        incident=custody, review=key, outcome="continued_detention", act=act("risk", actor="rivera")
    )
    assert (decided.state, decided.awaits_second_look) == ("under_review", True)
    adds_up(custody)
    with pytest.raises(RefusalError) as refused:
        second_look(incident=custody, review=key, confirm=True, act=act("sure", actor=" RIVERA"))
    assert refused.value.code == "second-look-same-person"
    confirmed = second_look(incident=custody, review=key, confirm=True, act=act("agreed", actor="okafor"))
    assert confirmed.state == "declined"
    adds_up(custody)
    assert second_look(incident=custody, review=key, confirm=True, act=act("agreed", actor="okafor")).already


def test_a_decision_that_is_sent_back_is_no_decision(custody):
    key = reviews_of(custody)[0].pk
    assign_review(incident=custody, reviews=[key], to="rivera", act=act())
    decide_review(incident=custody, review=key, outcome="continued_detention", act=act("x", actor="rivera"))
    sent = second_look(incident=custody, review=key, confirm=False, act=act("not enough", actor="okafor"))
    assert sent.state == "under_review"
    case = ReviewCase.objects.get(remedy=key)
    assert (case.outcome, case.times_sent_back) == ("", 1)
    decide_review(incident=custody, review=key, outcome="released", act=act("y", actor="rivera"))
    adds_up(custody)


def test_nobody_ends_a_review_against_a_person_through_the_back_door(custody):
    """`amends advance decline` knows no outcome, and the name of a second person proves nothing."""
    key = reviews_of(custody)[0].pk
    assign_review(incident=custody, reviews=[key], to="rivera", act=act())
    before = everything()
    for shown in (None, Shown(second_actor="OPERATOR "), Shown(second_actor="okafor")):
        for step in ("decline", "moot"):
            with pytest.raises(RefusalError) as refused:
                advance_remedy(incident=custody, remedies=[key], step=step, act=act(), shown=shown)
            assert refused.value.code == "second-look-missing"
    assert everything() == before


def test_reviews_that_are_granted_by_list_have_their_outcome_all_the_same(custody):
    keys = [review.pk for review in reviews_of(custody)]
    assign_review(incident=custody, reviews=keys, to="rivera", act=act())
    advance_remedy(incident=custody, remedies=keys, step="grant", act=act("a ruling frees all of them"))
    cases = ReviewCase.objects.filter(remedy__in=keys)
    assert {(c.outcome, c.decided_by, c.assigned_to) for c in cases} == {("released", "operator", "rivera")}
    adds_up(custody)


def test_a_review_decided_by_another_than_its_owner_is_refused(custody):
    key = reviews_of(custody)[0].pk
    assign_review(incident=custody, reviews=[key], to="rivera", act=act())
    with pytest.raises(RefusalError) as refused:
        decide_review(incident=custody, review=key, outcome="released", act=act(actor="okafor"))
    assert refused.value.code == "review-assigned-to-another"


@pytest.mark.parametrize("outcome", ["deported", "granted", ""])
def test_an_outcome_that_a_custody_review_does_not_have_is_refused(custody, outcome):
    with pytest.raises(UsageError) as refused:
        decide_review(incident=custody, review=reviews_of(custody)[0].pk, outcome=outcome, act=act())
    assert refused.value.code == "review-outcome-unknown"


def test_a_reopened_review_has_no_outcome_and_its_history_says_when(custody):
    key = reviews_of(custody)[0].pk
    assign_review(incident=custody, reviews=[key], to="operator", act=act())
    decide_review(incident=custody, review=key, outcome="continued_detention", act=act(days=1))
    second_look(incident=custody, review=key, confirm=True, act=act(days=1, actor="okafor"))
    advance_remedy(incident=custody, remedies=[key], step="reopen", act=act("new facts", days=2))
    remedy = Remedy.objects.get(pk=key)
    assert remedy.state == "under_review"
    assert [event.closed for event in ReviewEvent.objects.filter(remedy=remedy).order_by("at")] == [
        True,
        False,
    ]
    adds_up(custody)


def test_the_database_itself_knows_no_other_state_of_a_review(custody):
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Remedy.objects.filter(kind="review").update(state="deported")
    adds_up(custody)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "released"},
        {
            "outcome": "released",
            "outcome_reason": "r",
            "decided_by": "a",
            "closed_at": "now",
            "decided_at": None,
        },
        {
            "outcome": "released",
            "outcome_reason": "r",
            "decided_by": "a",
            "decided_at": "now",
            "second_by": "a",
            "second_at": "now",
        },
        {"closed_at": "now"},
    ],
)
def test_the_database_itself_refuses_a_case_that_contradicts_itself(custody, wrong):
    values = {name: act().now if value == "now" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewCase.objects.create(remedy=reviews_of(custody)[0], **values)


def test_a_refused_step_leaves_the_ledger_as_it_was(custody):
    before = everything()
    with pytest.raises(RefusalError) as refused:
        decide_review(incident=custody, review=reviews_of(custody)[0].pk, outcome="released", act=act())
    assert refused.value.code == "transition-not-allowed"
    assert everything() == before
    assert "decide_review" not in journal_verbs()


STEPS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(
            [
                "assign",
                "released",
                "continued_detention",
                "no_longer_in_custody",
                "confirm",
                "back",
                "reopen",
                "grant",
            ]
        ),
        st.sampled_from(["rivera", "okafor", "operator"]),
    ),
    max_size=12,
)


def walk(incident, keys: list[int], steps) -> None:
    """Take random steps by random people; whatever is refused is refused, and everything adds up after each."""
    for index, what, who in steps:
        one(incident, keys[index], what, who)
        adds_up(incident)


def one(incident, key: int, what: str, who: str) -> None:
    doing = act("a reason", actor=who)
    try:
        if what == "assign":
            assign_review(incident=incident, reviews=[key], to=who, act=doing)
        elif what in ("confirm", "back"):
            second_look(incident=incident, review=key, confirm=what == "confirm", act=doing)
        elif what in ("reopen", "grant"):
            advance_remedy(incident=incident, remedies=[key], step=what, act=doing)
        else:
            decide_review(incident=incident, review=key, outcome=what, act=doing)
    except AmendsError:
        return


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_people_do_the_reviews_add_up_after_every_step(custody, steps):
    walk(custody, [review.pk for review in reviews_of(custody)], steps)


def test_whatever_eight_people_do_at_once_the_reviews_add_up(custody):
    keys = [review.pk for review in reviews_of(custody)]

    def worker(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(12):
            what = chance.choice(["assign", "released", "continued_detention", "confirm", "back", "reopen"])
            one(custody, chance.choice(keys), what, chance.choice(["rivera", "okafor", "operator"]))
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(worker, range(8)))
    adds_up(custody)


def test_a_planted_miscount_is_found(custody):
    """The twin: were a case closed without its review, the check above would say so."""
    case = ReviewCase.objects.create(
        remedy=reviews_of(custody)[0],
        outcome="released",
        outcome_reason="r",
        decided_by="a",
        decided_at=act().now,
        closed_at=act().now,
    )
    with pytest.raises(AssertionError):
        adds_up(custody)
    case.delete()


def test_a_person_who_is_owed_two_reviews_has_two_cases(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    assert {r.entitlement for r in remedies(incident, "review", ana)} == {
        "custody_review",
        "notice_to_appear",
    }
    assert AffectedPerson.objects.filter(remedies__kind="review").distinct().count() >= 1
