"""Nobody's set is empty: counted for every combination of cohorts, by the database as a reader would count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.casework.plan_remedies import plan_remedies
from amends.casework.queries.coverage import incident_coverage, without_small_cells
from amends.ledger.models import Remedy
from amends.remedy import planning
from amends.remedy.coverage_report import coverage_called_for, coverage_report
from amends.remedy.playbook import Cohort, Playbook, load_playbook, playbook_names
from tests.ledger_cases import NOW, an_act, identified, incident_with_rows, protected_incident
from tests.unit.remedy.test_cohorts import a_person, meets
from tests.unit.remedy.test_planning import PEOPLE, without_cohort

BOOKS = [load_playbook(name) for name in playbook_names()]


def held(incident, book: Playbook) -> None:
    planning.place_population_hold(incident, book, now=NOW)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(a_person, max_size=6), book=st.sampled_from(BOOKS))
def test_every_shipped_playbook_covers_everybody_and_its_report_counts_as_a_reader_does(ledger, people, book):
    with transaction.atomic():
        incident = incident_with_rows(len(people))
        held(incident, book)
        identified(incident, people)
        report = coverage_report(incident, book)
        transaction.set_rollback(True)
    belongs = [tuple(c.name for c in book.cohorts if meets(person, c.predicate)) for person in people]
    assert dict(report.combinations) == Counter(belongs)
    assert {name: count for name, _, count in report.cohorts} == {
        cohort.name: sum(cohort.name in names for names in belongs) for cohort in book.cohorts
    }
    assert report.coverage.complete
    assert report.coverage.persons == len(people)
    assert (report.in_none, report.in_several) == (0, sum(len(names) > 1 for names in belongs))


def test_the_memberships_of_everyone_are_counted_by_one_statement(ledger):
    incident = incident_with_rows(30)
    identified(incident, [{}] * 30)
    with CaptureQueriesContext(connection) as queries:
        coverage_report(incident, BOOKS[0])
    grouped = [
        query["sql"] for query in queries if "GROUP BY" in query["sql"] and "affectedperson" in query["sql"]
    ]
    assert len(grouped) == 1
    assert len(queries) < 20


def test_who_falls_into_no_cohort_is_counted_and_makes_the_report_incomplete(ledger):
    book = load_playbook("custody")
    only = Cohort("in_custody", "In custody", {"status_at_exposure": ("in_custody",)})
    book = replace(book, cohorts=(only,), entitlements=tuple(
        replace(item, cohort="in_custody") for item in book.entitlements
    ))  # fmt: skip
    incident = incident_with_rows(3)
    held(incident, book)
    identified(incident, [{"status_at_exposure": "in_custody"}, {}, {}])
    report = coverage_report(incident, book)
    assert report.in_none == 2
    assert (report.coverage.without_notice, report.coverage.without_any) == (2, 0)
    assert not report.coverage.complete


def test_without_a_hold_on_the_row_the_report_is_incomplete(ledger):
    incident = incident_with_rows(2)
    identified(incident, [{}, {}])
    assert coverage_called_for(incident, load_playbook("custody")).without_hold == 2


def test_the_report_foretells_what_the_plan_then_shows(ledger, tmp_path):
    incident = protected_incident(tmp_path, len(PEOPLE))
    identified(incident, PEOPLE)
    narrow = without_cohort("everyone")
    foretold = coverage_called_for(incident, narrow)
    assert foretold.without_notice == 2
    planning.attach_holds_to_persons(incident)
    for item in narrow.entitlements:
        planning.plan_entitlement(item, incident=incident, playbook=narrow, now=NOW)
    assert planning.coverage(incident).without_notice == foretold.without_notice


def test_the_report_says_from_which_cohort_each_entitlement_comes_and_for_how_many_it_stands(
    ledger, tmp_path
):
    incident = protected_incident(tmp_path, len(PEOPLE))
    identified(incident, PEOPLE)
    plan_remedies(incident=incident, act=an_act())
    found = {item.entitlement: item for item in incident_coverage(incident).entitlements}
    assert (found["custody_review"].cohort, found["custody_review"].called_for) == ("in_custody", 2)
    assert found["custody_review"].on_record == 2
    assert found["hold_removal"].on_record == len(PEOPLE)
    Remedy.objects.filter(entitlement="custody_review").update(state="withdrawn")
    again = {item.entitlement: item for item in incident_coverage(incident).entitlements}
    assert again["custody_review"].on_record == 0


def test_a_notice_that_has_gone_out_counts_even_where_the_playbook_no_longer_asks_for_it(ledger, tmp_path):
    incident = protected_incident(tmp_path, len(PEOPLE))
    identified(incident, PEOPLE)
    plan_remedies(incident=incident, act=an_act())
    narrow = without_cohort("everyone")
    assert coverage_called_for(incident, narrow).without_notice == 2
    Remedy.objects.filter(entitlement="notice_person").update(state="delivered")
    assert coverage_called_for(incident, narrow).without_notice == 0


def test_what_leaves_the_house_has_no_count_of_a_few_people(ledger):
    incident = incident_with_rows(40)
    book = load_playbook("custody")
    held(incident, book)
    identified(incident, [{"represented": n < 20, "minor": n in (1, 25)} for n in range(40)])
    report = coverage_report(incident, book)
    public = without_small_cells(report)
    assert min(count for _, count in report.combinations) == 1
    shown = [count for _, count in public.combinations if count is not None]
    assert all(count == 0 or count >= 5 for count in [*shown, *filter(None, public.cohorts.values())])
    # And none of them can be had by subtracting: each hidden cell has a hidden companion in every sum.
    hidden = [names for names, count in public.combinations if count is None]
    assert len(hidden) >= 2


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_every_jurisdiction_of_a_shipped_playbook_has_rules(book):
    from amends.jurisdictions.rules import load_rules

    assert set(book.jurisdictions) <= {rule.jurisdiction for rule in load_rules()}
