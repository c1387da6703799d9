"""The fifty-two days, in their order."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from amends.casework.queries.incidents import all_incidents
from amends.cli.rehearsal import (
    first_hour,
    gate_steps,
    hold_end_steps,
    oversight_steps,
    owed_steps,
    review_steps,
)
from amends.cli.rehearsal.cast import Cast
from amends.cli.rehearsal.gate_asking import RunningGate, running_gate
from amends.cli.rehearsal.walking import Walk


def played(drill: Path) -> Walk:
    """Play the days after the drill on the ledger that is open in this process, and return the walk with its rows."""
    incident = min(all_incidents(), key=lambda each: each.exposed_from)
    assert incident.population_held_at is not None
    walk = Walk(incident, Cast.of(drill), drill / "rehearsal", incident.population_held_at)
    _first_days(walk)
    walk.take("R24", 0.1, "an acting system, its key, the registry", gate_steps.connect)
    with running_gate(walk.home) as gate:
        _days_with_the_gate(walk, gate)
    _last_day(walk)
    return walk


def _first_days(walk: Walk) -> None:
    walk.take("R02", 0, "four timestamps, one corrected twice", first_hour.four_timestamps)
    walk.take("R05", 0, "the preserved file opened again", first_hour.preserved)
    walk.take("R06", 0, "the ledger's folder searched; erasing asked for", first_hour.sealed)
    walk.take("R08", 0, "every row held at one instant", first_hour.everyone_held)
    walk.take("R18", 0, "who was removed before the hold", owed_steps.harmed)
    walk.take("R19, R20", 0, "harm assessed by cohort and signed", owed_steps.harm)
    walk.take("R22", 0, "not notifying, where people are to be told", owed_steps.not_to_notify)
    walk.take("R23", 0, "coverage and a dry run", owed_steps.covered)
    walk.take("R21", 0, "the certificate of the adverse assumption", owed_steps.certificate)
    walk.take("R25", 0, "a hold's end asked for before notice", hold_end_steps.officers)


def _days_with_the_gate(walk: Walk, gate: RunningGate) -> None:
    asking = gate_steps.ask(gate)
    walk.take("R24", 0.2, "the gate asked over HTTP", asking.answers)
    walk.take("R24", 0.3, "the hold list in the acting system's hands", asking.in_step)
    walk.take("R24", 1, "a queue of removals against the gate", asking.queue)
    walk.take("R25", 2, "one person told with proof", hold_end_steps.tell)
    walk.take("R03", 9, "duties and clocks", first_hour.clocks)
    walk.take("R27", 10, "a removal in spite of the hold", gate_steps.removed_in_spite)
    walk.take("R25", 19, "a hold's end asked for within thirty days", hold_end_steps.too_early)
    walk.take("R26", 20, "custody reviews to their outcomes", review_steps.reviews)
    walk.take("R28", 48, "the way back for two", owed_steps.returned)
    walk.take("R22", 48, "not notifying, where it may be decided", owed_steps.decided_not_to_notify)
    walk.take("R26", 48, "people leave custody on their own", review_steps.status_changes)
    walk.take("R25", 49, "a hold's end, and its placing again", partial(hold_end_steps.lift, asking=asking))


def _last_day(walk: Walk) -> None:
    walk.take("R41", 52, "figures published", oversight_steps.figures)
    walk.take("R53", 52, "closing asked for", oversight_steps.not_closed)
    walk.take("R54", 52, "the journal, signed and rewritten", oversight_steps.journal)
    walk.take("R54", 52, "evidence files", oversight_steps.evidence)
    walk.take("R54", 52, "a copy restored", oversight_steps.backup)
    walk.take("R55", 52, "measured times", oversight_steps.times)
