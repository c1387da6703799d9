"""The way back for those already removed: looked for, spoken to safely, and never lost in a silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from amends.casework.advance_remedy import Shown, advance_remedy
from amends.casework.close_incident import what_is_open
from amends.casework.queries.returns import rechecks, return_lines
from amends.casework.record_attempt import record_attempt
from amends.ledger.models import AffectedPerson, ContactAttempt, Incident, Recheck, Remedy
from amends.vocabulary.errors import RefusalError, UsageError
from tests.ledger_cases import a_recipient
from tests.unit.casework.hand_made import NOW, HandMade, act, everything, person, remedies

DAY = (NOW + timedelta(days=30)).date()


def gitas_return(incident: Incident) -> Remedy:
    (found,) = remedies(incident, "return", person(incident, "P9"))
    return found


def attempt(incident: Incident, method: str, result: str, *, days: float = 0, proof: str = ""):
    key = gitas_return(incident).pk
    return record_attempt(
        incident=incident, remedy=key, method=method, result=result, act=act("search", days=days), proof=proof
    )


def step(incident: Incident, name: str, *, shown: Shown | None = None, days: float = 0):
    return advance_remedy(
        incident=incident,
        remedies=[gitas_return(incident).pk],
        step=name,
        act=act("why", days=days),
        shown=shown,
    )


def test_a_person_is_traced_contacted_offered_and_brought_back(people: HandMade):
    incident = people.planned()
    assert attempt(incident, "registry", "not_found").state == "to_trace"
    assert attempt(incident, "consulate", "found", days=1).state == "traced"
    assert attempt(incident, "post", "no_answer", days=2).state == "traced"
    assert attempt(incident, "representative", "reached", days=3, proof="note 12").state == "contacted"
    for name in ("offer", "accept"):
        step(incident, name)
    step(incident, "arrange", shown=Shown(proof="travel document 4"))
    step(incident, "complete", shown=Shown(proof="arrival record 9"))
    (line,) = return_lines(incident)
    assert (line.state, line.traces, line.contacts) == ("returned", 2, 2)
    assert "returns" not in what_is_open(incident)


def test_no_step_claims_a_search_that_nobody_recorded(people: HandMade):
    incident = people.planned()
    with pytest.raises(RefusalError) as refused:
        step(incident, "trace")
    assert refused.value.code == "attempt-missing"


@pytest.mark.parametrize("mark", ["none", "post;none", "NONE"])
@pytest.mark.parametrize("method", ["post", "hand", "telephone", "email"])
def test_one_to_whom_nothing_may_be_sent_is_reached_through_somebody_trusted_only(
    people: HandMade, mark, method
):
    incident = people.planned()
    AffectedPerson.objects.filter(registry_person_id="P9").update(contact_channels=mark)
    attempt(incident, "consulate", "found")
    before = everything()
    with pytest.raises(RefusalError) as refused:
        attempt(incident, method, "reached", days=1, proof="p")
    assert refused.value.code == "contact-not-safe"
    assert everything() == before
    assert attempt(incident, "organisation", "reached", days=1, proof="p").state == "contacted"


def test_a_way_that_the_mark_does_not_name_is_not_taken(people: HandMade):
    incident = people.planned()
    attempt(incident, "consulate", "found")
    with pytest.raises(RefusalError):
        attempt(incident, "telephone", "reached", days=1, proof="p")


def test_a_family_is_asked_where_somebody_is_and_told_nothing(people: HandMade):
    incident = people.planned()
    attempt(incident, "family", "found")
    with pytest.raises(UsageError) as refused:
        attempt(incident, "family", "reached", days=1, proof="p")
    assert refused.value.code == "attempt-unknown"


def test_reaching_somebody_is_shown_or_not_recorded(people: HandMade):
    incident = people.planned()
    attempt(incident, "consulate", "found")
    with pytest.raises(RefusalError) as refused:
        attempt(incident, "organisation", "reached", days=1)
    assert refused.value.code == "evidence-missing"


def walked_to(incident: Incident, state: str) -> None:
    attempt(incident, "consulate", "found")
    if state != "traced":
        attempt(incident, "organisation", "reached", days=1, proof="p")
    for name, target in (("offer", "offered"), ("accept", "accepted"), ("arrange", "arranged")):
        if gitas_return(incident).state == state:
            return
        step(incident, name, shown=Shown(proof="p"))
        assert gitas_return(incident).state == target


@pytest.mark.parametrize("state", ["traced", "contacted", "offered", "accepted", "arranged"])
def test_whoever_falls_silent_anywhere_is_looked_at_again_and_finds_the_way_back(people: HandMade, state):
    incident = people.planned()
    walked_to(incident, state)
    with pytest.raises(RefusalError) as refused:
        step(incident, "fall_silent", days=5)
    assert "recheck" in refused.value.message
    step(incident, "fall_silent", shown=Shown(recheck_on=DAY), days=5)
    assert what_is_open(incident)["returns"] == 1, "a silence settles nothing"
    (pending,) = rechecks(incident, today=DAY)
    assert (pending.on, pending.due) == (DAY, True)
    step(incident, "recheck", shown=Shown(recheck_on=DAY + timedelta(days=30)), days=31)
    assert [line.due for line in rechecks(incident, today=DAY)] == [False]
    assert attempt(incident, "organisation", "reached", days=40, proof="p").state == "contacted"
    assert rechecks(incident, today=DAY + timedelta(days=99)) == ()
    assert Recheck.objects.filter(settled_at__isnull=True).count() == 0


def test_a_silence_is_given_up_by_two_and_can_be_taken_up_again(people: HandMade):
    incident = people.planned()
    walked_to(incident, "offered")
    step(incident, "fall_silent", shown=Shown(recheck_on=DAY))
    with pytest.raises(RefusalError):
        step(incident, "give_up_tracing", days=31)
    step(incident, "give_up_tracing", shown=Shown(second_actor="okafor"), days=31)
    assert "returns" not in what_is_open(incident)
    step(incident, "resume_tracing", days=32)
    assert gitas_return(incident).state == "to_trace"


def test_a_recheck_lies_ahead(people: HandMade):
    incident = people.planned()
    walked_to(incident, "traced")
    with pytest.raises(UsageError) as refused:
        step(incident, "fall_silent", shown=Shown(recheck_on=NOW.date()))
    assert refused.value.code == "recheck-in-the-past"


def test_the_same_attempt_twice_is_one(people: HandMade):
    incident = people.planned()
    attempt(incident, "registry", "not_found")
    before = everything()
    assert attempt(incident, "registry", "not_found").already
    assert everything() == before
    assert ContactAttempt.objects.count() == 1


def test_a_recipient_who_never_answers_is_looked_at_again_and_settled_by_two(people: HandMade):
    incident = people.planned()
    recipient = a_recipient(incident, "198.51.100.77")
    asked = Remedy.objects.create(
        incident=incident,
        kind="clawback",
        entitlement="clawback",
        recipient=recipient,
        state="sent",
        created_at=NOW,
    )

    def walk(name: str, days: float, **shown: Any) -> str:
        advance_remedy(
            incident=incident,
            remedies=[asked.pk],
            step=name,
            act=act("no answer", days=days),
            shown=Shown(**shown),
        )
        asked.refresh_from_db()
        return asked.state

    assert walk("fall_silent", 20, recheck_on=DAY) == "silent"
    assert [line.kind for line in rechecks(incident, today=DAY)] == ["clawback"]
    assert walk("remind", 31) == "sent"
    assert walk("fall_silent", 50, recheck_on=DAY + timedelta(days=40)) == "silent"
    with pytest.raises(RefusalError):
        walk("settle_unanswered", 80)
    assert walk("settle_unanswered", 80, second_actor="okafor") == "unanswered"
    assert walk("answer_late", 81) == "sent"
    assert rechecks(incident, today=DAY + timedelta(days=99)) == ()
