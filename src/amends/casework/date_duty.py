"""Give a duty a date: where the law has no fixed period, a named person sets one, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.casework.acts import Act, journalled
from amends.casework.duties.computing import effective_due, write_events
from amends.casework.duties.finding import find_duties
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.ledger.models import Duty, DutyEvent, Incident
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class DatedDuties:
    """The duties that have a person's date now."""

    references: tuple[str, ...]
    already: bool


def date_duty(*, incident: Incident, duties: Sequence[str], due: datetime, act: Act) -> DatedDuties:
    """Set the day by which open duties shall be done; all of them or none.

    A person's date can only make a duty due earlier than its rule does, never later. Raises `RefusalError`
    ``duty-settled`` for one that is not open, ``date-after-rule`` for a date behind the rule's, `UsageError`
    ``date-impossible`` for one before the exposure.
    """
    check_may(act, "date_duty")
    check_open(incident)
    if due <= incident.exposed_from:
        raise UsageError(
            "date-impossible",
            "the date lies before the data were exposed",
            hint="check date and time zone",
            where="--due",
        )
    with journalled("date_duty", act) as change:
        found = find_duties(incident, duties)
        dating = [duty for duty in found if duty.due_by_person != due]
        changed = [(duty, _set(duty, due)) for duty in dating]
        if changed:
            write_events(changed, DutyEvent.Kind.DATED, act)
            change.incident = incident.reference
            change.detail = {"duties": {d.reference: d.rule for d in dating}, "due": due.isoformat()}
    return DatedDuties(tuple(duty.reference for duty in found), already=not dating)


def _set(duty: Duty, due: datetime) -> dict[str, list[str | None]]:
    if duty.state != Duty.State.OPEN:
        raise RefusalError(
            "duty-settled",
            f"duty {duty.reference} is not open",
            hint="only an open duty gets a date",
        )
    if duty.due_by_rule and due > duty.due_by_rule:
        raise RefusalError(
            "date-after-rule",
            f"the date for duty {duty.reference} lies behind the one that its rule gives",
            hint="set an earlier date; a delay needs a stored request of a law-enforcement body",
        )
    before = duty.due_at
    duty.due_by_person = due
    duty.due_at = effective_due(duty)
    duty.save(update_fields=["due_by_person", "due_at"])
    return {"due_at": [instant.isoformat() if instant else None for instant in (before, duty.due_at)]}
