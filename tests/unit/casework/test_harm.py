"""A harm assessment is signed, kept and never answered away; not notifying takes two and protects nobody less."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from amends.casework.assess_harm import assess_harm, preview_harm
from amends.casework.decide_not_to_notify import NotNotified, decide_not_to_notify
from amends.casework.queries.harm import signed_assessments
from amends.casework.set_recipient_policy import set_recipient_policy
from amends.ledger import journal
from amends.ledger.models import HarmAssessment, HoldEvent, NotificationDecision, Remedy
from amends.remedy.harm.facts import questions
from amends.vocabulary.errors import IncompleteError, RefusalError, UsageError
from tests.unit.casework.hand_made import NOW, HandMade, act, everything

MILD = {
    "context": ("ordinary",),
    "misuse": ("none_seen",),
    "intent": ("mistake",),
    "recipients": ("known",),
    "mitigation": ("destruction_proven",),
    "population": ("general",),
}
GRAVE = {**MILD, "context": ("membership_endangers_life",)}
REVIEW_ON = NOW.date() + timedelta(days=90)
TOUCHED_BY_NO_DECISION = ("Remedy", "HoldEvent", "HeldIdentifier", "GateState", "Delivery", "AffectedPerson")


def sign(incident, answers=MILD, cohort="everyone", actor="operator", second=""):
    return assess_harm(
        incident=incident,
        cohort=cohort,
        answers=answers,
        act=act("answered", actor=actor),
        second_actor=second,
    )


def decide(incident, second="okafor", regime="gdpr", version=1, on=REVIEW_ON, cohort="everyone"):
    asked = NotNotified(cohort, regime, version, on)
    return decide_not_to_notify(
        incident=incident, asked=asked, second_signer=second, act=act("the key was never out")
    )


def test_what_the_ledger_shows_is_added_and_cannot_be_answered_away(people: HandMade):
    """Detained people, an asylum result, somebody who read the file: nobody has to say so, and nobody can deny it."""
    incident = people.planned()
    signed = sign(incident)
    assert {"detained", "general"} <= set(signed.facts["population"])
    assert "protection_claim" in signed.facts["data_kinds"]
    assert "obtained" in signed.facts["access"]
    assert signed.findings.of("gdpr").notify
    assert signed.persons == 7


def test_one_person_at_risk_of_death_is_the_top(people: HandMade):
    incident = people.planned()
    signed = sign(incident, {**MILD, "population": ("risk_to_life",)}, cohort="positive_fear_finding")
    assert (signed.persons, signed.findings.severity) == (1, "severe")


def test_an_assessment_is_kept_by_version_with_everyone_who_signed(people: HandMade):
    incident = people.planned()
    assert (sign(incident).version, sign(incident).already) == (1, True)
    assert sign(incident, actor="okafor").signers == ("operator", "okafor")
    assert sign(incident, GRAVE).version == 2
    kept = HarmAssessment.objects.get(version=1)
    assert kept.severity != "severe", "a later version does not rewrite an earlier one"
    (latest,) = signed_assessments(incident)
    assert (latest.version, latest.findings.severity) == (2, "severe")
    assert latest.findings.of("omb-m-17-12").factors[0].rationale


def test_a_version_that_says_less_harm_is_signed_by_two(people: HandMade):
    incident = people.planned()
    sign(incident, GRAVE)
    before = everything()
    for second in ("", "OPERATOR"):
        with pytest.raises(RefusalError) as refused:
            sign(incident, MILD, second=second)
        assert refused.value.code == "harm-lowered-by-one"
    assert everything() == before
    assert sign(incident, MILD, second="okafor").signers == ("operator", "okafor")


def test_a_look_at_what_would_be_signed_writes_nothing(people: HandMade):
    incident = people.planned()
    before = everything()
    assert preview_harm(incident=incident, cohort="everyone", answers=GRAVE).findings.severity == "severe"
    assert everything() == before


def test_an_unanswered_question_is_no_assessment(people: HandMade):
    incident = people.planned()
    with pytest.raises(IncompleteError) as refused:
        sign(incident, {name: said for name, said in MILD.items() if name != "intent"})
    assert "intent" in refused.value.message
    assert not HarmAssessment.objects.exists()


@pytest.mark.parametrize(
    ("cohort", "answers", "code"),
    [
        ("nobody", MILD, "cohort-unknown"),
        ("everyone", {**MILD, "intent": ("luck",)}, "harm-answer-unknown"),
        ("everyone", {**MILD, "colour": ("red",)}, "harm-answer-unknown"),
    ],
)
def test_what_does_not_exist_is_refused(people: HandMade, cohort, answers, code):
    incident = people.planned()
    with pytest.raises(UsageError) as refused:
        sign(incident, answers, cohort=cohort)
    assert refused.value.code == code


def test_the_database_itself_keeps_what_was_signed(people: HandMade):
    sign(people.planned())
    for change in (
        lambda: HarmAssessment.objects.update(severity="low"),
        lambda: HarmAssessment.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert HarmAssessment.objects.get().severity == "high"


def mild_incident(people: HandMade):
    """An incident in which the ledger itself shows little: one cohort of which nothing grave is known."""
    from amends.ledger.models import AffectedPerson, ExposureRecord, Recipient

    incident = people.planned()
    AffectedPerson.objects.update(exposed_kinds=["email"], status_at_exposure="released")
    ExposureRecord.objects.update(adverse_assumption=False, adverse_reasons=[])
    Recipient.objects.update(obtained_data=False)
    return incident


def test_a_decision_not_to_notify_is_recorded_by_two_with_a_day_of_review(people: HandMade):
    incident = mild_incident(people)
    sign(incident)
    done = decide(incident)
    assert not done.already
    stored = NotificationDecision.objects.get()
    assert (stored.first_signer, stored.second_signer, stored.review_on) == ("operator", "okafor", REVIEW_ON)
    *_, entry = journal.entries()
    assert (entry.verb, entry.reason) == ("decide_not_to_notify", "the key was never out")
    before = everything()
    assert decide(incident).already
    assert everything() == before


def test_a_decision_not_to_notify_takes_no_hold_no_notice_and_no_review_from_anybody(people: HandMade):
    incident = mild_incident(people)
    sign(incident)
    before = everything()
    decide(incident)
    after = everything()
    for table in TOUCHED_BY_NO_DECISION:
        assert after[table] == before[table], table
    assert Remedy.objects.filter(kind="hold").exclude(state="in_force").count() == 0
    assert not HoldEvent.objects.exclude(event="placed").exists()


def test_the_report_shows_each_signed_level_with_its_grounds_and_every_decision_not_to_notify(
    people: HandMade,
):
    from amends.casework.queries.overview import incident_overview
    from amends.figures.report import render_report

    incident = mild_incident(people)
    assert "Nobody has signed an assessment yet." in render_report(incident_overview(incident))
    sign(incident)
    decide(incident)
    page = render_report(incident_overview(incident))
    assert f"looked at again on {REVIEW_ON}" in page
    assert "Contact details let somebody be found" in page
    assert page.count("everyone (version 1)") == 3, "HIPAA does not apply without health data"


def test_people_who_are_to_be_told_are_told(people: HandMade):
    incident = people.planned()
    sign(incident)
    for regime in ("gdpr", "omb-m-17-12", "ca-pipeda", "hipaa"):
        with pytest.raises(RefusalError) as refused:
            decide(incident, regime=regime)
        assert refused.value.code == "harm-too-high"
    assert not NotificationDecision.objects.exists()


@pytest.mark.parametrize(
    ("changed", "kind", "code"),
    [
        ({"second": ""}, RefusalError, "second-signer-missing"),
        ({"second": " Operator"}, RefusalError, "second-signer-missing"),
        ({"regime": "lgpd"}, UsageError, "regime-unknown"),
        ({"version": 7}, UsageError, "assessment-missing"),
        ({"cohort": "in_custody"}, UsageError, "assessment-missing"),
        ({"on": date(2022, 11, 30)}, UsageError, "review-date-invalid"),
    ],
)
def test_a_decision_without_its_grounds_is_refused(people: HandMade, changed, kind, code):
    incident = mild_incident(people)
    sign(incident)
    before = everything()
    with pytest.raises(kind) as refused:
        decide(incident, **changed)
    assert refused.value.code == code
    assert everything() == before


def test_a_decision_on_a_version_that_has_been_replaced_is_refused(people: HandMade):
    incident = mild_incident(people)
    sign(incident)
    sign(incident, GRAVE)
    with pytest.raises(RefusalError) as refused:
        decide(incident)
    assert refused.value.code == "assessment-outdated"


def test_recipients_that_are_withheld_are_unknown_to_the_assessment_too(people: HandMade):
    incident = mild_incident(people)
    set_recipient_policy(incident=incident, tells="withheld", act=act("pending inquiry"))
    assert "unknown" in sign(incident).facts["recipients"]
    assert set(sign(incident).facts) == set(questions())
