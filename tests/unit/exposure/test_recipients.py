"""One entry for each client address over all its requests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amends.exposure.assessment import AccessEvent, AccessRequest, AccessVerdict, AssessedRecipient
from amends.exposure.readers import ReaderClassifier
from amends.exposure.recipients import canonical_address, group_recipients, strongest
from amends.exposure.verdicts import DocumentSize, judge
from tests.unit.exposure.access_logs import EXPOSED, REMOVED, SIZE, event

FULL = DocumentSize(SIZE, "stated")


def recipients(*events: AccessEvent) -> tuple[AssessedRecipient, ...]:
    requests = [
        AccessRequest(each, judge(each, FULL).verdict, EXPOSED <= each.time <= REMOVED) for each in events
    ]
    return group_recipients(requests, size=FULL, classifier=ReaderClassifier())


def test_a_client_is_counted_once_with_its_strongest_verdict() -> None:
    start = EXPOSED + timedelta(minutes=5)
    events = [event((404, 10)), event((200, 100)), event((304, 0)), event(method="HEAD", time=start)]
    [found] = recipients(*events)
    assert (found.verdict, found.requests, found.statuses) == (AccessVerdict.ABORTED, 4, (200, 304, 404))
    assert (found.first_seen, found.last_seen) == (start, EXPOSED + timedelta(hours=1))
    assert found.bytes_sent == 110


def test_ranges_of_one_client_make_a_copy_and_ranges_of_two_do_not() -> None:
    halves = (206, SIZE // 2 + 1)
    [one] = recipients(event(halves), event(halves))
    two = recipients(event(halves), event(halves, client="192.0.2.8"))
    assert one.verdict is AccessVerdict.COMPLETE_BY_RANGES
    assert [each.verdict for each in two] == [AccessVerdict.PARTIAL] * 2


def test_a_client_that_obtained_nothing_is_in_evidence_as_such() -> None:
    [found] = recipients(event((404, 10)))
    assert not found.verdict.obtained_data


def test_a_client_from_outside_the_window_is_a_recipient_too() -> None:
    [late] = recipients(event(time=REMOVED + timedelta(seconds=1)))
    assert (late.verdict, late.in_window) == (AccessVerdict.FULL, False)


@pytest.mark.parametrize(
    ("spellings", "one"),
    [
        (["192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:207"], "192.0.2.7"),
        (["2001:db8::7", "2001:0DB8:0:0:0:0:0:7"], "2001:db8::7"),
        (["Reader.Example.NET", "reader.example.net"], "reader.example.net"),
    ],
)
def test_one_address_under_several_spellings_is_one_client(spellings: list[str], one: str) -> None:
    assert {canonical_address(each) for each in spellings} == {one}
    assert len(recipients(*(event(client=each) for each in spellings))) == 1


def test_strength_follows_the_evidence_of_a_copy() -> None:
    assert strongest(list(AccessVerdict)[::-1]) is AccessVerdict.FULL
    assert strongest([AccessVerdict.DENIED, AccessVerdict.UNKNOWN]) is AccessVerdict.UNKNOWN
