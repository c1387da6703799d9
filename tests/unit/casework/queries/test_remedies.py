"""Remedies are listed by reference without anybody's data, and a list that comes back is read strictly."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.casework.queries.remedies import (
    FoundRemedies,
    ListedReference,
    RemedyFilter,
    check_writes_nothing,
    find_remedies,
    list_remedies,
    states_of,
)
from amends.ledger.models import Incident, Remedy
from amends.remedy.workflow_table import workflow_of, workflows
from amends.vocabulary.errors import RefusalError, UsageError
from tests.unit.casework.hand_made import REGISTRY, HandMade, remedies

EVERYTHING = RemedyFilter()


def as_listed(*texts: str) -> list[ListedReference]:
    return [ListedReference(text, f"line {number}") for number, text in enumerate(texts, start=1)]


def refused_at(incident: Incident, *texts: str) -> UsageError:
    with pytest.raises(UsageError) as refused:
        find_remedies(incident, as_listed(*texts))
    assert refused.value.code == "remedy-reference-invalid"
    return refused.value


def test_every_remedy_is_listed_once_and_nobody_is_named(people: HandMade):
    incident = people.planned()
    found = list_remedies(incident, EVERYTHING, limit=10_000)
    assert [line.reference for line in found.lines] == [r.reference for r in Remedy.objects.order_by("id")]
    assert found.total == len(found.lines) == Remedy.objects.count() > 0
    said = repr(found)
    for person in REGISTRY:
        assert not [
            value for value in (person[1], person[2], person[4], person[6]) if value and value in said
        ]


def test_a_remedy_is_listed_with_the_steps_of_its_state_and_what_they_require(people: HandMade):
    incident = people.planned()
    for line in list_remedies(incident, EVERYTHING, limit=10_000).lines:
        # What planning alone may do is no step that anybody takes.
        ways = [
            way
            for way in workflow_of(line.kind).transitions
            if way.source == line.state and "plan" not in way.requires
        ]
        assert [(s.name, s.target, s.requires) for s in line.steps] == [
            (way.name, way.target, way.requires) for way in ways
        ]
    hold = list_remedies(incident, RemedyFilter(kind="hold"), limit=1).lines[0]
    assert {step.name: step.requires for step in hold.steps}["lift"] == (
        "reason",
        "release",
        "end_condition",
    )


def test_a_settled_remedy_has_no_steps(people: HandMade):
    incident = people.planned()
    Remedy.objects.filter(kind="notice").update(state="delivered")
    assert {line.steps for line in list_remedies(incident, RemedyFilter(kind="notice"), limit=99).lines} == {
        ()
    }


def test_filters_narrow_the_list_and_the_limit_cuts_it_without_hiding_how_many_there_are(people: HandMade):
    incident = people.planned()
    withheld, *_ = remedies(incident, "notice")
    Remedy.objects.filter(pk=withheld.pk).update(state="withheld")
    of_state = list_remedies(incident, RemedyFilter(kind="notice", state="withheld"), limit=99)
    assert [line.reference for line in of_state.lines] == [withheld.reference]
    of_entitlement = list_remedies(incident, RemedyFilter(entitlement=withheld.entitlement), limit=99)
    assert {line.entitlement for line in of_entitlement.lines} == {withheld.entitlement}
    notices = list_remedies(incident, RemedyFilter(kind="notice"), limit=2)
    assert (len(notices.lines), notices.total) == (2, Remedy.objects.filter(kind="notice").count())
    assert notices.total > 2


@pytest.mark.parametrize(
    ("wanted", "option", "known"),
    [
        (RemedyFilter(kind="notices"), "--kind", "notice"),
        (RemedyFilter(state="sent out"), "--state", "dispatched"),
        (RemedyFilter(kind="hold", state="owed"), "--state", "in_force"),
        (RemedyFilter(entitlement="notice_persons"), "--entitlement", "notice_person"),
    ],
)
def test_a_misspelt_filter_is_refused_and_never_reads_like_nothing_is_owed(
    people: HandMade, wanted, option, known
):
    incident = people.planned()
    with pytest.raises(UsageError) as refused:
        list_remedies(incident, wanted, limit=9)
    assert (refused.value.code, refused.value.where) == ("remedy-filter-unknown", option)
    assert known in refused.value.hint


def test_what_was_listed_is_found_again_in_the_order_of_the_list(people: HandMade):
    incident = people.planned()
    notices = remedies(incident, "notice")[::-1]
    found = find_remedies(incident, as_listed(*(notice.reference for notice in notices)))
    assert found == FoundRemedies("notice", tuple(notice.pk for notice in notices))
    assert states_of(found) == {"owed": len(notices)}


def test_states_are_counted_as_they_are_in_the_ledger(people: HandMade):
    incident = people.planned()
    first, *others = notices = remedies(incident, "notice")
    Remedy.objects.filter(pk=first.pk).update(state="withheld")
    found = FoundRemedies("notice", tuple(notice.pk for notice in notices))
    assert states_of(found) == {"owed": len(others), "withheld": 1}


def test_a_wrong_reference_is_refused_by_its_place_and_its_text_is_not_repeated(people: HandMade):
    incident = people.planned()
    notice, other = (r.reference for r in remedies(incident, "notice")[:2])
    hold = remedies(incident, "hold")[0].reference
    for wrong, problem in (
        ("Boris Petrov", "is not the reference"),
        ("A200000003", "is not the reference"),
        (other.lower(), "is not the reference"),
        (other.replace("N-", "N-0"), "names no remedy of this incident"),
        (other.replace("N", "H"), "names no remedy of this incident"),
        ("N-999999", "names no remedy of this incident"),
        (notice, "further up already"),
        (hold, "names a hold, and the list began with a notice"),
    ):
        error = refused_at(incident, notice, wrong)
        assert (error.where, problem in error.message) == ("line 2", True), error.message
        assert wrong not in f"{error} {error.hint}"


def test_a_remedy_of_another_incident_is_none_of_this_one(people: HandMade):
    incident = people.planned()
    other = people.opened(title="Another", disclosed_to="a reporter", url="")
    reference = remedies(incident, "notice")[0].reference
    assert other.pk != incident.pk
    assert "of this incident" in refused_at(other, reference).message


def test_without_a_list_nothing_is_found(people: HandMade):
    with pytest.raises(UsageError) as refused:
        find_remedies(people.planned(), [])
    assert refused.value.code == "remedies-missing"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=20) | st.from_regex(r"[A-Z]-\d{1,14}", fullmatch=True))
def test_whatever_stands_in_a_list_is_a_reference_of_the_incident_or_refused(ledger, text):
    with pytest.raises(UsageError) as refused:
        find_remedies(Incident(pk=1), as_listed(text))
    assert (refused.value.code, refused.value.where) == ("remedy-reference-invalid", "line 1")


def test_only_the_steps_that_record_a_letter_need_one():
    for kind, workflow in workflows().items():
        for way in workflow.transitions:
            if "content" not in way.requires:
                check_writes_nothing(kind, way.name)
    for kind in ("notice", "clawback"):
        with pytest.raises(RefusalError) as refused:
            check_writes_nothing(kind, "prepare")
        assert refused.value.code == "letter-not-written"
        assert "amends respond" in refused.value.hint
