"""Everyone is held at once, everyone is owed what their situation calls for, and nobody is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.casework.plan_remedies import plan_remedies
from amends.ledger import journal
from amends.ledger.models import LeakedRow, Remedy
from amends.remedy import planning
from amends.remedy.playbook import Cohort, Playbook, load_playbook
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError
from tests.ledger_cases import (
    NOW,
    REMOVED,
    REPORTED,
    a_recipient,
    an_act,
    identified,
    incident_with_rows,
    protected_incident,
    rows_of,
)
from tests.unit.remedy.test_cohorts import a_person, meets

CUSTODY = load_playbook("custody")
PEOPLE: list[dict[str, Any]] = [
    {
        "status_at_exposure": "in_custody",
        "status_now": "in_custody",
        "facts": {"fear_finding": "positive"},
        "represented": True,
    },
    {"status_at_exposure": "in_custody", "status_now": "in_custody", "facts": {"final_order": "yes"}},
    {
        "status_at_exposure": "released",
        "status_at_hold": "removed",
        "status_now": "removed",
        "removal_phase": "before_hold",
    },
    {"status_at_exposure": "unknown", "registry_person_id": ""},
    {"status_at_exposure": "released", "status_now": "released", "deceased": True},
]
OWED = {
    "notice_person": 5,
    "notice_representative": 1,
    "notice_to_appear": 1,
    "notice_tribunal": 1,
    "notice_guardian": 0,
    "best_interests_review": 0,
    "notice_next_of_kin": 1,
    "death_inquiry": 1,
    "removal_delayed": 1,
    "no_opposition_to_reopening": 1,
    "custody_review": 2,
    "help_to_return": 1,
    "status_inquiry": 1,
}


def planned(incident, playbook: Playbook = CUSTODY) -> dict[str, int]:
    planning.attach_holds_to_persons(incident)
    return {
        item.name: planning.plan_entitlement(item, incident=incident, playbook=playbook, now=NOW)
        for item in playbook.entitlements
    }


def everything() -> list[tuple[object, ...]]:
    return list(Remedy.objects.order_by("pk").values_list())


def test_every_row_is_held_by_one_statement(ledger):
    incident = incident_with_rows(200)
    with CaptureQueriesContext(connection) as queries:
        assert planning.place_population_hold(incident, CUSTODY, now=NOW) == 200
    assert len(queries) == 1
    assert Remedy.objects.filter(incident=incident, state="in_force", kind="hold").count() == 200
    assert set(LeakedRow.objects.values_list("pk", flat=True)) == set(
        Remedy.objects.values_list("row_id", flat=True)
    )


def test_the_hold_says_what_it_bars_by_whom_why_and_when_it_ends(ledger):
    incident = incident_with_rows(1)
    planning.place_population_hold(incident, CUSTODY, now=NOW)
    hold, rule = Remedy.objects.get(), CUSTODY.population_hold
    assert (hold.barred_action, hold.owner, hold.authority) == (
        rule.barred_action,
        rule.owner,
        rule.authority,
    )
    assert (hold.earliest_end, hold.end_condition) == (rule.earliest_end, rule.end_condition)
    assert (hold.created_at, hold.due_at, hold.person_id) == (NOW, None, None)


def test_holding_again_holds_only_rows_that_are_new(ledger):
    incident = incident_with_rows(3)
    planning.place_population_hold(incident, CUSTODY, now=NOW)
    LeakedRow.objects.create(
        incident=incident, table_name="Second", row_number=2, hidden=True, exposed_kinds=[]
    )
    assert planning.place_population_hold(incident, CUSTODY, now=NOW) == 1
    assert planning.place_population_hold(incident, CUSTODY, now=NOW) == 0
    assert Remedy.objects.count() == 4


def test_a_hold_of_one_incident_is_no_hold_of_another(ledger):
    first, second = incident_with_rows(2), incident_with_rows(3, reference="2031-03-04-0123456789")
    planning.place_population_hold(first, CUSTODY, now=NOW)
    assert planning.place_population_hold(second, CUSTODY, now=NOW) == 3


def test_the_verb_that_protects_holds_everyone_before_anyone_is_categorised(ledger, tmp_path):
    incident = protected_incident(tmp_path, 7)
    assert incident.population_held_at == NOW
    assert Remedy.objects.filter(incident=incident, person=None, state="in_force").count() == 7
    assert [entry.verb for entry in journal.entries()] == ["open_incident", "protect_population"]


def test_holds_learn_whom_they_protect_and_two_rows_of_one_person_learn_the_same(ledger):
    incident = incident_with_rows(3)
    planning.place_population_hold(incident, CUSTODY, now=NOW)
    (person,) = identified(incident, [{}])
    first, second, _nobody = rows_of(incident)
    LeakedRow.objects.filter(pk=second.pk).update(person=person)
    assert planning.attach_holds_to_persons(incident) == 2
    assert planning.attach_holds_to_persons(incident) == 0
    attached = dict(Remedy.objects.values_list("row_id", "person_id"))
    assert [attached[row.pk] for row in rows_of(incident)] == [person.pk, person.pk, None]


def test_each_entitlement_is_written_for_every_member_of_its_cohort(ledger):
    incident = incident_with_rows(len(PEOPLE) + 1)
    planning.place_population_hold(incident, CUSTODY, now=NOW)
    identified(incident, PEOPLE)
    assert planned(incident) == OWED
    stored = Counter(Remedy.objects.filter(row=None).values_list("entitlement", flat=True))
    assert stored == {name: count for name, count in OWED.items() if count}


def test_planning_again_writes_nothing(ledger):
    incident = incident_with_rows(len(PEOPLE))
    identified(incident, PEOPLE)
    planned(incident)
    before = everything()
    assert set(planned(incident).values()) == {0}
    assert everything() == before


def test_who_joins_later_is_planned_for_and_the_others_stay_as_they_are(ledger):
    incident = incident_with_rows(2)
    first, second = identified(incident, [{"status_at_exposure": "in_custody"}, {}])
    planned(incident)
    before = everything()
    second.facts = {"fear_finding": "positive"}
    second.save()
    again = planned(incident)
    assert {name for name, count in again.items() if count} == {"notice_to_appear", "notice_tribunal"}
    assert everything()[: len(before)] == before


def test_a_measure_begins_in_its_first_state_and_is_due_as_the_playbook_says(ledger):
    incident = incident_with_rows(1)
    identified(incident, [{"status_at_exposure": "in_custody"}])
    planned(incident)
    for remedy in Remedy.objects.all():
        (rule,) = [item for item in CUSTODY.entitlements if item.name == remedy.entitlement]
        assert remedy.state == workflow_of(rule.kind).initial
        assert remedy.due_at == rule.due.after(REPORTED)
        assert (remedy.kind, remedy.addressee, remedy.owner) == (rule.kind, rule.addressee, rule.owner)


def test_what_counts_from_a_moment_that_has_not_come_is_not_due_yet(ledger):
    incident = incident_with_rows(1)
    identified(incident, [{}])
    rule = replace(CUSTODY.entitlements[0], due=replace(CUSTODY.entitlements[0].due, trigger="confirmed_at"))
    planning.plan_entitlement(rule, incident=incident, playbook=CUSTODY, now=NOW)
    assert Remedy.objects.get().due_at is None


def test_recipients_are_asked_by_class_once_and_only_when_they_obtained_something(ledger):
    incident = incident_with_rows(0)
    a_recipient(incident, "198.51.100.1")
    a_recipient(incident, "198.51.100.2", recipient_class="crawler", verdict="partial")
    a_recipient(incident, "198.51.100.3", recipient_class="own")
    a_recipient(incident, "198.51.100.4", recipient_class="monitor")
    a_recipient(incident, "198.51.100.5", obtained_data=False, verdict="nothing")
    assert planning.plan_clawback(incident, CUSTODY, now=NOW) == 2
    assert planning.plan_clawback(incident, CUSTODY, now=NOW) == 0
    asked = Remedy.objects.filter(kind="clawback").order_by("pk")
    assert set(asked.values_list("recipient__address", flat=True)) == {"198.51.100.1", "198.51.100.2"}
    assert {remedy.due_at for remedy in asked} == {REMOVED + timedelta(days=2)}


def test_a_playbook_that_asks_no_class_of_recipients_asks_nobody(ledger):
    incident = incident_with_rows(0)
    a_recipient(incident, "198.51.100.1")
    nobody = replace(CUSTODY, clawback=replace(CUSTODY.clawback, classes=()))
    assert planning.plan_clawback(incident, nobody, now=NOW) == 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(a_person, max_size=5))
def test_whatever_is_known_of_them_nobody_is_left_without_hold_and_notice(ledger, people):
    with transaction.atomic():
        incident = incident_with_rows(len(people))
        planning.place_population_hold(incident, CUSTODY, now=NOW)
        identified(incident, people)
        counted = planned(incident)
        covered = planning.coverage(incident)
        transaction.set_rollback(True)
    assert covered.complete
    assert covered.persons == len(people)
    where = {cohort.name: cohort.predicate for cohort in CUSTODY.cohorts}
    assert counted == {
        item.name: sum(meets(person, where[item.cohort]) for person in people)
        for item in CUSTODY.entitlements
    }


def without_cohort(name: str) -> Playbook:
    """The custody playbook with one cohort narrowed to people in custody."""
    narrowed = Cohort(name, "In custody only", {"status_at_exposure": ("in_custody",)})
    return replace(CUSTODY, cohorts=tuple(narrowed if c.name == name else c for c in CUSTODY.cohorts))


def test_a_person_in_no_cohort_makes_the_coverage_incomplete(ledger):
    incident = incident_with_rows(2)
    planning.place_population_hold(incident, CUSTODY, now=NOW)
    identified(incident, [{"status_at_exposure": "in_custody"}, {"status_at_exposure": "released"}])
    planned(incident, without_cohort("everyone"))
    covered = planning.coverage(incident)
    assert (covered.persons, covered.without_any, covered.without_hold, covered.without_notice) == (
        2,
        0,
        0,
        1,
    )
    assert not covered.complete


def test_a_person_without_anything_is_counted_as_such(ledger):
    incident = incident_with_rows(2)
    identified(incident, [{}, {}])
    covered = planning.coverage(incident)
    assert (covered.without_any, covered.without_hold, covered.without_notice) == (2, 2, 2)


def test_a_letter_to_somebody_else_is_no_notice_to_the_person(ledger):
    incident = incident_with_rows(1)
    planning.place_population_hold(incident, CUSTODY, now=NOW)
    identified(incident, [{"represented": True, "status_at_exposure": "released"}])
    planned(incident, without_cohort("everyone"))
    assert planning.coverage(incident).without_notice == 1


def test_a_promise_that_bars_something_else_is_not_the_protective_hold(ledger):
    incident = incident_with_rows(1)
    identified(incident, [{"facts": {"final_order": "yes"}}])
    planned(incident)
    assert Remedy.objects.filter(kind="hold").count() == 2
    assert planning.coverage(incident).without_hold == 1


def test_a_hold_that_was_lifted_on_proof_does_not_make_a_later_plan_incomplete(ledger, tmp_path):
    incident = protected_incident(tmp_path, 2)
    identified(incident, PEOPLE[:2])
    plan_remedies(incident=incident, act=an_act())
    Remedy.objects.filter(row__isnull=False).update(state="lifted")
    assert plan_remedies(incident=incident, act=an_act()).already


def test_a_plan_that_leaves_somebody_out_is_refused_and_writes_nothing(ledger, tmp_path):
    incident = protected_incident(tmp_path, 3)
    identified(incident, PEOPLE[:3])
    before, entries = everything(), len(list(journal.entries()))
    with pytest.raises(RefusalError) as refused:
        plan_remedies(incident=incident, act=an_act(), playbook=without_cohort("everyone"))
    assert refused.value.code == "coverage-incomplete"
    assert "1 no notice" in refused.value.message
    assert everything() == before
    assert len(list(journal.entries())) == entries


def test_the_whole_plan_is_one_act_in_the_journal(ledger, tmp_path):
    incident = protected_incident(tmp_path, len(PEOPLE))
    identified(incident, PEOPLE)
    result = plan_remedies(incident=incident, act=an_act())
    assert result.planned == {**OWED, "clawback": 0}
    last = list(journal.entries())[-1]
    assert (last.verb, last.detail["planned"], last.detail["holds_attached"]) == (
        "plan_remedies",
        result.planned,
        len(PEOPLE),
    )
