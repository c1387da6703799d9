"""Who belongs to a cohort: decided by the database exactly as a person reading the playbook would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.remedy.cohorts import members
from amends.remedy.playbook import Cohort, load_playbook
from tests.ledger_cases import identified, incident_with_rows

STATUSES = ("in_custody", "released", "removed", "other", "unknown")
PHASES = ("before_exposure", "before_discovery", "before_hold", "after_hold", "none")
FACTS = {
    "fear_finding": ("positive", "negative", "pending"),
    "contains": ("yes", "no"),
    "final_order": ("yes",),
}

facts = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FACTS.items()})
a_person = st.fixed_dictionaries(
    {
        "status_as_of": st.sampled_from(STATUSES),
        "status_at_exposure": st.sampled_from(STATUSES),
        "status_at_hold": st.sampled_from(STATUSES),
        "removal_phase": st.sampled_from(PHASES),
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
                "status_at_hold": STATUSES,
                "removal_phase": PHASES,
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


@pytest.mark.parametrize("cohort", load_playbook("custody").cohorts, ids=lambda cohort: cohort.name)
def test_each_cohort_of_the_custody_playbook_has_people_whom_it_fits_and_fits_the_right_ones(ledger, cohort):
    fitting: dict[str, Any] = {"facts": {}}
    for name, values in cohort.where.items():
        if name in ("represented", "deceased", "minor"):
            fitting[name] = "yes" in values
        elif name in ("fear_finding", "final_order"):
            fitting["facts"] = {name: values[0]}
        else:
            fitting[name] = values[0]
    other = {"status_at_exposure": "released", "status_at_hold": "released"}
    incident = incident_with_rows(2)
    first, second = identified(incident, [fitting, other])
    found = set(members(cohort, incident))
    assert found == ({first} if cohort.where else {first, second})
