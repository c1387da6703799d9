"""A hold is lifted by two people who prove who they are, with a list, a number and reasons; or it stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from amends.casework.approve_release import approve_release
from amends.casework.decide_review import decide_review
from amends.casework.extend_hold import extend_hold
from amends.casework.place_again import place_again
from amends.casework.queries.holds import list_releases, show_holds
from amends.casework.refuse_release import refuse_release
from amends.casework.request_release import ReleaseList, request_release
from amends.casework.revoke_authority import revoke_authority
from amends.casework.second_look import second_look
from amends.ledger import journal
from amends.ledger.models import GateState, HoldEvent, HoldReleaseItem, HoldTerm, Incident, Remedy
from amends.remedy.reviews import review_rules
from amends.vocabulary.errors import FaultError, RefusalError, UsageError
from tests.unit.casework.hand_made import HandMade, act, everything, person, remedies
from tests.unit.casework.officers import APPROVER, ASKER, PASSPHRASE, QUICK_HASHER, two_officers
from tests.unit.casework.test_holds import step, tell

LATE = 40.0
"""Days after which every waiting time of these tests has passed."""


@pytest.fixture(autouse=True)
def _quick_hasher():
    with override_settings(PASSWORD_HASHERS=QUICK_HASHER):
        yield


@pytest.fixture
def told(people: HandMade) -> tuple[Incident, list[Remedy]]:
    """Ana and Boris are told and reviewed; their three holds may end. The list of officers is founded."""
    incident = people.planned()
    two_officers()
    holds = []
    for who in ("P2", "P3"):
        somebody = person(incident, who)
        notices = [n for n in remedies(incident, "notice", somebody) if n.addressee != "tribunal"]
        tell(incident, notices, days=1)
        reviews = remedies(incident, "review", somebody)
        step(incident, reviews, "begin")
        decline(incident, reviews)
        holds += remedies(incident, "hold", somebody, row__isnull=False)
    return incident, holds


def decline(incident: Incident, reviews: list[Remedy]) -> None:
    """End reviews against the person, each looked at twice."""
    for review in reviews:
        outcome = review_rules().plain_outcome(review.entitlement, "decline")
        assert outcome is not None
        decide_review(incident=incident, review=review.pk, outcome=outcome.name, act=act("looked", actor="r"))
        second_look(incident=incident, review=review.pk, confirm=True, act=act("looked again", actor="o"))


def ask(
    incident: Incident, holds: list[Remedy], *, days: float = LATE, by: str = ASKER, **about: object
) -> str:
    keys = tuple(hold.pk for hold in holds)
    wanted = ReleaseList(keys, **{"count": len(keys), **about})  # type: ignore[arg-type]
    asked = request_release(
        incident=incident,
        wanted=wanted,
        passphrase=PASSPHRASE.get(by, "x"),
        act=act("told", days=days, actor=by),
    )
    return asked.reference


def approve(reference: str, count: int, *, days: float = LATE, by: str = APPROVER, **about: str):
    return approve_release(
        release=reference,
        count=count,
        passphrase=about.get("passphrase", PASSPHRASE.get(by, "x")),
        act=act(about.get("reason", "I read the list and the receipts"), days=days, actor=by),
    )


def why_not(call, *kinds: type[Exception]) -> str:
    """Return the code of the refusal; nothing may have changed but the count of wrong passphrases."""
    before = {name: rows for name, rows in everything().items() if name != "Officer"}
    with pytest.raises(kinds or (RefusalError,)) as refused:
        call()
    assert {name: rows for name, rows in everything().items() if name != "Officer"} == before
    return str(refused.value.code)  # type: ignore[attr-defined]


def test_two_officers_lift_the_listed_holds_and_no_other(told):
    incident, holds = told
    reference = ask(incident, holds)
    assert {hold.state for hold in remedies(incident, "hold")} == {"in_force"}
    before = GateState.objects.get().generation
    done = approve(reference, len(holds))
    assert done.lifted == len(holds) == 3
    assert done.generation == GateState.objects.get().generation > before
    states = {hold.pk: hold.state for hold in remedies(incident, "hold")}
    assert {key for key, state in states.items() if state == "lifted"} == {hold.pk for hold in holds}
    terms = HoldTerm.objects.filter(hold__in=holds)
    assert {(t.lifted_at, t.ended_because) for t in terms} == {(act(days=LATE).now, reference)}
    events = HoldEvent.objects.filter(hold__in=holds, event="lifted")
    assert {(e.hold_id, e.generation) for e in events} == {(hold.pk, done.generation) for hold in holds}
    entry = list(journal.entries())[-1]
    assert (entry.verb, entry.actor) == ("approve_release", APPROVER)
    assert (entry.detail["requested_by"], entry.detail["lifted"]) == (ASKER.casefold(), 3)


def test_whoever_asks_does_not_approve_however_the_name_is_written(told):
    incident, holds = told
    reference = ask(incident, holds)
    assert why_not(lambda: approve(reference, 3, by=ASKER)) == "second-person-is-first"
    other = f"  {ASKER.upper()} "
    assert (
        why_not(lambda: approve(reference, 3, by=other, passphrase=PASSPHRASE[ASKER]))
        == "second-person-is-first"
    )


def test_a_name_alone_is_not_enough(told):
    incident, holds = told
    reference = ask(incident, holds)
    assert why_not(lambda: approve(reference, 3, passphrase=PASSPHRASE[ASKER])) == "not-authorised"
    assert why_not(lambda: approve(reference, 3, by="somebody")) == "not-authorised"
    assert why_not(lambda: ask(incident, holds[:1], by="somebody")) == "not-authorised"


def test_five_wrong_passphrases_lock_the_officer_out_and_the_journal_says_so(told):
    incident, holds = told
    reference = ask(incident, holds)
    for _ in range(5):
        with pytest.raises(RefusalError, match="no authority"):
            approve(reference, 3, passphrase="wrong")
    assert list(journal.entries())[-1].verb == "lock_officer"
    assert why_not(lambda: approve(reference, 3)) == "officer-locked"
    assert approve(reference, 3, days=LATE + 0.02).lifted == 3


def test_the_number_is_confirmed_by_both(told):
    incident, holds = told
    assert why_not(lambda: ask(incident, holds, count=2)) == "count-differs"
    reference = ask(incident, holds)
    assert why_not(lambda: approve(reference, 2)) == "count-differs"


def test_nothing_is_lifted_without_a_list(told):
    incident, _ = told
    assert why_not(lambda: ask(incident, []), UsageError) == "holds-missing"


def test_one_hold_that_may_not_end_keeps_all_of_them(told):
    incident, holds = told
    chidi = remedies(incident, "hold", person(incident, "P4"))
    assert why_not(lambda: ask(incident, [*holds, *chidi])) == "hold-not-ended"


def test_every_condition_is_looked_at_again_when_the_second_person_approves(told):
    incident, holds = told
    reference = ask(incident, holds)
    step(incident, remedies(incident, "review", person(incident, "P2"))[:1], "reopen")
    assert why_not(lambda: approve(reference, 3)) == "hold-not-ended"
    extended = holds[-1:]
    decline(incident, remedies(incident, "review", person(incident, "P2"))[:1])
    extend_hold(
        incident=incident, holds=[extended[0].pk], until=act(days=90).now, act=act("new danger", days=LATE)
    )
    assert why_not(lambda: approve(reference, 3)) == "hold-not-ended"


def test_a_request_that_nobody_decided_in_time_expires(told):
    incident, holds = told
    reference = ask(incident, holds)
    assert why_not(lambda: approve(reference, 3, days=LATE + 7)) == "release-expired"
    (line,) = list_releases(now=act(days=LATE + 7).now)
    assert line.state == "expired"


def test_a_request_is_decided_once(told):
    incident, holds = told
    reference = ask(incident, holds)
    approve(reference, 3)
    assert why_not(lambda: approve(reference, 3)) == "release-decided"
    assert why_not(lambda: ask(incident, holds)) == "transition-not-allowed"


def test_a_refused_request_lifts_nobody_for_ever(told):
    incident, holds = told
    reference = ask(incident, holds)
    assert why_not(lambda: ask(incident, holds)) == "release-requested"
    refuse_release(
        release=reference, passphrase=PASSPHRASE[APPROVER], act=act("no", days=LATE, actor=APPROVER)
    )
    assert why_not(lambda: approve(reference, 3)) == "release-decided"
    assert {hold.state for hold in remedies(incident, "hold")} == {"in_force"}


def test_the_reason_of_the_first_person_said_again_is_no_reason_of_the_second(told):
    incident, holds = told
    reference = ask(incident, holds)
    assert why_not(lambda: approve(reference, 3, reason=" TOLD ")) == "reason-repeated"


def test_an_officer_whose_authority_was_taken_approves_nothing(told):
    incident, holds = told
    reference = ask(incident, holds)
    revoke_authority(officer=APPROVER, act=act("has left"))
    assert why_not(lambda: approve(reference, 3)) == "not-authorised"


def test_a_list_that_somebody_changed_behind_the_request_lifts_nobody(told):
    incident, holds = told
    reference = ask(incident, holds[:2])
    (other,) = [hold for hold in holds if hold not in holds[:2]]
    HoldReleaseItem.objects.filter(hold=holds[0]).update(hold=other)
    assert why_not(lambda: approve(reference, 2), FaultError) == "release-list-changed"


def test_a_lifted_hold_is_placed_again_by_one_person_and_waits_anew(told):
    incident, holds = told
    approve(ask(incident, holds), 3)
    again = place_again(incident=incident, holds=[holds[0].pk], act=act("new threat", days=LATE + 1))
    assert (again.placed, again.already) == (1, 0)
    assert again.generation == GateState.objects.get().generation
    (hold,) = Remedy.objects.filter(pk=holds[0].pk)
    assert hold.state == "in_force"
    events = list(HoldEvent.objects.filter(hold=hold).order_by("id").values_list("event", flat=True))
    assert events == ["placed", "lifted", "placed_again"]
    assert why_not(lambda: ask(incident, [hold], days=LATE + 2)) == "hold-not-ended"
    assert HoldTerm.objects.get(hold=hold).earliest_end_at == act(days=LATE + 1 + 31).now
    before = everything()
    assert place_again(incident=incident, holds=[hold.pk], act=act("again", days=LATE + 1)).already == 1
    assert everything() == before


def test_an_extension_only_ever_moves_the_end_later(told):
    incident, holds = told
    keys = [hold.pk for hold in holds]
    extend_hold(incident=incident, holds=keys, until=act(days=90).now, act=act("hearing", days=2))
    before = everything()
    shorter = extend_hold(incident=incident, holds=keys, until=act(days=50).now, act=act("sooner", days=2))
    assert (shorter.extended, shorter.already) == (0, 3)
    assert everything() == before
    assert why_not(lambda: ask(incident, holds, days=89)) == "hold-not-ended"
    assert ask(incident, holds, days=90)


def test_what_may_end_is_shown_for_people_to_lift_and_lifts_itself_never(told):
    incident, holds = told
    early = show_holds(incident, now=act(days=2).now, ending=True)
    assert (early.ready, early.lines) == (0, ())
    shown = show_holds(incident, now=act(days=4000).now, ending=True)
    assert {line.reference for line in shown.lines} == {hold.reference for hold in holds}
    assert {hold.state for hold in remedies(incident, "hold")} == {"in_force"}
    every = show_holds(incident, now=act(days=LATE).now)
    assert every.total == every.in_force == len(remedies(incident, "hold"))
    assert all(
        line.stands_because for line in every.lines if line.reference not in {h.reference for h in holds}
    )


def test_a_closed_door_stays_closed_for_an_authority_that_came_after_the_request(told):
    from amends.casework.grant_authority import Authority, grant_authority

    incident, holds = told
    reference = ask(incident, holds)
    grant_authority(
        officer="Friend",
        passphrase="thistle harbour 9 quilt",
        authority=Authority(may_approve=True),
        act=act("more officers", days=LATE, actor=ASKER),
        countersign=PASSPHRASE[ASKER],
    )
    late = LATE + timedelta(minutes=5) / timedelta(days=1)
    assert (
        why_not(lambda: approve(reference, 3, by="Friend", passphrase="thistle harbour 9 quilt", days=late))
        == "authority-too-new"
    )


def _made_by(founder: str, *names: str) -> None:
    from amends.casework.grant_authority import Authority, grant_authority

    for name in names:
        grant_authority(
            officer=name,
            passphrase=PASSPHRASE["Friend"],
            authority=Authority(may_request=True, may_approve=True),
            act=act("more officers", actor=founder),
            countersign=PASSPHRASE[founder],
        )


def test_whoever_made_an_officer_is_not_that_officers_second_person(told, monkeypatch):
    """One person who may approve invents colleagues: alone, none of them lifts anything with another."""
    incident, holds = told
    monkeypatch.setitem(PASSPHRASE, "Friend", "thistle harbour 9 quilt")
    monkeypatch.setitem(PASSPHRASE, "Other", "thistle harbour 9 quilt")
    _made_by(APPROVER, "Friend", "Other")
    reference = ask(incident, holds, by="Friend")
    assert why_not(lambda: approve(reference, 3, by=APPROVER)) == "officers-of-one-line"
    assert why_not(lambda: approve(reference, 3, by="Other")) == "officers-of-one-line"
    assert approve(reference, 3, by=ASKER).lifted == 3


def test_without_lines_one_person_would_lift_alone(told, monkeypatch):
    """The planted fault that shows that the test above can fail."""
    from amends.ledger.models import Officer

    incident, holds = told
    monkeypatch.setitem(PASSPHRASE, "Friend", "thistle harbour 9 quilt")
    _made_by(APPROVER, "Friend")
    Officer.objects.filter(name="friend").update(line=1)
    assert approve(ask(incident, holds, by="Friend"), 3, by=APPROVER).lifted == 3
