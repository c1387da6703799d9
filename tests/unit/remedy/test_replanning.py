"""A changed playbook re-plans: the new is added, what is owed no longer is withdrawn, and what was done stays done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.casework.plan_remedies import plan_remedies
from amends.casework.queries.plan_preview import preview_plan
from amends.ledger import journal
from amends.ledger.models import (
    Delivery,
    HeldIdentifier,
    HoldEvent,
    HoldTerm,
    Incident,
    PlaybookVersion,
    Remedy,
    RemedyChange,
)
from amends.remedy import replanning
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.playbook import Cohort, Entitlement, Playbook, load_playbook
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError
from tests.ledger_cases import NOW, an_act, identified, protected_incident
from tests.unit.casework.hand_made import everything
from tests.unit.remedy.test_planning import PEOPLE

CUSTODY = load_playbook("custody")
LEFT = "custody_review"
"""An entitlement whose cohort is narrowed in the tests."""


def without(*names: str, book: Playbook = CUSTODY) -> Playbook:
    """The next version, which has dropped some entitlements."""
    kept = tuple(item for item in book.entitlements if item.name not in names)
    return replace(book, version="3", entitlements=kept)


def with_more(*entitlements: Entitlement) -> Playbook:
    return replace(CUSTODY, version="3", entitlements=(*CUSTODY.entitlements, *entitlements))


def narrowed(cohort: str, **where: tuple[str, ...]) -> Playbook:
    """The next version, in which a cohort asks for more."""
    cohorts = tuple(Cohort(c.name, c.title, where) if c.name == cohort else c for c in CUSTODY.cohorts)
    return replace(CUSTODY, version="3", cohorts=cohorts)


@pytest.fixture
def planned(ledger, tmp_path) -> Incident:
    incident = protected_incident(tmp_path, len(PEOPLE))
    identified(incident, PEOPLE)
    plan_remedies(incident=incident, act=an_act())
    return incident


def replanned(incident: Incident, book: Playbook) -> dict[str, Any]:
    """Plan by another version and return what the journal says of it."""
    result = plan_remedies(incident=incident, act=an_act("the playbook has changed"), playbook=book)
    assert not result.already
    return list(journal.entries())[-1].detail


def set_state(incident: Incident, entitlement: str, state: str) -> None:
    Remedy.objects.filter(incident=incident, entitlement=entitlement).update(state=state)


def states(incident: Incident, entitlement: str) -> list[str]:
    found = Remedy.objects.filter(incident=incident, entitlement=entitlement).order_by("pk")
    return list(found.values_list("state", flat=True))


def test_the_words_by_which_an_incident_was_planned_are_kept_whole(planned):
    (version,) = PlaybookVersion.objects.all()
    assert (version.name, version.version, version.planned_at) == ("custody", CUSTODY.version, NOW)
    assert playbook_on_record(planned) == CUSTODY
    replanned(planned, without("notice_to_appear"))
    assert PlaybookVersion.objects.count() == 2
    assert playbook_on_record(planned) == without("notice_to_appear")
    planned.refresh_from_db()
    assert planned.playbook_version == "3"


def test_planning_again_by_the_same_words_changes_nothing_at_all(planned):
    before = everything()
    assert plan_remedies(incident=planned, act=an_act()).already
    assert everything() == before


def test_what_a_new_version_adds_is_added_for_everyone_in_its_cohort(planned):
    rule = replace(CUSTODY.entitlements[-1], name="safe_house", cohort="everyone", review="housing")
    detail = replanned(planned, with_more(rule))
    assert detail["planned"]["safe_house"] == len(PEOPLE)
    assert sum(detail["planned"].values()) == len(PEOPLE)
    assert detail["unchanged"]["notice_person"] == len(PEOPLE)
    assert states(planned, "safe_house") == ["open"] * len(PEOPLE)


def test_what_a_new_version_drops_is_withdrawn_with_the_reason_and_stays_on_record(planned):
    before = Remedy.objects.count()
    detail = replanned(planned, without(LEFT))
    assert detail["withdrawn"] == {LEFT: 2}
    assert detail["before"].startswith("custody 2 (")
    assert states(planned, LEFT) == ["withdrawn"] * 2
    assert Remedy.objects.count() == before
    changes = RemedyChange.objects.filter(remedy__entitlement=LEFT)
    assert {(change.change, change.at) for change in changes} == {("withdrawn", NOW)}
    assert all("custody 3" in change.because for change in changes)


def test_whoever_leaves_a_cohort_loses_its_measure_and_gets_it_back_on_return(planned):
    detail = replanned(planned, narrowed("in_custody", final_order=("yes",)))
    assert detail["withdrawn"] == {LEFT: 1}
    assert sorted(states(planned, LEFT)) == ["open", "withdrawn"]
    detail = replanned(planned, replace(CUSTODY, version="4"))
    assert detail["reinstated"] == {LEFT: 1}
    assert states(planned, LEFT) == ["open"] * 2
    changes = RemedyChange.objects.filter(remedy__entitlement=LEFT).order_by("pk")
    assert [change.change for change in changes] == ["withdrawn", "reinstated"]
    assert "in cohort in_custody again" in changes[1].because


def test_a_hold_is_never_withdrawn_by_a_plan(planned):
    detail = replanned(planned, without("removal_delayed", "no_opposition_to_reopening"))
    assert detail["kept"] == {"removal_delayed": 1, "no_opposition_to_reopening": 1}
    assert "withdrawn" not in detail
    assert states(planned, "removal_delayed") == ["in_force"]


@pytest.mark.parametrize("state", ["dispatched", "delivered", "refused", "returned", "exhausted"])
def test_a_notice_that_has_left_the_house_is_not_unsaid(planned, state):
    set_state(planned, "notice_representative", state)
    detail = replanned(planned, without("notice_representative"))
    assert detail["kept"] == {"notice_representative": 1}
    assert states(planned, "notice_representative") == [state]


@pytest.mark.parametrize("state", ["owed", "withheld", "prepared"])
def test_a_notice_that_has_not_left_the_house_can_be_withdrawn(planned, state):
    set_state(planned, "notice_representative", state)
    assert replanned(planned, without("notice_representative"))["withdrawn"] == {"notice_representative": 1}


@pytest.mark.parametrize("state", ["granted", "declined", "moot"])
def test_a_decision_stays_a_decision(planned, state):
    set_state(planned, LEFT, state)
    assert replanned(planned, without(LEFT))["kept"] == {LEFT: 2}
    assert states(planned, LEFT) == [state] * 2


def test_a_return_that_was_offered_is_a_promise_and_stays(planned):
    set_state(planned, "help_to_return", "contacted")
    assert replanned(planned, without("help_to_return"))["kept"] == {"help_to_return": 1}


def test_what_no_playbook_planned_is_not_for_planning_to_withdraw(planned):
    notice = Remedy.objects.filter(entitlement="notice_person").first()
    assert notice is not None
    notice.pk, notice.entitlement = None, "supplementary_notice"
    notice.save()
    detail = replanned(planned, without(LEFT))
    assert set(detail["withdrawn"]) == {LEFT}
    assert states(planned, "supplementary_notice") == ["owed"]


def test_a_new_owner_or_due_time_reaches_the_measures_that_are_open(planned):
    set_state(planned, "notice_representative", "delivered")
    later = {
        item.name: replace(item, owner="New office", due=replace(item.due, days=9))
        for item in CUSTODY.entitlements
        if item.name in ("notice_person", "notice_representative")
    }
    book = replace(CUSTODY, entitlements=tuple(later.get(i.name, i) for i in CUSTODY.entitlements))
    detail = replanned(planned, replace(book, version="3"))
    assert detail["amended"] == {"notice_person": len(PEOPLE)}
    assert set(Remedy.objects.filter(entitlement="notice_person").values_list("owner", flat=True)) == {
        "New office"
    }
    settled = Remedy.objects.get(entitlement="notice_representative")
    assert settled.owner == "Privacy office"


def test_a_playbook_that_bars_another_action_holds_every_row_and_the_gate_finds_it(planned):
    hold = replace(CUSTODY.population_hold, further_actions=("transfer",))
    detail = replanned(planned, replace(CUSTODY, version="3", population_hold=hold))
    assert detail["holds_placed"] == len(PEOPLE)
    new = Remedy.objects.filter(entitlement="hold_removal_transfer")
    assert set(new.values_list("state", "barred_action")) == {("in_force", "transfer")}
    for each in new:
        found = set(HeldIdentifier.objects.filter(hold=each).values_list("fingerprint", flat=True))
        sibling = Remedy.objects.get(row=each.row, entitlement="hold_removal")
        assert found == set(HeldIdentifier.objects.filter(hold=sibling).values_list("fingerprint", flat=True))
        assert found
        assert HoldEvent.objects.filter(hold=each, event="placed").count() == 1


def test_a_name_that_comes_to_mean_something_else_is_refused_and_nothing_is_written(planned):
    book = tuple(
        replace(item, barred_action="transfer") if item.name == "removal_delayed" else item
        for item in CUSTODY.entitlements
    )
    before = everything()
    with pytest.raises(RefusalError) as refused:
        plan_remedies(incident=planned, act=an_act(), playbook=replace(CUSTODY, entitlements=book))
    assert refused.value.code == "entitlement-reused"
    assert everything() == before


def test_a_version_that_would_leave_somebody_out_is_refused_and_the_old_plan_stands(planned):
    before = everything()
    with pytest.raises(RefusalError) as refused:
        plan_remedies(incident=planned, act=an_act(), playbook=narrowed("everyone", minor=("yes",)))
    assert refused.value.code == "coverage-incomplete"
    assert everything() == before


# ------------------------------------------------------------- whatever the states, counted before is done after

STATES = {item.name: sorted(workflow_of(item.kind).states - {"withdrawn"}) for item in CUSTODY.entitlements}
some_states = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(found) for name, found in STATES.items()}
)
some_versions = st.sampled_from(
    [
        without(LEFT, "help_to_return"),
        without("notice_tribunal", "removal_delayed", "death_inquiry"),
        narrowed("in_custody", final_order=("yes",)),
        narrowed("final_order", final_order=("no",)),
        replace(CUSTODY, version="3"),
    ]
)


def wrongly_withdrawn(incident: Incident) -> Iterator[str]:
    """What may never be withdrawn and is: a hold, or a notice that was delivered."""
    for remedy in Remedy.objects.filter(incident=incident, state="withdrawn"):
        if remedy.kind == "hold":
            yield f"hold {remedy.entitlement}"
        if remedy.deliveries.filter(fate=Delivery.Fate.DELIVERED).exists():
            yield f"delivered {remedy.entitlement}"


def deliver(incident: Incident) -> None:
    """Put the proof on record for whatever is said to be delivered."""
    for notice in Remedy.objects.filter(incident=incident, kind="notice", state="delivered"):
        Delivery.objects.create(
            notice=notice,
            attempt=1,
            method="hand",
            fate="delivered",
            language="en",
            at=NOW,
            content_sha256="0" * 64,
        )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=some_states, book=some_versions)
def test_the_dry_run_counts_exactly_what_is_done_and_nothing_said_is_unsaid(planned, before, book):
    with transaction.atomic():
        for name, state in before.items():
            set_state(planned, name, state)
        deliver(planned)
        counted = preview_plan(planned, book)
        stands = everything()
        assert preview_plan(planned, book) == counted
        assert everything() == stands, "the dry run wrote something"
        done = plan_remedies(incident=planned, act=an_act(), playbook=book).outcome
        assert done.entitlements == counted.entitlements
        assert done.coverage == counted.report.coverage
        assert list(wrongly_withdrawn(planned)) == []
        assert preview_plan(planned, book).changes == 0
        transaction.set_rollback(True)


def test_the_check_sees_a_plan_that_withdraws_a_hold_and_unsays_a_notice(planned, monkeypatch):
    """The twin: with the guard of the workflow taken out, the invariant fails."""
    set_state(planned, "notice_representative", "delivered")
    deliver(planned)

    class Anything:
        finals: frozenset[str] = frozenset()
        initial = "open"
        withdrawable = frozenset({"in_force", "delivered", "owed", "open"})

    monkeypatch.setattr(replanning, "workflow_of", lambda _kind: Anything)
    replanned(planned, without("removal_delayed", "notice_representative"))
    assert sorted(wrongly_withdrawn(planned)) == ["delivered notice_representative", "hold removal_delayed"]


def test_a_version_that_lets_holds_wait_longer_reaches_those_in_force_and_none_is_ever_shortened(planned):
    def waiting() -> set[int]:
        return set(HoldTerm.objects.filter(hold__kind="hold").values_list("waiting_days", flat=True))

    assert waiting() == {30}
    longer = replace(CUSTODY, version="3", population_hold=replace(CUSTODY.population_hold, waiting_days=60))
    assert replanned(planned, longer)["terms_lengthened"] == HoldTerm.objects.count()
    assert waiting() == {60}
    shorter = replace(CUSTODY, version="4", population_hold=replace(CUSTODY.population_hold, waiting_days=10))
    assert "terms_lengthened" not in replanned(planned, shorter)
    assert waiting() == {60}
