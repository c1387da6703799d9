"""kill -9 at the worst moments: no announcement is lost, and a worker that marks before it sends is caught."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from amends.casework.acting_systems.outbox import LEASE
from amends.casework.announce_hold_list import announce_hold_list
from amends.casework.publish_hold_lists import publish_hold_lists
from amends.ledger.models import ListAnnouncement
from tests.acting_systems import act, registered
from tests.ledger_cases import LedgerCase
from tests.webhook_receiver import PATIENCE, Receiver, receiving

# A worker as it is, in a process of its own.
WORKER = """
import random
from tests.acting_systems import act
import django
django.setup()
from amends.casework.announce_hold_list import announce_hold_list
announce_hold_list(act=act(), chance=random.Random(1))
"""
# The twin with the planted bug: it records that it has sent, and then sends.
MARKS_FIRST = """
import random
from tests.acting_systems import act
import django
django.setup()
from django.db import transaction
from amends.casework.acting_systems.outbox import Answer, lease_next, settle
from amends.casework.acting_systems.webhook import send
now = act().now
leased = lease_next(now=now)
with transaction.atomic():
    settle(leased, Answer("sent"), now=now, chance=random.Random(1))
send(leased, bytes(32), now=now)
"""


def killed_in(program: str, ledger: LedgerCase, receiver: Receiver) -> None:
    """Run a worker until its webhook has come as far as it is let, and kill it there."""
    worker = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**ledger.environment, "DJANGO_SETTINGS_MODULE": "amends.server.settings"},
        stderr=subprocess.PIPE,
    )
    try:
        assert receiver.reached.wait(PATIENCE), "the worker never came to send"
        assert worker.poll() is None, worker.communicate()
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()


def announced_by_the_next_worker(receiver: Receiver) -> None:
    receiver.hang = ""
    later = LEASE + timedelta(seconds=1)
    while announce_hold_list(act=act(later=later), chance=random.Random(2)):
        pass


def lost(ledger: LedgerCase, program: str, *, hang: str) -> tuple[list[str], list[str]]:
    """Kill a worker, let the next one work, and return the announcements that never came and those that did."""
    with receiving() as receiver:
        receiver.hang = hang
        registered(ledger.home, webhook_url=receiver.url)
        publish_hold_lists(act=act())
        killed_in(program, ledger, receiver)
        announced_by_the_next_worker(receiver)
        owed = list(ListAnnouncement.objects.values_list("event_id", flat=True))
        assert len(owed) == 1
        return [event for event in owed if event not in receiver.event_ids], receiver.event_ids


@pytest.mark.parametrize(("hang", "times"), [("before", 1), ("after", 2)])
def test_no_announcement_is_lost_when_the_worker_is_killed_between_sending_and_recording(
    ledger: LedgerCase, hang: str, times: int
):
    """Killed before it arrived, it is sent once more; killed after, it comes twice under one event id."""
    missing, came = lost(ledger, WORKER, hang=hang)
    assert missing == []
    assert len(came) == times
    assert len(set(came)) == 1
    assert ListAnnouncement.objects.get().outcome == "sent"


def test_a_worker_that_marks_before_it_sends_is_caught(ledger: LedgerCase):
    missing, came = lost(ledger, MARKS_FIRST, hang="before")
    assert len(missing) == 1
    assert came == []
