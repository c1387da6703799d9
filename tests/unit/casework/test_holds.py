"""A hold ends only on proof: everyone is told, the days have passed, the reviews are done; and who told whom stays."""

from __future__ import annotations

import pytest

from amends.casework.advance_remedy import Letterhead, Shown, advance_remedy
from amends.casework.hold_end import check_holds_may_end
from amends.ledger.models import HoldTerm, Incident, Remedy
from amends.vocabulary.errors import RefusalError
from tests.unit.casework.hand_made import HandMade, act, everything, journal_verbs, person, remedies

WAITING_DAYS = 30
WHOLE_DAY = 1
"""The day of the delivery does not count, wherever it was handed over."""


def step(incident: Incident, found: list[Remedy], name: str, *, days: float = 0, shown: Shown | None = None):
    return advance_remedy(
        incident=incident,
        remedies=[r.pk for r in found],
        step=name,
        act=act("because", days=days),
        shown=shown,
    )


def tell(incident: Incident, notices: list[Remedy], *, days: float) -> None:
    """Write the letters, hand them over, and prove it."""
    letters = Shown(content={notice.pk: Letterhead("0" * 64, "en", "hand") for notice in notices})
    step(incident, notices, "prepare", shown=letters)
    step(incident, notices, "dispatch", days=days)
    step(incident, notices, "prove_delivery", days=days, shown=Shown(proof="signature 17"))


def why_it_stays(hold: list[Remedy], *, days: float = 0) -> str:
    """Ask whether the hold may end, and return the refusal; nothing may have changed."""
    before = everything()
    with pytest.raises(RefusalError) as refused:
        check_holds_may_end([remedy.pk for remedy in hold], now=act(days=days).now)
    assert everything() == before
    assert refused.value.code == "hold-not-ended"
    return refused.value.message


def test_a_hold_ends_only_when_every_condition_is_met_and_each_refusal_says_which_is_not(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    hold = remedies(incident, "hold", ana, row__row_number=2)
    notices = [n for n in remedies(incident, "notice", ana) if n.addressee in ("person", "representative")]
    reviews = remedies(incident, "review", ana)
    assert (len(hold), len(notices)) == (1, 2)
    assert reviews

    assert "not proven delivered" in why_it_stays(hold)

    tell(incident, notices[:1], days=1)
    assert "not proven delivered" in why_it_stays(hold, days=60)

    tell(incident, notices[1:], days=3)
    last_day = 3 + WAITING_DAYS + WHOLE_DAY
    assert "30 whole days have not passed" in why_it_stays(hold, days=last_day - 0.01)
    assert "a review of the person is not finished" in why_it_stays(hold, days=last_day)

    step(incident, reviews, "begin")
    assert "a review of the person is not finished" in why_it_stays(hold, days=60)
    step(incident, reviews, "grant")

    check_holds_may_end([hold[0].pk], now=act(days=last_day).now)


def test_the_earliest_end_is_recorded_when_the_last_notice_is_proven_delivered(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    (hold,) = remedies(incident, "hold", ana, row__row_number=2)
    notices = [n for n in remedies(incident, "notice", ana) if n.addressee in ("person", "representative")]
    placed = HoldTerm.objects.get(hold=hold)
    assert (placed.begins_at, placed.waiting_days, placed.earliest_end_at) == (act().now, WAITING_DAYS, None)
    tell(incident, notices[:1], days=1)
    assert HoldTerm.objects.get(hold=hold).earliest_end_at is None
    tell(incident, notices[1:], days=3)
    expected = act(days=3 + WAITING_DAYS + WHOLE_DAY).now
    assert HoldTerm.objects.get(hold=hold).earliest_end_at == expected


def test_no_single_person_takes_a_step_of_a_hold_with_the_name_of_a_second(people: HandMade):
    incident = people.planned()
    hold = remedies(incident, "hold", row__row_number=3)
    before = everything()
    for name in ("lift", "extend", "place_again"):
        with pytest.raises(RefusalError) as refused:
            step(incident, hold, name, days=400, shown=Shown(second_actor="supervisor"))
        assert refused.value.code == "hold-has-own-verbs"
        assert "amends holds" in refused.value.hint
    assert everything() == before


@pytest.mark.parametrize("last_step", ["withhold", "exhaust"])
def test_a_notice_that_was_withheld_or_given_up_never_counts_as_delivered(people: HandMade, last_step: str):
    incident = people.planned()
    boris = person(incident, "P3")
    hold = remedies(incident, "hold", boris)
    notices = [n for n in remedies(incident, "notice", boris) if n.addressee == "person"]
    step(incident, notices, "withhold")
    if last_step == "exhaust":
        step(incident, notices, "exhaust")
    assert "not proven delivered" in why_it_stays(hold, days=4000)


def test_a_letter_that_came_back_is_no_notice(people: HandMade):
    incident = people.planned()
    boris = person(incident, "P3")
    hold, notices = remedies(incident, "hold", boris), remedies(incident, "notice", boris)
    notices = [notice for notice in notices if notice.addressee == "person"]
    letters = Shown(content={notice.pk: Letterhead("0" * 64, "en", "post") for notice in notices})
    step(incident, notices, "prepare", shown=letters)
    step(incident, notices, "dispatch", days=1)
    step(incident, notices, "record_return", days=9, shown=Shown(proof="envelope 4"))
    assert "not proven delivered" in why_it_stays(hold, days=90)


def test_each_attempt_stays_on_record_when_a_second_follows(people: HandMade):
    from amends.ledger.models import Delivery

    incident = people.planned()
    boris = person(incident, "P3")
    notices = [n for n in remedies(incident, "notice", boris) if n.addressee == "person"]
    letters = Shown(content={notice.pk: Letterhead("0" * 64, "en", "post") for notice in notices})
    step(incident, notices, "prepare", shown=letters)
    step(incident, notices, "dispatch", days=1)
    step(incident, notices, "record_return", days=9, shown=Shown(proof="envelope 4"))
    step(incident, notices, "try_again", days=10)
    again = Shown(content={notice.pk: Letterhead("1" * 64, "en", "hand") for notice in notices})
    step(incident, notices, "prepare", days=10, shown=again)
    step(incident, notices, "dispatch", days=11)
    step(incident, notices, "prove_delivery", days=12, shown=Shown(proof="signature 5"))
    attempts = Delivery.objects.filter(notice=notices[0]).order_by("attempt")
    assert [(a.attempt, a.fate, a.method, a.proof) for a in attempts] == [
        (1, "returned", "post", "envelope 4"),
        (2, "delivered", "hand", "signature 5"),
    ]


def test_delivery_is_not_proven_without_proof(people: HandMade):
    incident = people.planned()
    notices = remedies(incident, "notice", person(incident, "P3"))[:1]
    step(
        incident, notices, "prepare", shown=Shown(content={notices[0].pk: Letterhead("0" * 64, "en", "post")})
    )
    step(incident, notices, "dispatch")
    with pytest.raises(RefusalError) as refused:
        step(incident, notices, "prove_delivery")
    assert refused.value.code == "evidence-missing"
    assert "proof" in refused.value.message


def test_a_notice_is_not_prepared_without_its_letter(people: HandMade):
    incident = people.planned()
    notices = remedies(incident, "notice", person(incident, "P3"))[:1]
    with pytest.raises(RefusalError) as refused:
        step(incident, notices, "prepare")
    assert "content" in refused.value.message


def test_the_hold_on_a_row_that_nobody_could_link_stays(people: HandMade):
    incident = people.planned()
    unknown = remedies(incident, "hold", row__row_number=5)
    assert "not proven delivered" in why_it_stays(unknown, days=400)


def test_a_step_is_one_entry_and_the_entry_says_how_many_and_which(people: HandMade):
    from amends.ledger import journal

    incident = people.planned()
    notices = remedies(incident, "notice")
    before = journal_verbs()
    step(incident, notices, "withhold")
    assert journal_verbs() == [*before, "advance_remedy"]
    detail = list(journal.entries())[-1].detail
    assert (detail["kind"], detail["step"], detail["count"]) == ("notice", "withhold", len(notices))
    assert detail["from"] == ["owed"]
    assert detail["to"] == ["withheld"]


def test_an_empty_list_of_remedies_changes_nothing_and_writes_no_entry(people: HandMade):
    incident = people.planned()
    before = everything()
    assert step(incident, [], "withhold").advanced == 0
    assert everything() == before
