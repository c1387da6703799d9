"""The registry is read again: who moved is recorded, what is owed follows, and nothing that was known is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amends.casework.permissions import VERBS
from amends.casework.queries.harmed import harmed_people
from amends.casework.queries.person_at import owed_at, person_at
from amends.ledger import journal
from amends.ledger.models import AffectedPerson, RemedyChange, StatusEpisode, StatusReading
from amends.vocabulary.errors import IncompleteError, RefusalError, UsageError
from tests.unit.casework.hand_made import NOW, HandMade, act, everything, person, remedies
from tests.unit.casework.status_histories import episodes, moved, read_again, written

RELEASED = "2022-12-05T09:00:00Z"
REMOVED = "2022-12-20T09:00:00Z"


def states(incident, entitlement: str, of) -> list[str]:
    return [r.state for r in remedies(incident, "review", of, entitlement=entitlement)]


def test_identifying_records_every_episode_with_the_reading_that_showed_it(people: HandMade):
    incident = people.identified()
    (reading,) = StatusReading.objects.filter(incident=incident)
    assert (reading.status_as_of, reading.recorded_at) == (NOW, NOW)
    assert reading.source_sha256 == people.registry.history.source_sha256 != ""
    found = StatusEpisode.objects.filter(person__incident=incident, superseded_by=None)
    assert found.count() == len(episodes(people)) == 11
    boris = person(incident, "P3")
    assert [e.status for e in found.filter(person=boris).order_by("begins_at")] == ["in_custody", "released"]
    assert (boris.status_at_discovery, boris.status_now) == ("released", "released")


def test_reading_the_same_history_at_the_same_instant_changes_nothing_and_says_so(people: HandMade):
    incident = people.planned()
    before = everything()
    result = read_again(people, incident, episodes(people), days=0)
    assert result.already
    assert everything() == before


def test_the_same_history_read_later_is_recorded_as_known_until_then(people: HandMade):
    incident = people.planned()
    result = read_again(people, incident, episodes(people), days=3)
    assert not result.already
    assert (result.changed, result.transitions) == (0, {})
    assert StatusReading.objects.latest("id").status_as_of == NOW + timedelta(days=3)
    again = read_again(people, incident, episodes(people), days=3)
    assert again.already


def test_a_release_is_recorded_and_the_review_of_custody_has_lost_its_object(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    assert states(incident, "custody_review", ana) == ["open"]
    result = read_again(people, incident, moved(episodes(people), "P2", "RELEASED", RELEASED), days=10)
    assert (result.changed, result.transitions) == (1, {"in_custody → released": 1})
    assert states(incident, "custody_review", ana) == ["withdrawn"]
    (change,) = RemedyChange.objects.filter(remedy__person=ana)
    assert change.because == "statuses were read again: no longer in cohort in_custody"
    ana.refresh_from_db()
    assert (ana.status_at_exposure, ana.status_now) == ("in_custody", "released")


def test_the_difference_is_one_entry_of_the_journal_and_names_nobody(people: HandMade):
    incident = people.planned()
    read_again(people, incident, moved(episodes(people), "P2", "RELEASED", RELEASED), days=10)
    entry = list(journal.entries())[-1]
    assert entry.verb == "update_statuses"
    assert entry.detail["transitions"] == {"in_custody → released": 1}
    assert entry.detail["plan"]["withdrawn"] == {"custody_review": 1}
    assert (entry.detail["episodes_new"], entry.detail["episodes_superseded"]) == (2, 1)
    assert "P2" not in str(entry.detail)


def test_an_episode_that_is_no_longer_so_is_superseded_and_not_lost(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    read_again(people, incident, moved(episodes(people), "P2", "RELEASED", RELEASED), days=10)
    found = StatusEpisode.objects.filter(person=ana).order_by("pk")
    assert [(e.status, e.ends_at is None, e.superseded_by_id is None) for e in found] == [
        ("in_custody", True, False),
        ("in_custody", False, True),
        ("released", True, True),
    ]


def test_whoever_is_taken_into_custody_again_is_owed_the_review_again(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    history = moved(episodes(people), "P2", "RELEASED", RELEASED)
    read_again(people, incident, history, days=10)
    result = read_again(people, incident, moved(history, "P2", "DETAINED", REMOVED), days=30)
    assert result.transitions == {"released → in_custody": 1}
    assert states(incident, "custody_review", ana) == ["open"]
    changes = RemedyChange.objects.filter(remedy__person=ana).order_by("pk")
    assert [change.change for change in changes] == ["withdrawn", "reinstated"]


def test_a_review_that_somebody_has_decided_is_not_touched_by_a_release(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    (review,) = remedies(incident, "review", ana, entitlement="custody_review")
    review.state = "granted"
    review.save()
    result = read_again(people, incident, moved(episodes(people), "P2", "RELEASED", RELEASED), days=10)
    assert states(incident, "custody_review", ana) == ["granted"]
    assert result.plan is not None
    assert result.plan.detail()["kept"] == {"custody_review": 1}


def test_a_removal_in_spite_of_the_hold_comes_onto_the_list_of_harmed_and_help_to_return_is_owed(
    people: HandMade,
):
    incident = people.planned()
    assert [entry.phase for entry in harmed_people(incident, now=NOW).people] == ["before_hold"]
    result = read_again(people, incident, moved(episodes(people), "P2", "REMOVED", REMOVED), days=30)
    assert result.removed_in_spite_of_hold == 1
    ana = person(incident, "P2")
    (back,) = remedies(incident, "return", ana)
    assert ana.removed_on is not None
    assert back.due_at == ana.removed_on + timedelta(days=30)
    assert ana.removal_phase == "after_hold"
    harmed = harmed_people(incident, now=NOW).people
    assert [entry.phase for entry in harmed] == ["before_hold", "after_hold"]
    assert all(entry.return_planned for entry in harmed)
    assert (back.reference, "help_to_return", "to_trace") in harmed[-1].owed
    # The hold is no less in force for having been broken.
    assert {hold.state for hold in remedies(incident, "hold", ana)} == {"in_force"}


def test_a_removal_after_the_hold_was_lifted_on_proof_is_no_harm_of_this_kind(people: HandMade):
    from amends.ledger.gate_index import record_event
    from amends.ledger.models import HoldEvent, Remedy

    incident = people.planned()
    ana = person(incident, "P2")
    holds = remedies(incident, "hold", ana, row__isnull=False)
    Remedy.objects.filter(pk__in=[hold.pk for hold in holds]).update(state="lifted")
    record_event([hold.pk for hold in holds], HoldEvent.Event.LIFTED, now=NOW + timedelta(days=19))
    read_again(people, incident, moved(episodes(people), "P2", "REMOVED", REMOVED), days=30)
    assert [entry.phase for entry in harmed_people(incident, now=NOW).people] == ["before_hold"]


def test_a_correction_of_the_past_reaches_what_was_so_at_the_exposure(people: HandMade):
    incident = people.planned()
    boris = person(incident, "P3")
    assert boris.status_at_exposure == "released"
    later = [
        ("P3", s, b, e.replace("11-25", "12-25")) if p == "P3" else (p, s, b, e)
        for p, s, b, e in episodes(people)
    ]
    later = [(p, s, b.replace("11-25", "12-25") if p == "P3" else b, e) for p, s, b, e in later]
    result = read_again(people, incident, later, days=10)
    boris.refresh_from_db()
    assert (boris.status_at_exposure, boris.status_now) == ("in_custody", "in_custody")
    assert result.transitions == {"released → in_custody": 1}
    assert states(incident, "custody_review", boris) == ["open"]


def test_of_whom_the_history_no_longer_speaks_everything_known_stays(people: HandMade):
    incident = people.planned()
    without_ana = [episode for episode in episodes(people) if episode[0] != "P2"]
    result = read_again(people, incident, without_ana, days=10)
    assert (result.silent, result.changed) == (1, 0)
    ana = person(incident, "P2")
    assert ana.status_now == "in_custody"
    assert states(incident, "custody_review", ana) == ["open"]


@pytest.mark.parametrize("history", [[], [("P999", "DETAINED", "2022-10-01T00:00:00Z", "")]])
def test_a_history_that_speaks_of_none_of_them_is_the_wrong_file_and_changes_nothing(
    people: HandMade, history
):
    incident = people.planned()
    before = everything()
    with pytest.raises(IncompleteError) as refused:
        read_again(people, incident, history, days=10)
    assert refused.value.code == "status-history-silent"
    assert everything() == before


@pytest.mark.parametrize("as_of_days", [-1, 20])
def test_an_instant_ahead_or_before_the_last_reading_is_refused(people: HandMade, as_of_days):
    incident = people.planned()
    before = everything()
    with pytest.raises(UsageError) as refused:
        read_again(people, incident, episodes(people), days=10, as_of_now=NOW + timedelta(days=as_of_days))
    assert refused.value.code == "status-time-invalid"
    assert everything() == before


def test_statuses_that_lie_after_the_given_instant_do_not_count_yet(people: HandMade):
    incident = people.planned()
    history = moved(episodes(people), "P2", "RELEASED", RELEASED)
    result = read_again(people, incident, history, days=30, as_of_now=NOW + timedelta(days=2))
    assert result.transitions == {}
    assert person(incident, "P2").status_now == "in_custody"


def test_before_the_plan_statuses_are_recorded_and_nothing_is_planned(people: HandMade):
    incident = people.identified()
    result = read_again(people, incident, moved(episodes(people), "P2", "RELEASED", RELEASED), days=10)
    assert result.plan is None
    assert remedies(incident, "review") == []


def test_before_the_rows_are_linked_there_is_nobody_to_ask_about(people: HandMade):
    incident = people.assessed()
    with pytest.raises(RefusalError) as refused:
        read_again(people, incident, episodes(people), days=10)
    assert refused.value.code == "not-identified"


def test_the_plan_follows_the_playbook_on_record_and_not_a_changed_one(people: HandMade, monkeypatch):
    """A status change is no occasion to bring in another version unseen."""
    incident = people.planned()
    monkeypatch.setattr(
        "amends.remedy.plan_on_record.load_playbook", lambda _name: pytest.fail("read the file")
    )
    result = read_again(people, incident, moved(episodes(people), "P2", "RELEASED", RELEASED), days=10)
    assert result.plan is not None
    assert not result.plan.new_version


def test_what_was_so_and_what_was_owed_at_an_instant_can_be_told_years_later(people: HandMade):
    incident = people.planned()
    ana = person(incident, "P2")
    (review,) = remedies(incident, "review", ana, entitlement="custody_review")
    read_again(people, incident, moved(episodes(people), "P2", "RELEASED", RELEASED), days=10)
    between = person_at(incident, review.reference, NOW + timedelta(days=6))
    # On the sixth day Ana Lobo had been released, and nobody here knew: the review was owed.
    assert (between.status, between.status_as_known_then) == ("released", "in_custody")
    (line,) = [line for line in between.owed if line.entitlement == "custody_review"]
    assert line.withdrawn_since == NOW + timedelta(days=10)
    after = person_at(incident, review.reference, NOW + timedelta(days=11))
    assert (after.status, after.status_as_known_then) == ("released", "released")
    assert "custody_review" not in {line.entitlement for line in after.owed}
    assert owed_at(ana.pk, NOW - timedelta(days=1)) == []
    assert between.playbook.startswith("custody 2 (")


def test_the_verb_is_one_that_somebody_may_be_allowed():
    assert "update_statuses" in VERBS


def test_a_closed_incident_is_not_written_into(people: HandMade):
    incident = people.planned()
    incident.closed_at = NOW
    incident.save()
    with pytest.raises(RefusalError, match="closed"):
        read_again(people, incident, episodes(people), days=10)


def test_of_two_readings_at_once_the_second_is_told_to_look_again(people: HandMade, monkeypatch):
    from amends.casework import update_statuses as verb

    incident = people.planned()
    history = moved(episodes(people), "P2", "RELEASED", RELEASED)
    compare = verb._changes

    def another_comes_first(*arguments):
        compared = compare(*arguments)
        monkeypatch.setattr(verb, "_changes", compare)
        read_again(people, incident, history, days=10)
        return compared

    monkeypatch.setattr(verb, "_changes", another_comes_first)
    with pytest.raises(RefusalError) as refused:
        read_again(people, incident, history, days=10)
    assert refused.value.code == "status-read-meanwhile"
    assert [entry.verb for entry in journal.entries()].count("update_statuses") == 1


def test_a_due_time_that_counts_from_the_persons_notice_is_set_when_delivery_is_proven(
    people: HandMade, monkeypatch
):
    from dataclasses import replace

    from amends.casework.advance_remedy import Letterhead, Shown, advance_remedy
    from amends.casework.plan_remedies import plan_remedies
    from amends.remedy.playbook import DueRule, load_playbook

    incident = people.planned()
    ana = person(incident, "P2")
    book = load_playbook("custody")
    look = replace(book.entitlements[-1], name="look", cohort="everyone", due=DueRule("notice_delivered", 10))
    plan_remedies(
        incident=incident,
        act=act(),
        playbook=replace(book, version="3", entitlements=(*book.entitlements, look)),
    )
    (notice,) = remedies(incident, "notice", ana, addressee="person")
    for step, days, shown in (
        ("prepare", 0, Shown(content={notice.pk: Letterhead("0" * 64, "es", "hand")})),
        ("dispatch", 1, Shown()),
        ("prove_delivery", 4, Shown(proof="signature 9")),
    ):
        (before,) = remedies(incident, "review", ana, entitlement="look")
        assert before.due_at is None
        advance_remedy(incident=incident, remedies=[notice.pk], step=step, act=act(days=days), shown=shown)
    (due,) = remedies(incident, "review", ana, entitlement="look")
    assert due.due_at == NOW + timedelta(days=14)
    others = remedies(incident, "review", entitlement="look")
    assert {other.due_at for other in others if other.pk != due.pk} == {None}


def test_nobody_withdraws_what_is_owed_by_hand(people: HandMade):
    from amends.casework.advance_remedy import advance_remedy

    incident = people.planned()
    (notice,) = remedies(incident, "notice", person(incident, "P3"), addressee="person")
    with pytest.raises(RefusalError) as refused:
        advance_remedy(incident=incident, remedies=[notice.pk], step="withdraw", act=act())
    assert refused.value.code == "evidence-missing"
    assert "plan" in refused.value.message


def test_an_update_is_one_transaction_that_fails_whole(people: HandMade, monkeypatch):
    from amends.casework import update_statuses as verb

    incident = people.planned()
    registry = written(people, moved(episodes(people), "P2", "RELEASED", RELEASED))
    before = everything()
    monkeypatch.setattr(verb, "bring_up_to_date", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        verb.update_statuses(incident=incident, registry=registry, act=act("read again", days=10))
    assert everything() == before
    assert AffectedPerson.objects.get(registry_person_id="P2").status_now == "in_custody"
