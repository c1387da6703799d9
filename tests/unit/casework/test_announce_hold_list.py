"""A system that is pushed learns of every list, at least once; and somebody is told when it does not."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from amends.casework.acting_systems.list_files import ListFolder
from amends.casework.acting_systems.outbox import (
    FAILURES_UNTIL_DISABLED,
    LEASE,
    LONGEST_DELAY,
    delay,
    lease_next,
)
from amends.casework.announce_hold_list import AnnouncedList, announce_hold_list
from amends.casework.publish_hold_lists import publish_hold_lists
from amends.casework.resume_push import resume_push
from amends.casework.retire_system import retire_system
from amends.gate_client.lists import announced_sequence
from amends.ledger import journal
from amends.ledger.models import ActingSystem, Alarm, ListAnnouncement
from tests.acting_systems import System, act, lift, registered
from tests.ledger_cases import NOW, LedgerCase, protected_incident
from tests.unit.casework.hand_made import everything
from tests.webhook_receiver import Receiver, receiving

ROWS = 4
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def pushed(ledger: LedgerCase, receiver: Receiver) -> System:
    """A system with one list that it has not been told of."""
    system = registered(ledger.home, webhook_url=receiver.url)
    publish_hold_lists(act=act())
    return system


def announce(*, later: timedelta = timedelta(0), seed: int = 1) -> AnnouncedList | None:
    return announce_hold_list(act=act(later=later), chance=random.Random(seed))


def outcome(*, later: timedelta = timedelta(0)) -> str:
    announced = announce(later=later)
    assert announced is not None
    return announced.outcome


def test_a_webhook_says_that_there_is_a_list_and_nothing_of_whom_it_holds(
    ledger: LedgerCase, receiver: Receiver, tmp_path: Path
):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home, webhook_url=receiver.url)
    publish_hold_lists(act=act())
    assert outcome() == "sent"
    (webhook,) = receiver.received
    assert json.loads(webhook.body) == {"type": "hold-list.published", "system": "removals", "sequence": 1}
    assert not [entry for entry in system.full(1).entries if entry in str(webhook)]
    assert announced_sequence(webhook.headers, webhook.body, system.keys, now=NOW.timestamp()) == 1
    assert announce() is None


def test_what_was_sent_is_not_sent_again(pushed: System, receiver: Receiver):
    assert outcome() == "sent"
    before = everything()
    assert announce(later=AN_HOUR) is None
    assert (len(receiver.received), everything()) == (1, before)
    assert [entry.verb for entry in journal.entries()][-1] == "announce_hold_list"


def test_a_failure_is_tried_again_later_under_the_same_event_id(pushed: System, receiver: Receiver):
    receiver.status = 500
    assert outcome() == "retry"
    assert announce() is None
    receiver.status = 204
    assert outcome(later=timedelta(minutes=1)) == "sent"
    assert len(receiver.event_ids) == 2
    assert len(set(receiver.event_ids)) == 1
    assert ActingSystem.objects.get().push_failures == 0


def test_a_receiver_that_says_duplicate_has_had_it(pushed: System, receiver: Receiver):
    receiver.status, receiver.answer = 409, b'{"error": "Duplicate event"}'
    assert outcome() == "duplicate"
    assert announce(later=AN_HOUR) is None


def test_another_conflict_is_a_failure(pushed: System, receiver: Receiver):
    receiver.status, receiver.answer = 409, b'{"error": "locked"}'
    assert outcome() == "retry"


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 429, 503])
def test_no_other_answer_counts_as_sent_and_no_redirect_is_followed(
    pushed: System, receiver: Receiver, status: int
):
    receiver.status, receiver.answer_headers = status, {"Location": receiver.url + "/elsewhere"}
    announced = announce()
    assert announced is not None
    assert (announced.outcome, announced.failure) == ("retry", f"status-{status}")
    assert [webhook.path for webhook in receiver.received] == ["/holds"]


def test_a_receiver_that_asks_for_time_is_given_it(pushed: System, receiver: Receiver):
    receiver.status, receiver.answer_headers = 503, {"Retry-After": "600"}
    assert outcome() == "retry"
    assert announce(later=timedelta(seconds=599)) is None
    assert announce(later=timedelta(seconds=600)) is not None


def test_nobody_at_the_address_is_a_failure(ledger: LedgerCase):
    registered(ledger.home, webhook_url="http://127.0.0.1:1/holds")
    publish_hold_lists(act=act())
    announced = announce()
    assert announced is not None
    assert (announced.outcome, announced.failure) == ("retry", "connection-refused")


@pytest.mark.parametrize("how", ["after", "drip", "drip body"])
def test_a_receiver_that_hangs_or_drips_holds_the_worker_for_its_time_and_no_longer(
    pushed: System, receiver: Receiver, how: str
):
    from amends.casework.acting_systems import webhook

    receiver.hang = how
    announced = announce_hold_list(
        act=act(),
        chance=random.Random(1),
        sending=lambda leased, key, now: webhook.send(leased, key, now=now, timeout=0.5),
    )
    assert announced is not None
    assert announced.outcome == "retry"
    assert announced.failure in {"timed-out", "no-answer"}


def test_the_waiting_doubles_up_to_an_hour_and_half_of_it_is_chance():
    chance = random.Random(7)
    waits = [[delay(attempt, chance=chance).total_seconds() for _ in range(200)] for attempt in range(1, 40)]
    for attempt, found in enumerate(waits, start=1):
        longest = min(5 * 2.0 ** (attempt - 1), LONGEST_DELAY.total_seconds())
        assert longest / 2 <= min(found) < max(found) <= longest
        assert max(found) - min(found) > longest / 4


def test_after_so_many_failures_it_is_stopped_and_an_alarm_is_raised_once(pushed: System, receiver: Receiver):
    receiver.status = 500
    outcomes = [outcome(later=AN_HOUR * n) for n in range(FAILURES_UNTIL_DISABLED)]
    assert outcomes == ["retry"] * (FAILURES_UNTIL_DISABLED - 1) + ["disabled"]
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.about, alarm.cleared_at) == ("push-disabled", "removals", None)
    assert alarm.detail["failures"] == FAILURES_UNTIL_DISABLED
    assert announce(later=AN_HOUR * 99) is None
    assert ListAnnouncement.objects.filter(outcome="").count() == 1


def test_a_resumed_system_is_told_at_once_and_its_alarm_is_cleared(pushed: System, receiver: Receiver):
    receiver.status = 410
    assert outcome() == "disabled"
    assert resume_push(name="removals", act=act()).owed == 1
    assert Alarm.objects.get().cleared_at is not None
    receiver.status = 200
    assert outcome() == "sent"
    before = everything()
    assert resume_push(name="removals", act=act()).already
    assert everything() == before


def test_a_later_list_makes_the_earlier_announcement_needless(
    ledger: LedgerCase, receiver: Receiver, tmp_path: Path
):
    incident = protected_incident(tmp_path, ROWS)
    registered(ledger.home, webhook_url=receiver.url)
    for row in (2, 3):
        publish_hold_lists(act=act())
        lift(incident, [row])
    publish_hold_lists(act=act())
    assert outcome() == "sent"
    assert announce() is None
    assert [json.loads(webhook.body)["sequence"] for webhook in receiver.received] == [3]
    outcomes = ListAnnouncement.objects.order_by("sequence").values_list("outcome", flat=True)
    assert list(outcomes) == ["superseded", "superseded", "sent"]


def test_one_system_that_fails_does_not_keep_another_waiting(ledger: LedgerCase, receiver: Receiver):
    registered(ledger.home, "broken", webhook_url="http://127.0.0.1:1/holds")
    registered(ledger.home, "removals", webhook_url=receiver.url)
    publish_hold_lists(act=act())
    found = [announce(), announce(), announce()]
    assert {a.system: a.outcome for a in found if a} == {"broken": "retry", "removals": "sent"}
    assert found[2] is None


def test_an_announcement_is_leased_to_one_worker_until_the_lease_runs_out(pushed: System):
    leased = lease_next(now=NOW)
    assert leased is not None
    assert lease_next(now=NOW + LEASE / 2) is None
    again = lease_next(now=NOW + LEASE)
    assert again is not None
    assert (again.event_id, again.attempt) == (leased.event_id, 2)
    assert again.lease != leased.lease


def test_a_worker_that_was_too_slow_does_not_undo_what_the_faster_one_recorded(
    pushed: System, receiver: Receiver
):
    from amends.casework.acting_systems.outbox import Answer, Leased

    def overtaken(leased: Leased, key: bytes, now: object) -> Answer:
        assert outcome(later=LEASE) == "sent"
        return Answer("failed", "timed-out")

    slow = announce_hold_list(act=act(), chance=random.Random(1), sending=overtaken)
    assert slow is not None
    assert slow.outcome == "settled"
    assert ListAnnouncement.objects.get().outcome == "sent"
    assert ActingSystem.objects.get().push_failures == 0


def test_a_retired_system_is_told_nothing_more(pushed: System, receiver: Receiver):
    retire_system(name="removals", act=act())
    assert announce() is None
    assert receiver.received == []


def test_what_is_announced_can_be_fetched_even_when_the_publication_was_killed_before_it_pointed(
    ledger: LedgerCase, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    system = registered(ledger.home, webhook_url=receiver.url)
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(ListFolder, "point", _killed)
        publish_hold_lists(act=act())
    assert ListFolder(system.folder).pointed() == {}
    assert outcome() == "sent"
    assert ListFolder(system.folder).pointed()["sequence"] == 1


def _killed(*args: object) -> None:
    raise RuntimeError("killed")
