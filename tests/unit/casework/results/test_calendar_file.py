"""The calendar of duties: read back as calendars read it, and free of everything that anybody typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from amends.casework.record_delay_request import record_delay_request
from amends.casework.record_trigger import record_trigger
from amends.casework.results.calendar_file import write_calendar
from amends.drill.canary import CANARY
from amends.ledger.models import Duty, Incident
from amends.vocabulary.errors import FaultError
from tests.unit.casework.duties_at_hand import delay_facts, duty_of
from tests.unit.casework.hand_made import NOW, REPORTED, HandMade, act

SUPPLEMENT = "us-federal/fisma_major_supplement"


def read(incident: Incident, folder: Path, name: str = "duties.ics") -> dict[str, Any]:
    """Write the calendar and read it again: reference of the duty → its entry."""
    write_calendar(incident, folder / name, now=NOW)
    calendar = Calendar.from_ical((folder / name).read_bytes())
    entries = [part for part in calendar.walk() if part.name in ("VEVENT", "VTODO")]
    return {str(entry["summary"]).split()[0]: entry for entry in entries}


def test_every_open_duty_is_an_entry_at_its_instant_with_alarms_before_it(people: HandMade, tmp_path):
    incident = people.opened()
    entries = read(incident, tmp_path)
    assert len(entries) == Duty.objects.filter(incident=incident).count()
    duty = duty_of(incident, SUPPLEMENT)
    entry = entries[duty.reference]
    assert entry.name == "VEVENT"
    assert entry.decoded("dtstart") == duty.due_at == datetime(2022, 12, 28, 18, 53, tzinfo=UTC)
    alarms = [part.decoded("trigger") for part in entry.walk("VALARM")]
    assert alarms == [timedelta(days=-15), timedelta(days=-1), timedelta()]


def test_a_duty_without_a_date_is_a_task_that_asks_for_one(people: HandMade, tmp_path):
    incident = people.opened()
    entry = read(incident, tmp_path)[duty_of(incident, "us-federal/individuals").reference]
    assert (entry.name, "due" in entry) == ("VTODO", False)
    assert "A person must set the date" in str(entry["description"])


def test_a_calendar_finds_the_same_duty_again_after_its_time_has_moved(people: HandMade, tmp_path):
    incident = people.opened()
    reference = duty_of(incident, "us-federal/cisa").reference
    before = read(incident, tmp_path)[reference]
    record_trigger(incident=incident, event="confirmation", at=REPORTED, source="minute", act=act())
    after = read(incident, tmp_path)[reference]
    assert before["uid"] == after["uid"]
    assert int(after["sequence"]) > int(before["sequence"])
    assert after.decoded("dtstart") == REPORTED + timedelta(hours=1)
    uids = [entry["uid"] for entry in read(incident, tmp_path).values()]
    assert len(set(uids)) == len(uids)


def test_every_entry_says_that_its_rule_is_unverified(people: HandMade, tmp_path):
    incident = people.opened()
    assert all("unverified" in str(entry["description"]) for entry in read(incident, tmp_path).values())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(categories=["L", "N"]), min_size=6, max_size=40))
def test_nothing_that_anybody_typed_reaches_the_calendar(people: HandMade, tmp_path, text):
    # A text that nobody else would write: a rule may well say what was drawn.
    text = f"zq{text}"
    typed = f"{CANARY}{text}"
    incident = people.opened()
    Incident.objects.filter(pk=incident.pk).update(title=typed, url=typed, disclosed_to=typed)
    Duty.objects.filter(incident=incident).update(
        what_was_done=typed, proof=typed, settled_by=typed, verdict_reason=typed, told=typed, due_reason=typed
    )
    incident.refresh_from_db()
    write_calendar(incident, tmp_path / "typed.ics", now=NOW)
    content = (tmp_path / "typed.ics").read_bytes().replace(b"\r\n ", b"").decode("utf-8").casefold()
    assert CANARY.casefold() not in content
    assert text.casefold() not in content


def test_who_asked_for_a_delay_stays_out_and_until_when_is_said(people: HandMade, tmp_path):
    incident = people.opened(jurisdictions=("us-hipaa",))
    key = "us-hipaa/individuals"
    facts = delay_facts(people.folder, REPORTED + timedelta(days=90), agency="Bureau of Secrets")
    record_delay_request(incident=incident, duties=[key], facts=facts, act=act())
    entry = read(incident, tmp_path)[duty_of(incident, key).reference]
    assert entry.decoded("dtstart") == REPORTED + timedelta(days=90)
    assert "Delayed on a stored request until 2023-02-26 18:53 UTC" in str(entry["description"])
    assert b"Secrets" not in (tmp_path / "duties.ics").read_bytes()


def test_a_calendar_that_cannot_be_written_is_a_fault_that_leaves_nothing_behind(people: HandMade, tmp_path):
    incident = people.opened()
    with pytest.raises(FaultError) as refused:
        write_calendar(incident, tmp_path / "missing" / "duties.ics", now=NOW)
    assert refused.value.code == "calendar-unwritable"
    assert not (tmp_path / "missing").exists()
