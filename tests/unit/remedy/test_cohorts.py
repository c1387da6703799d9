"""Who belongs to a cohort: decided by the database exactly as a person reading the playbook would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.remedy.cohorts import members
from amends.remedy.playbook import Cohort, Predicate, load_playbook
from tests.ledger_cases import REPORTED, a_status_history, identified, incident_with_rows

STATUSES = ("in_custody", "released", "removed", "other", "unknown")
PHASES = ("before_exposure", "before_discovery", "before_hold", "after_hold", "none")
FACTS = {
    "fear_finding": ("positive", "negative", "pending"),
    "contains": ("yes", "no"),
    "final_order": ("yes",),
}

KINDS = ("health", "full-name", 'column "health"', "email")

facts = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FACTS.items()})
a_person = st.fixed_dictionaries(
    {
        "status_as_of": st.sampled_from(STATUSES),
        "status_at_exposure": st.sampled_from(STATUSES),
        "status_at_discovery": st.sampled_from(STATUSES),
        "status_at_hold": st.sampled_from(STATUSES),
        "status_now": st.sampled_from(STATUSES),
        "removal_phase": st.sampled_from(PHASES),
        "exposed_kinds": st.lists(st.sampled_from(KINDS), max_size=3, unique=True),
        "deceased": st.booleans(),
        "minor": st.booleans(),
        "represented": st.booleans(),
        "facts": facts,
    }
)
conditions = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.lists(st.sampled_from(values), min_size=1, max_size=3)
            for name, values in {
                "status_as_of": STATUSES,
                "status_at_exposure": STATUSES,
                "status_at_discovery": STATUSES,
                "status_at_hold": STATUSES,
                "status_now": STATUSES,
                "removal_phase": PHASES,
                "exposed_kinds": KINDS,
                **FACTS,
            }.items()
        },
        **{
            name: st.lists(st.sampled_from(("yes", "no")), min_size=1, max_size=2)
            for name in ("deceased", "minor", "represented")
        },
    },
)


def belongs(person: dict[str, Any], where: dict[str, Any]) -> bool:
    """The slow oracle: read the playbook aloud and look at one person."""
    for name, values in where.items():
        if name == "exposed_kinds":
            if not set(person[name]) & set(values):
                return False
            continue
        held = person[name] if name in person else person["facts"].get(name)
        if isinstance(held, bool):
            held = "yes" if held else "no"
        if held not in values:
            return False
    return True


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(described=st.lists(a_person, min_size=1, max_size=4), where=conditions)
def test_the_database_finds_whom_a_reader_of_the_playbook_finds(ledger, described, where):
    from django.db import transaction

    with transaction.atomic():
        incident = incident_with_rows(len(described))
        persons = identified(incident, described)
        cohort = Cohort("c", "C", {name: tuple(values) for name, values in where.items()})
        found = set(members(cohort, incident).values_list("pk", flat=True))
        transaction.set_rollback(True)
    expected = {p.pk for p, values in zip(persons, described, strict=True) if belongs(values, where)}
    assert found == expected


def test_a_cohort_without_conditions_is_everyone_of_this_incident_and_nobody_of_another(ledger):
    incident = incident_with_rows(2)
    other = incident_with_rows(3, reference="2031-03-04-0123456789")
    identified(incident, [{}] * 2)
    identified(other, [{}] * 3)
    assert members(Cohort("everyone", "Everyone"), incident).count() == 2


@pytest.mark.parametrize("name", ["status_at_hold", "represented", "fear_finding"])
def test_a_condition_that_lists_no_value_fits_nobody(ledger, name):
    incident = incident_with_rows(1)
    identified(incident, [{}])
    assert members(Cohort("c", "C", {name: ()}), incident).count() == 0


@pytest.mark.parametrize("name", ["contains", "in", "isnull", "has_key", "gt", "exact"])
def test_a_fact_may_be_called_like_a_comparison(ledger, name):
    incident = incident_with_rows(2)
    with_fact, _ = identified(incident, [{"facts": {name: "yes"}}, {"facts": {name: "no"}}])
    assert list(members(Cohort("c", "C", {name: ("yes",)}), incident)) == [with_fact]


predicates = st.recursive(
    conditions.map(lambda where: Predicate({name: tuple(values) for name, values in where.items()})),
    lambda inner: st.builds(
        Predicate,
        values=st.just({}),
        all_of=st.lists(inner, max_size=2).map(tuple),
        any_of=st.lists(inner, max_size=2).map(tuple),
        none_of=st.lists(inner, max_size=2).map(tuple),
    ),
    max_leaves=4,
)


def meets(person: dict[str, Any], predicate: Predicate) -> bool:
    """The slow oracle for combined conditions."""
    return (
        belongs(person, predicate.values)
        and all(meets(person, inner) for inner in predicate.all_of)
        and (not predicate.any_of or any(meets(person, inner) for inner in predicate.any_of))
        and not any(meets(person, inner) for inner in predicate.none_of)
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(described=st.lists(a_person, min_size=1, max_size=4), predicate=predicates)
def test_the_database_combines_conditions_as_a_reader_does(ledger, described, predicate):
    from django.db import transaction

    with transaction.atomic():
        incident = incident_with_rows(len(described))
        persons = identified(incident, described)
        cohort = Cohort("c", "C", predicate.values, predicate.all_of, predicate.any_of, predicate.none_of)
        found = set(members(cohort, incident).values_list("pk", flat=True))
        transaction.set_rollback(True)
    expected = {p.pk for p, person in zip(persons, described, strict=True) if meets(person, predicate)}
    assert found == expected


def test_who_does_not_have_a_fact_is_among_those_who_do_not_have_it(ledger):
    """In SQL the opposite of unknown is unknown; nobody may fall through that hole."""
    incident = incident_with_rows(3)
    _, other, silent = identified(incident, [{"facts": {"a": "yes"}}, {"facts": {"a": "no"}}, {}])
    cohort = Cohort("c", "C", none_of=(Predicate({"a": ("yes",)}),))
    assert set(members(cohort, incident)) == {other, silent}


def test_a_status_so_many_days_after_a_moment_is_asked_of_the_history(ledger):
    incident = incident_with_rows(4)
    persons = identified(incident, [{}] * 4)
    day = timedelta(days=1)
    a_status_history(
        {
            persons[0]: [("in_custody", None, REPORTED + 10 * day), ("released", REPORTED + 10 * day, None)],
            persons[1]: [("in_custody", None, None)],
            persons[2]: [("in_custody", None, None), ("released", REPORTED + 29 * day, None)],
            persons[3]: [],
        },
        until=REPORTED + 60 * day,
    )

    def found(name: str, *values: str) -> list[Any]:
        return list(members(Cohort("c", "C", {name: values}), incident).order_by("pk"))

    assert found("status_30_days_after_discovery", "released") == [persons[0], persons[2]]
    assert found("status_9_days_after_discovery", "released") == []
    assert found("status_10_days_after_discovery", "released") == [persons[0]]
    assert found("status_30_days_after_discovery", "unknown") == [persons[3]]
    # Statuses are known for sixty days; nobody is said to be anything on a day beyond.
    assert found("status_61_days_after_discovery", "released", "in_custody", "unknown") == []


def test_who_is_not_known_to_the_registry_can_be_asked_for(ledger):
    incident = incident_with_rows(2)
    known, unknown = identified(incident, [{}, {"registry_person_id": ""}])
    assert list(members(Cohort("c", "C", {"identified": ("yes",)}), incident)) == [known]
    assert list(members(Cohort("c", "C", {"identified": ("no",)}), incident)) == [unknown]


@pytest.mark.parametrize("cohort", load_playbook("custody").cohorts, ids=lambda cohort: cohort.name)
def test_each_cohort_of_the_custody_playbook_has_people_whom_it_fits_and_fits_the_right_ones(ledger, cohort):
    fitting: dict[str, Any] = {"facts": {}, "status_now": "in_custody"}
    asked = {**cohort.where, **(cohort.any_of[0].values if cohort.any_of else {})}
    for name, values in asked.items():
        if name in ("represented", "deceased", "minor"):
            fitting[name] = "yes" in values
        elif name in ("fear_finding", "final_order"):
            fitting["facts"] = {name: values[0]}
        else:
            fitting[name] = values[0]
    other = {"status_at_exposure": "released", "status_at_hold": "released", "status_now": "released"}
    incident = incident_with_rows(2)
    first, second = identified(incident, [fitting, other])
    found = set(members(cohort, incident))
    assert found == ({first} if asked else {first, second})
