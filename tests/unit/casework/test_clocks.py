"""Clocks go off once, late rather than never, whenever the program runs, dies, or runs twice at once."""

from __future__ import annotations

import math
import secrets
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.casework.acts import Act
from amends.casework.clocks.marks import marks_between
from amends.casework.clocks.telling import CLAIM_LASTS, claim_untold, confirm_told
from amends.casework.fire_clocks import fire_clocks
from amends.casework.queries.untold import list_untold
from amends.casework.settle_duty import settle_duty
from amends.ledger import journal
from amends.ledger.models import ClockFiring, Duty, Incident, JournalEntry, Remedy
from tests.unit.casework.duties_at_hand import done
from tests.unit.casework.hand_made import NOW, REPORTED, HandMade, act, everything

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIOD = 5 * DAY
END = PERIOD + 9 * DAY
MINUTES = int(END / timedelta(minutes=1))
# Minutes after the start at which the program happens to run, and whether it is killed before it commits.
RUNS = st.lists(st.tuples(st.integers(0, MINUTES), st.booleans()), max_size=8)
UNDISTURBED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class PowerCutError(BaseException):
    """The process ends here."""


def at(instant: datetime) -> Act:
    return Act("cron", "the clocks were asked", instant)


def one_duty(start: datetime = REPORTED) -> Incident:
    """An incident of its own with one duty of five days and nobody who waits to be told."""
    incident = Incident.objects.create(
        reference=secrets.token_hex(8),
        title="x",
        exposed_from=start - HOUR,
        reported_at=start,
        removed_at=start,
        opened_at=start,
        population_held_at=start,
        playbook="custody",
        playbook_version="1",
    )
    Duty.objects.create(
        incident=incident,
        rule="x/y@1",
        jurisdiction="x",
        name="y",
        told="somebody",
        trigger="discovery",
        triggered_at=start,
        due_at=start + PERIOD,
    )
    return incident


def never_twice_never_not_at_all(incident: Incident, survived: list[datetime], fired: Counter[str]) -> bool:
    """Whether each mark went off at the first run that survived behind it, and only then."""
    marks = marks_between(REPORTED, REPORTED + PERIOD)
    expected = Counter(mark.name for mark in marks if any(run >= mark.at for run in survived))
    return fired == expected


@UNDISTURBED
@given(runs=RUNS)
def test_whenever_the_program_runs_or_dies_each_mark_goes_off_once_and_says_how_late(ledger, runs):
    incident = one_duty()
    survived = []
    for minutes, killed in sorted(runs):
        now = REPORTED + timedelta(minutes=minutes)
        if killed:
            with pytest.MonkeyPatch.context() as patched, pytest.raises(PowerCutError):
                patched.setattr(journal, "append", _cut)
                fire_clocks(incident=incident, act=at(now))
                # Nothing had to be written, so nothing could be cut.
                raise PowerCutError
        else:
            fire_clocks(incident=incident, act=at(now))
            survived.append(now)
    firings = list(ClockFiring.objects.filter(incident=incident))
    assert never_twice_never_not_at_all(incident, survived, Counter(f.mark for f in firings))
    for firing in firings:
        first = min(run for run in survived if run >= firing.fires_at)
        assert firing.fired_at == first
        assert firing.late_by == first - firing.fires_at
    entries = JournalEntry.objects.filter(incident=incident.reference, verb="fire_clocks")
    assert sum(entry.detail["fired"] for entry in entries) == len(firings)


def test_the_hourly_rule_that_asks_whether_it_is_now_is_caught_by_the_same_property(ledger):
    """The twin: ``floor(hours) == delay`` loses a mark with one missed run, and doubles it with one run too many."""

    def fires_by_the_hour(runs: list[datetime]) -> Counter[str]:
        fired: Counter[str] = Counter()
        for now in runs:
            hours = math.floor((now - REPORTED) / HOUR)
            for mark in marks_between(REPORTED, REPORTED + PERIOD):
                fired[mark.name] += hours == math.floor((mark.at - REPORTED) / HOUR)
        return +fired

    missed = [REPORTED + PERIOD + 3 * HOUR]
    twice = [REPORTED + PERIOD / 2, REPORTED + PERIOD / 2 + timedelta(minutes=20)]
    for runs in (missed, twice):
        incident = one_duty()
        assert not never_twice_never_not_at_all(incident, runs, fires_by_the_hour(runs))
        for now in runs:
            fire_clocks(incident=incident, act=at(now))
        ours = Counter(ClockFiring.objects.filter(incident=incident).values_list("mark", flat=True))
        assert never_twice_never_not_at_all(incident, runs, ours)


def test_several_runs_at_once_fire_each_mark_once(ledger):
    incident = one_duty()
    now = REPORTED + END
    barrier = threading.Barrier(4)

    def run(_number: int) -> int:
        try:
            barrier.wait(timeout=60)
            return len(fire_clocks(incident=incident, act=at(now)).fired)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        fired = list(pool.map(run, range(4)))
    marks = marks_between(REPORTED, REPORTED + PERIOD)
    assert sum(fired) == ClockFiring.objects.filter(incident=incident).count() == len(marks)
    assert sorted(fired)[:3] == [0, 0, 0]
    assert JournalEntry.objects.filter(verb="fire_clocks").count() == 1


def test_the_database_itself_refuses_a_second_firing_an_early_one_and_a_deletion(ledger):
    incident = one_duty()
    fire_clocks(incident=incident, act=at(REPORTED + END))
    firing = ClockFiring.objects.filter(incident=incident)[0]
    same: dict[str, Any] = {
        "incident": incident,
        "subject": firing.subject,
        "due_at": firing.due_at,
        "fires_at": firing.fires_at,
        "open_count": 1,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockFiring.objects.create(**same, mark=firing.mark, fired_at=firing.fired_at + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockFiring.objects.create(**same, mark="other", fired_at=firing.fires_at - DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        firing.delete()


def test_a_due_time_that_moves_is_another_clock(ledger):
    incident = one_duty()
    fire_clocks(incident=incident, act=at(REPORTED + PERIOD))
    assert "due" in marks_fired(incident)
    Duty.objects.filter(incident=incident).update(due_at=REPORTED + PERIOD + 3 * DAY)
    fire_clocks(incident=incident, act=at(REPORTED + PERIOD + 3 * DAY))
    assert marks_fired(incident)["due"] == 2


def test_what_was_done_in_time_no_longer_goes_off(people: HandMade):
    incident = people.opened()
    key = "us-federal/fisma_major_supplement"
    settle_duty(incident=incident, duties=[key], settlement=done(), act=act())
    fire_clocks(incident=incident, act=at(NOW + 200 * DAY))
    subjects = set(ClockFiring.objects.values_list("subject", flat=True))
    assert f"duty:{key}" not in subjects
    assert "duty:us-federal/breach_congress" in subjects


def test_a_duty_without_a_date_is_heard_of_after_a_day(people: HandMade):
    incident = people.opened()
    fire_clocks(incident=incident, act=at(NOW + DAY - HOUR))
    assert marks_fired(incident)["undated"] == 0
    fire_clocks(incident=incident, act=at(NOW + DAY))
    undated = Duty.objects.filter(incident=incident, due_at=None).count()
    assert marks_fired(incident)["undated"] == undated > 0


def test_measures_that_are_due_go_off_by_kind_and_count_and_holds_in_force_do_not(people: HandMade):
    incident = people.planned()
    fired = fire_clocks(incident=incident, act=at(NOW + 400 * DAY))
    subjects = {firing.subject: firing.open_count for firing in fired.fired}
    assert not any(subject.startswith("remedy:hold") for subject in subjects)
    notices = Remedy.objects.filter(incident=incident, kind="notice", entitlement="notice_person").count()
    assert subjects["remedy:notice:notice_person"] == notices
    assert fired.overdue["remedy:notice:notice_person"] == notices


def test_people_who_are_not_told_raise_an_alarm_that_names_nobody(people: HandMade):
    incident = people.planned()
    fire_clocks(incident=incident, act=at(REPORTED + 31 * DAY))
    untold = ClockFiring.objects.filter(incident=incident, subject="untold")
    assert {f.mark for f in untold} == {"untold_7_days", "untold_14_days", "untold_30_days"}
    listed = list_untold(incident, now=REPORTED + 31 * DAY, limit=3)
    assert (listed.total, len(listed.oldest), listed.age) == (7, 3, 31 * DAY)
    assert listed.is_alarming(30 * DAY)
    assert not listed.is_alarming(31 * DAY)
    assert all(each.notice.startswith("N-") for each in listed.oldest)


def test_somebody_whose_notice_is_proven_is_told(people: HandMade):
    incident = people.planned()
    before = list_untold(incident, now=NOW, limit=9).total
    notice = Remedy.objects.filter(incident=incident, kind="notice", addressee="person").order_by("id")[0]
    Remedy.objects.filter(pk=notice.pk).update(state="dispatched")
    assert list_untold(incident, now=NOW, limit=9).total == before
    Remedy.objects.filter(pk=notice.pk).update(state="delivered")
    assert list_untold(incident, now=NOW, limit=9).total == before - 1


def test_before_anybody_is_identified_the_rows_count_as_untold(people: HandMade):
    listed = list_untold(people.protected(), now=REPORTED + 8 * DAY, limit=9)
    assert (listed.total, listed.identified, listed.oldest) == (8, False, ())
    assert listed.is_alarming(7 * DAY)


def test_the_clocks_of_a_closed_incident_are_silent(ledger):
    incident = one_duty()
    Incident.objects.filter(pk=incident.pk).update(closed_at=REPORTED)
    before = everything()
    assert fire_clocks(incident=incident, act=at(REPORTED + END)).already
    assert everything() == before


def test_a_firing_that_nobody_was_told_of_is_told_again_and_says_so(ledger):
    incident = one_duty()
    now = REPORTED + END
    fire_clocks(incident=incident, act=at(now))
    first = claim_untold(now=now)
    assert {firing.tellings for firing in first} == {1}
    # Another run at the same time takes nothing; this one dies before it confirms.
    assert claim_untold(now=now + CLAIM_LASTS / 2) == []
    again = claim_untold(now=now + CLAIM_LASTS)
    assert ({f.pk for f in again}, {f.tellings for f in again}) == ({f.pk for f in first}, {2})
    confirm_told(again, now=now + CLAIM_LASTS)
    assert claim_untold(now=now + 9 * DAY) == []


def marks_fired(incident: Incident) -> Counter[str]:
    return Counter(ClockFiring.objects.filter(incident=incident).values_list("mark", flat=True))


def _cut(*_args: object, **_more: object) -> None:
    raise PowerCutError
