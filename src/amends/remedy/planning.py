"""Writes what a playbook owes, one statement for each entitlement, and proves that nobody was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields import DateTimeField

from amends.ledger.bulk import insert_select
from amends.ledger.models import AffectedPerson, Incident, LeakedRow, Recipient, Remedy
from amends.remedy.cohorts import members
from amends.remedy.playbook_parts import (
    PERSONAL_ADDRESSEES,
    ClawbackRule,
    Entitlement,
    Playbook,
    PopulationHold,
)
from amends.remedy.statemachine import WITHDRAWN
from amends.remedy.workflow_table import workflow_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many persons there are, and how many of them have what nobody may lack."""

    persons: int
    without_any: int
    """Persons who are owed nothing at all."""
    without_hold: int
    without_notice: int

    @property
    def complete(self) -> bool:
        """Whether nobody was left out."""
        return not (self.without_any or self.without_hold or self.without_notice)


def place_population_hold(incident: Incident, playbook: Playbook, *, now: datetime) -> int:
    """Place the hold on every row of the incident that has none yet; return how many holds were placed.

    One statement for each barred action, whatever the number of rows.
    """
    placed = 0
    for hold in playbook.population_hold.each():
        measure = _measure("hold", hold, entitlement=hold.entitlement, due_at=None, now=now)
        placed += insert_select(Remedy, {"row": F("id"), **measure}, rows_without(hold, incident))
    return placed


def rows_without(hold: PopulationHold, incident: Incident) -> QuerySet[LeakedRow]:
    """Return the rows that do not have this hold yet."""
    already = Remedy.objects.filter(row=OuterRef("pk"), entitlement=hold.entitlement)
    return LeakedRow.objects.filter(~Exists(already), incident=incident)


def attach_holds_to_persons(incident: Incident) -> int:
    """Tell each row's hold which person the row turned out to be; return how many holds learned it."""
    person_of_row = LeakedRow.objects.filter(pk=OuterRef("row_id")).values("person_id")[:1]
    holds = Remedy.objects.filter(incident=incident, row__isnull=False, person__isnull=True)
    return holds.filter(row__person__isnull=False).update(person_id=Subquery(person_of_row))


def plan_entitlement(
    entitlement: Entitlement, *, incident: Incident, playbook: Playbook, now: datetime
) -> int:
    """Write the entitlement for every member of its cohort who does not have it yet; return how many."""
    owed = members_without(entitlement, incident, playbook)
    due_at = entitlement.due.due_at(triggers(incident))
    measure = _measure(entitlement.kind, entitlement, entitlement=entitlement.name, due_at=due_at, now=now)
    return insert_select(Remedy, {"person": F("id"), **measure}, owed)


def members_without(
    entitlement: Entitlement, incident: Incident, playbook: Playbook
) -> QuerySet[AffectedPerson]:
    """Return the members of the entitlement's cohort for whom it is not on record, withdrawn or not."""
    already = on_record(incident, entitlement.name).filter(person=OuterRef("pk"))
    return members(playbook.cohort(entitlement.cohort), incident).filter(~Exists(already))


def on_record(incident: Incident, entitlement: str) -> QuerySet[Remedy]:
    """Return every remedy of one entitlement that hangs on a person, withdrawn ones included."""
    return Remedy.objects.filter(
        incident=incident, entitlement=entitlement, row__isnull=True, person__isnull=False
    )


def plan_clawback(incident: Incident, playbook: Playbook, *, now: datetime) -> int:
    """Open a clawback for every recipient who obtained data and whom the playbook asks; return how many."""
    rule = playbook.clawback
    asked = recipients_without(incident, playbook)
    due_at = rule.due.due_at(triggers(incident))
    measure = _measure("clawback", rule, entitlement=rule.entitlement, due_at=due_at, now=now)
    return insert_select(Remedy, {"recipient": F("id"), **measure}, asked)


def recipients_without(incident: Incident, playbook: Playbook) -> QuerySet[Recipient]:
    """Return the recipients who obtained data, whom the playbook asks, and who have not been asked."""
    rule = playbook.clawback
    already = Remedy.objects.filter(recipient=OuterRef("pk"), entitlement=rule.entitlement)
    return Recipient.objects.filter(
        ~Exists(already), incident=incident, obtained_data=True, recipient_class__in=rule.classes
    )


def _measure(
    kind: str,
    rule: PopulationHold | Entitlement | ClawbackRule,
    *,
    entitlement: str,
    due_at: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    """Return the columns of a remedy that come from the playbook, as expressions over whom it is owed to."""
    texts = ("addressee", "owner", "authority", "barred_action", "earliest_end", "end_condition")
    return {
        "incident": F("incident_id"),
        "kind": Value(kind),
        "entitlement": Value(entitlement),
        "state": Value(workflow_of(kind).initial),
        "due_at": Value(due_at, output_field=DateTimeField()),
        "created_at": Value(now, output_field=DateTimeField()),
        **{name: Value(getattr(rule, name, "")) for name in texts},
    }


def coverage(incident: Incident) -> Coverage:
    """Count who lacks what; every person of the incident is looked at."""
    persons = AffectedPerson.objects.filter(incident=incident)
    owed = Remedy.objects.filter(~Q(state=WITHDRAWN), person=OuterRef("pk"))
    told = owed.filter(kind="notice", addressee__in=PERSONAL_ADDRESSEES)
    return Coverage(
        persons=persons.count(),
        without_any=persons.filter(~Exists(owed)).count(),
        # The hold that hangs on a row; one that was lifted on proof has done its work.
        without_hold=persons.filter(~Exists(owed.filter(kind="hold", row__isnull=False))).count(),
        without_notice=persons.filter(~Exists(told)).count(),
    )


def triggers(incident: Incident) -> dict[str, datetime | None]:
    """Return the incident's timestamps by name, for rules that count from them."""
    return {
        "exposed_from": incident.exposed_from,
        "reported_at": incident.reported_at,
        "confirmed_at": incident.confirmed_at,
        "removed_at": incident.removed_at,
    }
