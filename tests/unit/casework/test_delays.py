"""A law-enforcement delay: a stored request with an expiry, for duties whose rule knows one; then the clock fires."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from amends.casework.fire_clocks import fire_clocks
from amends.casework.record_delay_request import record_delay_request
from amends.casework.settle_duty import settle_duty
from amends.ledger.models import ClockFiring, DelayRequest, Incident, JournalEntry
from amends.ledger.vault import recover
from amends.vocabulary.errors import RefusalError, UsageError
from tests.unit.casework.duties_at_hand import delay_facts, done, duty_of
from tests.unit.casework.hand_made import NOW, REPORTED, HandMade, act, everything

DAY = timedelta(days=1)
HIPAA = "us-hipaa/individuals"


def delayed(people: HandMade, incident: Incident, until, *duties: str, **changed: object):
    return record_delay_request(
        incident=incident,
        duties=duties or (HIPAA,),
        facts=delay_facts(people.folder, until, **changed),
        act=act("asked to wait"),
    )


@pytest.fixture
def incident(people: HandMade) -> Incident:
    return people.opened(jurisdictions=("us-hipaa", "us-fl"))


def test_a_written_request_extends_the_due_time_to_its_expiry_and_lies_in_the_vault(people, incident, ledger):
    until = REPORTED + 90 * DAY
    recorded = delayed(people, incident, until)
    duty = duty_of(incident, HIPAA)
    assert (duty.due_by_rule, duty.due_at) == (REPORTED + 60 * DAY, until)
    assert recover(recorded.document_sha256, home=ledger.home) == b"please wait"
    entry = JournalEntry.objects.last()
    assert entry and entry.detail["until"] == until.isoformat()


def test_when_the_request_expires_the_clock_fires(people, incident):
    until = REPORTED + 90 * DAY
    delayed(people, incident, until)
    fire_clocks(incident=incident, act=act(days=87))
    due = ClockFiring.objects.filter(subject=f"duty:{HIPAA}", mark="due")
    assert not due.exists()
    fire_clocks(incident=incident, act=act(days=92))
    assert [firing.fires_at for firing in due] == [until]


def test_a_request_that_expires_before_the_period_does_not_shorten_it(people, incident):
    delayed(people, incident, REPORTED + 10 * DAY)
    assert duty_of(incident, HIPAA).due_at == REPORTED + 60 * DAY


def test_a_duty_without_a_period_is_due_when_the_delay_ends(people, incident):
    delayed(people, incident, REPORTED + 20 * DAY, "us-fl/individuals")
    assert duty_of(incident, "us-fl/individuals").due_at == REPORTED + 20 * DAY


def test_a_later_request_takes_the_place_of_the_first_and_can_shorten_it(people, incident):
    delayed(people, incident, REPORTED + 90 * DAY)
    delayed(people, incident, REPORTED + 70 * DAY)
    assert duty_of(incident, HIPAA).due_at == REPORTED + 70 * DAY
    assert DelayRequest.objects.count() == 2


def test_the_same_request_twice_is_one(people, incident):
    delayed(people, incident, REPORTED + 90 * DAY)
    before = everything()
    assert delayed(people, incident, REPORTED + 90 * DAY).already
    assert everything() == before


def test_a_request_by_word_of_mouth_lasts_as_long_as_the_rule_allows_however_often_it_is_made(
    people, incident
):
    delayed(people, incident, REPORTED + 30 * DAY, oral=True)
    before = everything()
    with pytest.raises(RefusalError) as refused:
        delayed(people, incident, REPORTED + 31 * DAY, oral=True)
    assert refused.value.code == "delay-oral"
    with pytest.raises(RefusalError) as refused:
        later = {"oral": True, "requested_at": REPORTED + DAY}
        delayed(people, incident, REPORTED + 31 * DAY, **later)
    assert refused.value.code == "delay-oral"
    assert everything() == before


@pytest.mark.parametrize(
    ("until", "duty", "changed", "code"),
    [
        (REPORTED + DAY, "us-fl/individuals", {"oral": True}, "delay-oral"),
        (REPORTED + DAY, "us-fl/bureaus", {}, "delay-not-known"),
        (REPORTED + DAY, "us-hipaa/hhs_log", {}, "delay-not-known"),
        (REPORTED, HIPAA, {}, "delay-without-expiry"),
        (REPORTED + DAY, HIPAA, {"agency": " "}, "agency-missing"),
        (REPORTED + DAY, HIPAA, {"document": Path("nowhere.pdf")}, "delay-request-missing"),
        (NOW + 9 * DAY, HIPAA, {"requested_at": NOW + DAY}, "time-in-the-future"),
    ],
)
def test_a_delay_without_ground_document_or_end_is_refused_and_changes_nothing(
    people, incident, until, duty, changed, code
):
    before = everything()
    with pytest.raises((RefusalError, UsageError)) as refused:
        delayed(people, incident, until, HIPAA, duty, **changed)
    assert refused.value.code == code
    assert everything() == before


def test_a_duty_that_is_done_does_not_wait(people, incident):
    settle_duty(incident=incident, duties=[HIPAA], settlement=done(), act=act())
    with pytest.raises(RefusalError) as refused:
        delayed(people, incident, REPORTED + 90 * DAY)
    assert refused.value.code == "duty-settled"


def test_a_stored_request_cannot_be_changed_in_the_database(people, incident):
    delayed(people, incident, REPORTED + 90 * DAY)
    for statement in ("UPDATE ledger_delayrequest SET agency = 'x'", "DELETE FROM ledger_delayrequest"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
