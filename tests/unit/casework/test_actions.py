"""What acting systems did is checked against holds and promises as they stood at that instant, and harm is listed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.casework.actions.reading import ActionReport, ReportedAction
from amends.casework.advance_breach import advance_breach
from amends.casework.advance_remedy import advance_remedy
from amends.casework.check_actions import check_actions
from amends.casework.close_incident import what_is_open
from amends.casework.decide_review import decide_review
from amends.casework.find_harmed import find_harmed
from amends.casework.import_actions import ImportedActions, import_actions
from amends.casework.queries.harmed import harmed_people
from amends.casework.second_look import second_look
from amends.ledger import journal
from amends.ledger.models import Action, ActionSubject, Breach, Delivery, HoldEvent, Incident, Remedy
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.personal import Personal
from tests.unit.casework.hand_made import EXPOSED, NOW, HandMade, act, everything, person, remedies

ANA, BORIS, GITA, STRANGER = "A200000002", "A-200-000-003", "A200000009", "A555555555"
LATER = timedelta(days=90)


def report(*actions: tuple[str, str, datetime]) -> ActionReport:
    from amends.vocabulary.identifier import normalised_identifier

    made = tuple(
        ReportedAction("flights", kind, at, Personal(normalised_identifier(identifier)), line)
        for line, (identifier, kind, at) in enumerate(actions, start=2)
    )
    return ActionReport("0" * 64, made)


def imported(*actions: tuple[str, str, datetime], days: float = 100) -> ImportedActions:
    return import_actions(report=report(*actions), act=act("weekly export", days=days))


def broken(incident: Incident) -> set[str]:
    return set(Breach.objects.filter(incident=incident).values_list("commitment", flat=True))


# ------------------------------------------------------------------ as of the action's instant


def test_a_removal_under_a_hold_is_a_breach_with_a_case_and_an_alarm(people: HandMade):
    incident = people.planned()
    done = imported((ANA, "removal", NOW + timedelta(hours=1)))
    assert {"hold_removal", "no_removal_before_relief", "waiting_period"} == broken(incident)
    assert done.found.unacknowledged == 3
    assert set(Breach.objects.values_list("state", flat=True)) == {"found"}
    assert what_is_open(incident)["breaches"] == 3
    *_, entry = journal.entries()
    assert (entry.verb, entry.incident) == ("import_actions", incident.reference)
    assert entry.detail["breaches"][incident.reference]["hold_removal"] == 1


def test_an_action_that_no_promise_bars_is_none(people: HandMade):
    incident = people.planned()
    done = imported((ANA, "other", NOW + timedelta(hours=1)), (STRANGER, "removal", NOW + timedelta(hours=1)))
    assert (done.new, done.found.concerning, broken(incident)) == (2, 1, set())


def test_a_number_written_otherwise_is_the_same_person(people: HandMade):
    incident = people.planned()
    imported((BORIS, "removal", NOW + timedelta(hours=1)))
    assert "hold_removal" in broken(incident)


@pytest.mark.parametrize(("seconds", "is_breach"), [(-1, False), (0, True), (1, True)])
def test_a_hold_counts_from_the_instant_of_its_placing(people: HandMade, seconds, is_breach):
    """An action at the very instant counts as after it: in doubt for the person."""
    incident = people.planned()
    placed = HoldEvent.objects.filter(event="placed").order_by("at").values_list("at", flat=True)[0]
    imported((ANA, "removal", placed + timedelta(seconds=seconds)))
    assert ("hold_removal" in broken(incident)) is is_breach


def lifted_and_placed_again(incident: Incident, lifted: datetime, again: datetime) -> Remedy:
    (hold,) = remedies(incident, "hold", person(incident, "P3"), row__isnull=False)
    for event, at in (("lifted", lifted), ("placed_again", again)):
        HoldEvent.objects.create(hold=hold, event=event, generation=99, at=at)
    return hold


@pytest.mark.parametrize(("days", "is_breach"), [(39, True), (41, False), (49, False), (51, True)])
def test_a_hold_that_was_lifted_and_placed_again_is_asked_as_it_stood_then(people: HandMade, days, is_breach):
    """Whatever the hold is today: state lifted, state in force, the answer about that day is the same."""
    incident = people.planned()
    hold = lifted_and_placed_again(incident, NOW + timedelta(days=40), NOW + timedelta(days=50))
    imported((BORIS, "removal", NOW + timedelta(days=days)))
    assert ("hold_removal" in broken(incident)) is is_breach
    Breach.objects.all().delete()
    Remedy.objects.filter(pk=hold.pk).update(state="lifted")
    check_actions(act=act(days=100))
    assert ("hold_removal" in broken(incident)) is is_breach


@pytest.mark.parametrize(("waited", "is_breach"), [(29.9, True), (30, False), (31, False)])
def test_the_waiting_time_runs_from_that_persons_own_delivery(people: HandMade, waited, is_breach):
    incident = people.planned()
    boris = person(incident, "P3")
    (notice,) = remedies(incident, "notice", boris, addressee="person")
    delivered = NOW + timedelta(days=2)
    Delivery.objects.create(
        notice=notice,
        attempt=1,
        method="post",
        fate="delivered",
        language="en",
        at=delivered,
        content_sha256="0",
    )
    imported((BORIS, "removal", delivered + timedelta(days=waited)))
    assert ("waiting_period" in broken(incident)) is is_breach


def test_a_removal_before_a_review_ended_breaks_the_promise_and_one_after_it_does_not(people: HandMade):
    incident = people.planned()
    refused_ones = {"custody_review": "continued_detention", "notice_to_appear": "not_issued"}
    reviews = remedies(incident, "review", person(incident, "P2"))
    keys = [review.pk for review in reviews]
    advance_remedy(incident=incident, remedies=keys, step="begin", act=act(days=1))
    for review in reviews:
        outcome = refused_ones[review.entitlement]
        decide_review(incident=incident, review=review.pk, outcome=outcome, act=act(days=4))
        second_look(incident=incident, review=review.pk, confirm=True, act=act(days=5, actor="okafor"))
    advance_remedy(incident=incident, remedies=keys, step="reopen", act=act(days=9))
    days = {1: True, 6: False, 10: True}
    for day, is_breach in days.items():
        Breach.objects.all().delete()
        left_at = NOW + timedelta(days=day)
        imported((ANA, "removal", left_at))
        found = Breach.objects.filter(commitment="no_removal_before_relief", action__at=left_at)
        assert found.exists() is is_breach, day


def test_an_opposition_filed_against_one_to_whom_none_was_promised_is_no_breach(people: HandMade):
    incident = people.planned()
    imported((ANA, "opposition_to_motion_to_reopen", NOW + timedelta(days=1)))
    assert broken(incident) == set()


def test_an_opposition_filed_against_one_with_a_final_order_breaks_the_promise(people: HandMade):
    from amends.casework.plan_remedies import plan_remedies
    from amends.ledger.models import AffectedPerson

    incident = people.identified()
    AffectedPerson.objects.filter(registry_person_id="P2").update(facts={"final_order": "yes"})
    plan_remedies(incident=incident, act=act("plan"))
    imported((ANA, "opposition_to_motion_to_reopen", NOW + timedelta(days=1)))
    assert broken(incident) == {"no_opposition_to_reopening", "motion_not_opposed"}


def test_a_row_that_nobody_has_linked_is_protected_all_the_same(people: HandMade):
    incident = people.planned()
    imported(("A999999995", "removal", NOW + timedelta(days=1)))
    assert "hold_removal" in broken(incident)


# ------------------------------------------------------------------ once and for all


def test_the_same_export_again_changes_nothing(people: HandMade):
    people.planned()
    imported((ANA, "removal", NOW + timedelta(hours=1)))
    before = everything()
    again = imported((ANA, "removal", NOW + timedelta(hours=1)))
    assert again.already
    assert again.found.unacknowledged == 3, "the alarm rings until somebody takes note"
    assert everything() == before


def test_a_person_whom_two_rows_name_is_removed_once(people: HandMade):
    """Ana stands in rows 2 and 8."""
    incident = people.planned()
    imported((ANA, "removal", NOW + timedelta(hours=1)))
    assert ActionSubject.objects.count() == 2
    assert Breach.objects.filter(incident=incident, commitment="hold_removal").count() == 1


def test_actions_imported_before_the_leak_was_known_are_checked_once_it_is(people: HandMade):
    imported((ANA, "removal", NOW + timedelta(hours=1)), (GITA, "removal", EXPOSED + timedelta(hours=1)))
    assert not ActionSubject.objects.exists()
    incident = people.planned()
    found = check_actions(act=act("the leak is known now", days=101))
    assert found.concerning == 2
    assert "hold_removal" in broken(incident)


def test_no_identifier_lies_open_in_the_ledger(people: HandMade):
    people.planned()
    imported((ANA, "removal", NOW + timedelta(hours=1)))
    stored = repr([sorted(row.items()) for row in Action.objects.values()])
    assert "200000002" not in stored
    assert "200000002" not in repr(list(journal.entries()))


def test_a_changed_key_does_not_make_an_action_harmless(people: HandMade):
    incident = people.planned()
    Action.objects.all().delete()
    imported((ANA, "removal", NOW + timedelta(hours=1)))
    Breach.objects.all().delete()
    ActionSubject.objects.all().delete()
    Action.objects.update(identifier_fingerprint="f" * 32, key_id="old")
    check_actions(act=act(days=101))
    assert "hold_removal" in broken(incident)


def test_ten_thousand_actions_take_as_many_statements_as_ten(people: HandMade):
    people.planned()

    def statements(count: int) -> int:
        made = report(
            *((f"A{n:09}", "removal", NOW + timedelta(days=1, seconds=count)) for n in range(count))
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            import_actions(report=made, act=act(days=100))
        return len(captured)

    few = statements(10)
    began = time.perf_counter()
    many = statements(10_000)
    print(f"10,000 actions: {time.perf_counter() - began:.2f} s")  # noqa: T201 -- shown with -s
    assert many - few <= 10


def test_an_action_that_lies_ahead_is_refused(people: HandMade):
    people.planned()
    with pytest.raises(RefusalError) as refused:
        imported((ANA, "removal", NOW + timedelta(days=200)))
    assert refused.value.code == "action-in-the-future"
    assert not Action.objects.exists()


# ------------------------------------------------------------------ the case of a breach


def test_a_breach_is_acknowledged_remedied_and_closed_each_with_what_shows_it(people: HandMade):
    incident = people.planned()
    imported((ANA, "removal", NOW + timedelta(hours=1)))
    keys = list(Breach.objects.values_list("pk", flat=True))
    with pytest.raises(RefusalError) as refused:
        advance_breach(incident=incident, breaches=keys, step="close", act=act())
    assert refused.value.code == "transition-not-allowed"
    advance_breach(incident=incident, breaches=keys, step="acknowledge", act=act("seen"))
    with pytest.raises(RefusalError) as refused:
        advance_breach(incident=incident, breaches=keys, step="remedy", act=act())
    assert refused.value.code == "evidence-missing"
    advance_breach(
        incident=incident, breaches=keys, step="remedy", act=act(), proof="return R-000009 offered"
    )
    advance_breach(incident=incident, breaches=keys, step="close", act=act("settled"))
    assert "breaches" not in what_is_open(incident)


def test_a_breach_is_dismissed_by_two_people_or_not_at_all(people: HandMade):
    incident = people.planned()
    imported((ANA, "removal", NOW + timedelta(hours=1)))
    keys = list(Breach.objects.values_list("pk", flat=True))
    for second in ("", "Operator"):
        with pytest.raises(RefusalError):
            advance_breach(
                incident=incident, breaches=keys, step="dismiss", act=act(), proof="p", second_actor=second
            )
    advance_breach(
        incident=incident,
        breaches=keys,
        step="dismiss",
        act=act(),
        proof="flight never left",
        second_actor="okafor",
    )
    assert [p for p in harmed_people(incident, now=NOW + LATER).people if p.phase == "after_hold"] == []


# ------------------------------------------------------------------ who was harmed


def test_those_removed_between_exposure_and_hold_are_listed_with_what_they_are_owed(people: HandMade):
    """Gita was, says the registry. Farid was, says the airline, and the registry has not heard of it."""
    incident = people.planned()
    imported(
        ("A200000007", "removal", EXPOSED + timedelta(hours=2)),
        ("A200000006", "removal", EXPOSED - timedelta(hours=2)),
        (GITA, "removal", datetime(2022, 11, 29, 10, tzinfo=UTC)),
    )
    found = find_harmed(incident=incident, asked_for=True, act=act("who is to be brought back", days=100))
    assert found.by_phase() == {"before_discovery": 1, "before_hold": 1, "after_hold": 0}
    farid, gita = found.people
    assert farid.phase == "before_discovery"
    assert not farid.return_planned, (
        "the registry does not know yet, so that nothing is planned: somebody acts"
    )
    assert found.without_return == 1
    assert gita.return_planned
    assert {act.source for act in gita.acts} == {"registry", Action.objects.get(at=gita.acts[0].at).reference}
    assert "help_to_return" in {name for _, name, _ in gita.owed}
    assert all(p.reference.startswith("H-") for p in found.people)


def test_those_removed_in_spite_of_the_hold_are_listed_with_the_breach(people: HandMade):
    incident = people.planned()
    imported((ANA, "removal", NOW + timedelta(hours=1)))
    found = harmed_people(incident, now=NOW + LATER)
    (ana,) = [person for person in found.people if person.phase == "after_hold"]
    assert len(ana.breaches) == 3


def test_a_removal_after_a_proper_end_of_the_hold_harms_nobody(people: HandMade):
    incident = people.planned()
    lifted_and_placed_again(incident, NOW + timedelta(days=40), NOW + timedelta(days=60))
    boris = person(incident, "P3")
    (notice,) = remedies(incident, "notice", boris, addressee="person")
    Delivery.objects.create(
        notice=notice, attempt=1, method="post", fate="delivered", language="en", at=NOW, content_sha256="0"
    )
    imported((BORIS, "removal", NOW + timedelta(days=45)))
    assert broken(incident) == set()
    assert [p for p in harmed_people(incident, now=NOW + LATER).people if p.phase == "after_hold"] == []


def test_the_list_is_not_shown_unless_asked_for_and_each_look_is_in_the_journal(people: HandMade):
    incident = people.planned()
    before = everything()
    with pytest.raises(RefusalError) as refused:
        find_harmed(incident=incident, asked_for=False, act=act())
    assert refused.value.code == "references-withheld"
    assert everything() == before
    find_harmed(incident=incident, asked_for=True, act=act("to offer return"))
    *_, entry = journal.entries()
    assert (entry.verb, entry.reason) == ("find_harmed", "to offer return")
