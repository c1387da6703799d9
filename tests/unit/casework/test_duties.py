"""Duties from their first hour to their end: started, triggered, corrected, recounted, dated, settled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from amends.casework.close_incident import close_incident, what_is_open
from amends.casework.correct_timestamp import Correction, correct_timestamp
from amends.casework.date_duty import date_duty
from amends.casework.open_incident import open_incident
from amends.casework.queries.duties import list_duties
from amends.casework.record_trigger import record_trigger
from amends.casework.recount_duties import recount_duties
from amends.casework.settle_duty import Settlement, settle_duty
from amends.ledger.models import (
    AffectedPerson,
    Duty,
    DutyEvent,
    DutyScope,
    Incident,
    JournalEntry,
    LeakedRow,
    RecordedTime,
    Remedy,
)
from amends.vocabulary.errors import RefusalError, UsageError
from tests.unit.casework.duties_at_hand import done, duty_of
from tests.unit.casework.hand_made import NOW, REPORTED, HandMade, act, everything, journal_verbs

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CISA, CONGRESS, SUPPLEMENT = (
    "us-federal/cisa",
    "us-federal/fisma_major_congress",
    "us-federal/fisma_major_supplement",
)
TOLD = "us-federal/individuals"


def determined(incident: Incident, at: datetime = NOW, event: str = "determination"):
    return record_trigger(incident=incident, event=event, at=at, source="minute 4", act=act("it was decided"))


def test_an_incident_starts_the_clocks_of_its_playbook_and_those_named_beside_it(people: HandMade):
    incident = people.opened(jurisdictions=("us-ca", "us-federal"), roles=("federal_agency",))
    keys = {duty.key for duty in Duty.objects.filter(incident=incident)}
    assert {CISA, CONGRESS, "us-ca/individuals", "us-ca/medical"} <= keys
    assert DutyEvent.objects.filter(kind="started").count() == len(keys) == Duty.objects.count()
    assert DutyScope.objects.get(incident=incident).jurisdictions == ["us-federal", "us-ca"]


def test_the_version_of_the_law_is_the_one_of_its_day(people: HandMade):
    # The hand-made incident is of 2022, when California had no fixed period.
    incident = people.opened(jurisdictions=("us-ca",))
    duty = duty_of(incident, "us-ca/individuals")
    assert (duty.rule, duty.due_at) == ("us-ca/individuals@to-2025", None)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"jurisdictions": ("us-atlantis",)}, "unknown-jurisdiction"), ({"roles": ("baker",)}, "role-unknown")],
)
def test_a_misspelt_law_or_role_opens_nothing(people: HandMade, change, code):
    with pytest.raises(UsageError) as refused:
        people.opened(**change)
    assert refused.value.code == code
    assert not Incident.objects.exists()


def test_a_determination_starts_its_clock_when_it_happens_and_no_other(people: HandMade):
    incident = people.opened()
    assert duty_of(incident, CONGRESS).due_at is None
    cisa = duty_of(incident, CISA).due_at
    recorded = determined(incident)
    assert {each.key for each in recorded.changes} == {CONGRESS, TOLD}
    assert duty_of(incident, CONGRESS).due_at == NOW + 7 * DAY
    assert duty_of(incident, CISA).due_at == cisa is None
    assert journal_verbs()[-1] == "record_trigger"


def test_the_same_trigger_twice_changes_nothing_and_another_time_is_a_correction(people: HandMade):
    incident = people.opened()
    determined(incident)
    before = everything()
    assert determined(incident).already
    with pytest.raises(RefusalError) as refused:
        determined(incident, NOW - HOUR)
    assert refused.value.code == "trigger-recorded"
    assert everything() == before


def test_a_confirmation_is_the_third_timestamp_and_starts_the_hour(people: HandMade):
    incident = people.opened()
    determined(incident, REPORTED + HOUR, "confirmation")
    incident.refresh_from_db()
    assert incident.confirmed_at == REPORTED + HOUR
    assert incident.timestamp_sources["confirmed_at"]["source"] == "minute 4"
    assert duty_of(incident, CISA).due_at == REPORTED + 2 * HOUR


@pytest.mark.parametrize(
    ("event", "at", "source", "code"),
    [
        ("hearsay", NOW, "x", "trigger-unknown"),
        ("determination", NOW, " ", "source-missing"),
        ("determination", NOW + DAY, "x", "time-in-the-future"),
        ("determination", REPORTED - 30 * DAY, "x", "times-out-of-order"),
    ],
)
def test_a_trigger_that_cannot_be_is_refused_and_changes_nothing(people: HandMade, event, at, source, code):
    incident = people.opened()
    before = everything()
    with pytest.raises(UsageError) as refused:
        record_trigger(incident=incident, event=event, at=at, source=source, act=act())
    assert refused.value.code == code
    assert everything() == before


def test_a_corrected_report_moves_what_counts_from_it_and_keeps_the_old_value(people: HandMade):
    incident = people.planned()
    notices = Remedy.objects.filter(incident=incident, kind="notice")
    due = dict(notices.values_list("pk", "due_at"))
    correction = Correction("reported_at", REPORTED - HOUR, "telephone log")
    corrected = correct_timestamp(incident=incident, correction=correction, act=act("the log is earlier"))
    assert corrected.before == REPORTED
    assert duty_of(incident, SUPPLEMENT).due_at == REPORTED - HOUR + 30 * DAY
    moved = dict(notices.values_list("pk", "due_at"))
    dated = {key: before for key, before in due.items() if before}
    assert dated
    assert {key: moved[key] for key in dated} == {key: before - HOUR for key, before in dated.items()}
    record = RecordedTime.objects.get(incident=incident, name="reported_at")
    assert (record.before, record.at, record.source) == (REPORTED, REPORTED - HOUR, "telephone log")
    entry = JournalEntry.objects.last()
    assert entry and entry.detail["before"] == REPORTED.isoformat()
    assert corrected.stale["identifications"] == 1


def test_a_corrected_exposure_changes_the_duration_and_says_what_was_made_from_the_old_one(people: HandMade):
    incident = people.planned()
    long = incident.exposure_duration
    at = incident.exposed_from - HOUR
    corrected = correct_timestamp(
        incident=incident, correction=Correction("exposed_from", at, "log"), act=act()
    )
    incident.refresh_from_db()
    assert incident.exposure_duration == long + HOUR
    assert corrected.stale["exposure assessments"] == 1
    # Opened again with the right time it is the same incident, and with the wrong one it is refused.
    assert open_incident(facts=people.facts(exposed_from=at), act=act()).already
    with pytest.raises(UsageError) as refused:
        people.opened()
    assert refused.value.code == "incident-differs"
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (Correction("closed_at", NOW, "log"), "timestamp-unknown"),
        (Correction("reported_at", NOW, " "), "source-missing"),
        (Correction("reported_at", NOW, "log", "certain"), "confidence-unknown"),
        (Correction("determination", NOW, "log"), "timestamp-missing"),
        (Correction("reported_at", NOW + DAY, "log"), "time-in-the-future"),
        (Correction("removed_at", REPORTED - 9 * DAY, "log"), "times-out-of-order"),
        (Correction("exposed_from", REPORTED + HOUR, "log"), "times-out-of-order"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(people: HandMade, correction, code):
    incident = people.opened()
    before = everything()
    with pytest.raises(UsageError) as refused:
        correct_timestamp(incident=incident, correction=correction, act=act())
    assert refused.value.code == code
    assert everything() == before


def test_a_recorded_event_is_corrected_and_its_clock_with_it_once(people: HandMade):
    incident = people.opened()
    determined(incident)
    right = Correction("determination", NOW - HOUR, "minute 5")
    assert not correct_timestamp(incident=incident, correction=right, act=act()).already
    assert duty_of(incident, CONGRESS).due_at == NOW - HOUR + 7 * DAY
    before = everything()
    assert correct_timestamp(incident=incident, correction=right, act=act()).already
    assert everything() == before


def test_a_duty_ends_by_a_person_and_the_record_says_that_the_rule_was_unverified(people: HandMade):
    incident = people.opened()
    settled = settle_duty(incident=incident, duties=[CISA], settlement=done(by="A. Officer"), act=act("sent"))
    duty = duty_of(incident, CISA)
    assert (duty.state, duty.settled_by, duty.proof, duty.settled_while_unverified) == (
        "done",
        "A. Officer",
        "receipt 12",
        True,
    )
    assert settled.unverified == (duty.reference,)
    entry = JournalEntry.objects.last()
    assert entry and entry.detail["unverified"] == [duty.reference]
    assert duty.events.last().kind == "done"  # type: ignore[union-attr]


def test_what_was_done_too_late_is_called_late(people: HandMade):
    incident = people.opened(confirmed_at=REPORTED + HOUR)
    settled = settle_duty(incident=incident, duties=[CISA], settlement=done(), act=act())
    assert settled.late == (duty_of(incident, CISA).reference,)
    (line,) = [each for each in list_duties(incident, now=NOW) if each.key == CISA]
    assert line.state == "done_late"


@pytest.mark.parametrize(
    ("settlement", "code"),
    [
        (Settlement(), "settlement-incomplete"),
        (done(proof=" "), "settlement-incomplete"),
        (done(done_at=None), "settlement-incomplete"),
        (done(what=""), "settlement-incomplete"),
        (done(done_at=NOW + DAY), "done-at-impossible"),
        (done(done_at=REPORTED - 30 * DAY), "done-at-impossible"),
        (done(withdrawn=True), "settlement-contradicts"),
        (done(proof="9" * 201), "text-too-long"),
    ],
)
def test_a_duty_does_not_end_without_what_when_and_proof(people: HandMade, settlement, code):
    incident = people.opened()
    before = everything()
    with pytest.raises(UsageError) as refused:
        settle_duty(incident=incident, duties=[CISA], settlement=settlement, act=act())
    assert refused.value.code == code
    assert everything() == before


def test_duties_that_are_not_named_or_not_this_incidents_are_refused_and_none_is_settled(people: HandMade):
    incident = people.opened()
    before = everything()
    for named, code in (
        ([], "duties-missing"),
        ([CISA, "us-fl/individuals"], "duty-unknown"),
        (["D-999999"], "duty-unknown"),
    ):
        with pytest.raises(UsageError) as refused:
            settle_duty(incident=incident, duties=named, settlement=done(), act=act())
        assert refused.value.code == code
    assert everything() == before


def test_a_settlement_a_second_time_changes_nothing_and_another_is_refused(people: HandMade):
    incident = people.opened()
    settle_duty(incident=incident, duties=[CISA], settlement=done(), act=act())
    before = everything()
    assert settle_duty(incident=incident, duties=[CISA], settlement=done(), act=act(days=3)).already
    with pytest.raises(RefusalError) as refused:
        settle_duty(incident=incident, duties=[CISA], settlement=done(proof="receipt 13"), act=act())
    assert refused.value.code == "duty-settled"
    assert everything() == before


def test_a_count_decides_nothing_alone_and_what_it_changes_is_journalled(people: HandMade):
    incident = people.opened(jurisdictions=("us-az",), roles=("business",))
    assert "nobody has been counted" in duty_of(incident, "us-az/authorities").verdict_reason
    with_rows(incident, 1001)
    recounted = recount_duties(incident=incident, act=act())
    assert recounted.upper == 1001
    duty = duty_of(incident, "us-az/authorities")
    assert (duty.verdict, duty.state) == ("applies", "open")
    entry = JournalEntry.objects.last()
    assert entry and entry.detail["duties"][duty.reference]["verdict"] == ["person_decides", "applies"]
    before = everything()
    assert recount_duties(incident=incident, act=act(days=3)).already
    assert everything() == before


def test_a_smaller_count_never_ends_a_duty(people: HandMade):
    incident = people.opened(jurisdictions=("us-az",), roles=("business",))
    with_rows(incident, 20)
    recount_duties(incident=incident, act=act())
    duty = duty_of(incident, "us-az/authorities")
    assert (duty.state, duty.verdict) == ("open", "person_decides")
    assert "at most 20" in duty.verdict_reason


def test_a_duty_that_a_person_withdrew_opens_again_when_the_count_reaches_it(people: HandMade):
    incident = people.opened(jurisdictions=("us-az",), roles=("business",))
    with_rows(incident, 20)
    recount_duties(incident=incident, act=act())
    withdrawn = Settlement(withdrawn=True)
    settle_duty(incident=incident, duties=["us-az/authorities"], settlement=withdrawn, act=act("only twenty"))
    assert duty_of(incident, "us-az/authorities").state == "withdrawn_by_person"
    with_rows(incident, 1001)
    recount_duties(incident=incident, act=act())
    duty = duty_of(incident, "us-az/authorities")
    assert (duty.state, duty.settled_at, duty.settled_by) == ("open", None, "")
    assert duty.events.last().kind == "reopened"  # type: ignore[union-attr]


def test_residence_is_counted_where_the_registry_knows_it_and_else_everybody_may_live_there(people: HandMade):
    incident = people.planned()
    from amends.casework.duties.counting import headcount

    rows = LeakedRow.objects.filter(incident=incident).count()
    assert (headcount(incident).upper, headcount(incident).residence) == (rows, {})
    linked = AffectedPerson.objects.filter(incident=incident, rows__outcome="match").distinct()
    for person, lives in zip(linked.order_by("pk"), ("us-ca", "US", "somewhere", "BR"), strict=False):
        person.facts = {**person.facts, "residence": lives}
        person.save()
    counted = headcount(incident).residence
    assert set(counted) == {"US-CA", "US", "BR"}
    LeakedRow.objects.filter(incident=incident, outcome="unmatched").update(outcome="refused")
    assert headcount(incident).upper == rows - 1


def test_a_date_that_a_person_sets_is_never_later_than_the_rule(people: HandMade):
    incident = people.opened()
    by_rule = duty_of(incident, SUPPLEMENT).due_at
    assert by_rule
    date_duty(incident=incident, duties=[TOLD], due=NOW + 3 * DAY, act=act("counsel says so"))
    assert duty_of(incident, TOLD).due_at == NOW + 3 * DAY
    before = everything()
    assert date_duty(incident=incident, duties=[TOLD], due=NOW + 3 * DAY, act=act()).already
    with pytest.raises(RefusalError) as refused:
        date_duty(incident=incident, duties=[SUPPLEMENT], due=by_rule + HOUR, act=act())
    assert refused.value.code == "date-after-rule"
    assert everything() == before
    date_duty(incident=incident, duties=[SUPPLEMENT], due=by_rule - DAY, act=act())
    determined(incident)
    assert duty_of(incident, SUPPLEMENT).due_at == by_rule - DAY


def test_an_incident_whose_duties_are_settled_can_be_closed(people: HandMade):
    from amends.remedy.workflow_table import final_states

    incident = people.planned()
    for kind, finals in final_states().items():
        Remedy.objects.filter(kind=kind).update(state=min(finals))
    LeakedRow.objects.filter(outcome="review").update(outcome="match")
    assert set(what_is_open(incident)) == {"duties"}
    keys = [duty.key for duty in Duty.objects.filter(incident=incident)]
    settle_duty(incident=incident, duties=keys[:2], settlement=done(), act=act())
    settle_duty(
        incident=incident, duties=keys[2:], settlement=Settlement(withdrawn=True), act=act("not major")
    )
    assert close_incident(incident=incident, act=act("done")).incident.closed_at == NOW


def test_the_history_of_a_duty_cannot_be_changed_or_deleted(people: HandMade):
    incident = people.opened()
    determined(incident)
    statements = (
        "UPDATE ledger_dutyevent SET actor = 'nobody'",
        "DELETE FROM ledger_dutyevent",
        "UPDATE ledger_recordedtime SET actor = 'nobody'",
        "DELETE FROM ledger_recordedtime",
    )
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_overdue_is_what_the_clock_says(people: HandMade):
    incident = people.opened()
    (line,) = [each for each in list_duties(incident, now=NOW) if each.key == SUPPLEMENT]
    assert (line.state, line.verification) == ("open", "unverified")
    assert [name for name, _ in line.warnings] == ["half", "day_before", "due", "overdue", "overdue_week"]
    later = list_duties(incident, now=datetime(2023, 2, 1, tzinfo=UTC))
    assert [each.state for each in later if each.key == SUPPLEMENT] == ["overdue"]


def with_rows(incident: Incident, rows: int) -> None:
    """Let the incident have exactly so many rows with health data."""
    LeakedRow.objects.filter(incident=incident).delete()
    LeakedRow.objects.bulk_create(
        LeakedRow(incident=incident, table_name="t", row_number=n, hidden=False, exposed_kinds=["health"])
        for n in range(rows)
    )
