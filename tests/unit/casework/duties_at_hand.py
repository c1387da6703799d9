"""Short ways to the duties of an incident, for the tests of the verbs that touch them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from tests.unit.casework.hand_made import NOW, REPORTED, HandMade, act

if TYPE_CHECKING:
    from amends.casework.record_delay_request import DelayFacts
    from amends.casework.settle_duty import Settlement
    from amends.ledger.models import Duty, Incident


def duty_of(incident: Incident, key: str) -> Duty:
    """The duty as it stands in the ledger now."""
    from amends.ledger.models import Duty

    jurisdiction, _, name = key.partition("/")
    return Duty.objects.select_related("delay").get(incident=incident, jurisdiction=jurisdiction, name=name)


def done(**changed: object) -> Settlement:
    """A complete settlement: something was done, with proof."""
    from amends.casework.settle_duty import Settlement

    values = {"what": "notice sent by form", "proof": "receipt 12", "done_at": NOW, **changed}
    return Settlement(**values)  # type: ignore[arg-type]


def delay_facts(folder: Path, until: datetime, **changed: object) -> DelayFacts:
    """A written request of a law-enforcement body, with a document."""
    from amends.casework.record_delay_request import DelayFacts

    document = folder / "request.pdf"
    document.write_bytes(b"please wait")
    values = {
        "agency": "Federal police",
        "document": document,
        "requested_at": REPORTED,
        "until": until,
        **changed,
    }
    return DelayFacts(**values)  # type: ignore[arg-type]


def attempts_on_duties(people: HandMade, incident: Incident) -> dict[ModuleType, Callable[[], object]]:
    """One attempt at each verb about duties and clocks, with its module."""
    from amends.casework import (
        correct_timestamp,
        date_duty,
        fire_clocks,
        record_delay_request,
        record_trigger,
        recount_duties,
        settle_duty,
    )

    right = correct_timestamp.Correction("reported_at", REPORTED, "log")
    facts = delay_facts(people.folder, NOW)
    named = ("us-federal/cisa",)
    return {
        settle_duty: lambda: settle_duty.settle_duty(
            incident=incident, duties=named, settlement=done(), act=act()
        ),
        date_duty: lambda: date_duty.date_duty(incident=incident, duties=named, due=NOW, act=act()),
        record_trigger: lambda: record_trigger.record_trigger(
            incident=incident, event="determination", at=NOW, source="minute", act=act()
        ),
        correct_timestamp: lambda: correct_timestamp.correct_timestamp(
            incident=incident, correction=right, act=act()
        ),
        recount_duties: lambda: recount_duties.recount_duties(incident=incident, act=act()),
        record_delay_request: lambda: record_delay_request.record_delay_request(
            incident=incident, duties=named, facts=facts, act=act()
        ),
        fire_clocks: lambda: fire_clocks.fire_clocks(incident=incident, act=act()),
    }
