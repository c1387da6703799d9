"""What a response found out, in the form in which a drill scores it (R55)."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from amends.ledger.models import AffectedPerson, Incident, LeakedRow, Recipient, Remedy


@dataclass(frozen=True, slots=True)
class Observation:
    """Rows with their person, recipients, held rows, and people harmed before the hold."""

    judgements: pa.Table
    recipients: frozenset[str]
    held_rows: frozenset[int]
    harmed: frozenset[str]


def observe(incident: Incident) -> Observation:
    """Read the response to one incident out of the ledger."""
    rows = LeakedRow.objects.filter(incident=incident).values_list(
        "row_number", "outcome", "registry_person_id"
    )
    numbers, outcomes, persons = zip(*rows, strict=True)
    held = Remedy.objects.filter(incident=incident, kind="hold", row__isnull=False, state="in_force")
    harmed = AffectedPerson.objects.filter(
        incident=incident, removal_phase__in=("before_discovery", "before_hold")
    )
    recipients = Recipient.objects.filter(
        incident=incident, obtained_data=True, recipient_class__in=("outside", "crawler")
    )
    return Observation(
        judgements=pa.table(
            {"row": pa.array(numbers, pa.int64()), "outcome": outcomes, "person_id": persons}
        ),
        recipients=frozenset(recipients.values_list("address", flat=True)),
        held_rows=frozenset(held.values_list("row__row_number", flat=True)),
        harmed=frozenset(harmed.values_list("registry_person_id", flat=True)),
    )


def union_of_persons(*incidents: Incident) -> int:
    """Return how many different people these incidents touch together (R17)."""
    persons = AffectedPerson.objects.filter(incident__in=incidents)
    known = persons.exclude(registry_person_id="").values("registry_person_id").distinct().count()
    return known + persons.filter(registry_person_id="").count()
