"""What the ledger holds of one incident or of one person, as evidence: references, states, times, hashes.

Nobody's name, address or number is in it unless details are asked for. People are found by the row of the leaked
file or by the reference of a remedy, because what is typed on a command line stays in its history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.forms.models import model_to_dict

from amends.casework.identification.register import sealed_for
from amends.ledger import current, journal
from amends.ledger.chain import Entry
from amends.ledger.models import (
    AffectedPerson,
    HoldEvent,
    HoldTerm,
    Incident,
    LeakedRow,
    Remedy,
    ReviewCase,
    ReviewEvent,
)
from amends.vocabulary.errors import UsageError

_REFERENCE: Final = re.compile(r"[A-Z]-([0-9]{6,12})")
_INCIDENT: Final = (
    "reference",
    "title",
    "url",
    "disclosed_to",
    "exposed_from",
    "reported_at",
    "confirmed_at",
    "removed_at",
    "as_of",
    "playbook",
    "playbook_version",
    "not_read",
    "opened_at",
    "population_held_at",
    "identified_at",
    "planned_at",
    "closed_at",
)
_STATUSES: Final = (
    "status_as_of",
    "status_at_exposure",
    "status_at_hold",
    "removed_on",
    "removal_phase",
    "language",
    "contact_channels",
    "deceased",
    "minor",
    "facts",
)
_TERM: Final = (
    "begins_at",
    "earliest_end_at",
    "not_before",
    "extended_at",
    "waiting_days",
    "conditions",
    "lifted_at",
    "ended_because",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One person, by the row that names them first; nothing that says who they are."""

    person: int | None
    """Key of the person; None for a row that nobody was found for, which stands for a person of its own."""
    row: int
    """Key of the leaked row."""
    table_name: str
    row_number: int


def subject_of_row(incident: Incident, number: int, table: str = "") -> Subject:
    """Return whom a row of the leaked file names. Raises `UsageError` ``evidence-row-unknown``."""
    rows = LeakedRow.objects.filter(incident=incident, row_number=number)
    found = list((rows.filter(table_name=table) if table else rows)[:2])
    if len(found) != 1:
        raise UsageError(
            "evidence-row-unknown",
            f"row {number} stands in several tables"
            if found
            else f"there is no row {number} in this incident",
            hint="name the table too, with --table"
            if found
            else "rows are numbered as a spreadsheet shows them",
            where="--row",
        )
    return _subject(found[0])


def subject_of_remedy(incident: Incident, reference: str) -> Subject:
    """Return whom a remedy is owed to. Raises `UsageError` ``evidence-remedy-unknown``."""
    parts = _REFERENCE.fullmatch(reference)
    found = Remedy.objects.filter(incident=incident, pk=int(parts[1])).first() if parts else None
    if found is None or found.reference != reference or not (found.row_id or found.person_id):
        raise UsageError(
            "evidence-remedy-unknown",
            "--remedy names nothing that is owed to a person of this incident",
            hint="references look like N-000123; `amends remedies` lists them",
            where="--remedy",
        )
    row = found.row or LeakedRow.objects.filter(person=found.person).order_by("row_number").first()
    assert row is not None
    return _subject(row)


def _subject(row: LeakedRow) -> Subject:
    person = row.person
    if person is None:
        return Subject(None, row.pk, row.table_name, row.row_number)
    return Subject(person.pk, row.pk, person.table_name, person.first_row)


def remedies_of(incident: Incident, subject: Subject | None) -> QuerySet[Remedy]:
    """Return what is owed, to everyone or to one person."""
    found = Remedy.objects.filter(incident=incident).order_by("id")
    if subject is None:
        return found
    return found.filter(
        Q(row__in=rows_of(incident, subject)) | Q(person=subject.person, person__isnull=False)
    )


def rows_of(incident: Incident, subject: Subject) -> QuerySet[LeakedRow]:
    """Return the leaked rows that name one person."""
    if subject.person is None:
        return LeakedRow.objects.filter(pk=subject.row)
    return LeakedRow.objects.filter(incident=incident, person=subject.person)


def remedy_records(remedies: QuerySet[Remedy]) -> Iterator[dict[str, Any]]:
    """Yield each remedy by its reference: every delivery, a hold's term and events, what was decided of a review."""
    events: dict[int, list[dict[str, Any]]] = {}
    for event in HoldEvent.objects.filter(hold__in=remedies.values("pk")).order_by("id"):
        events.setdefault(event.hold_id, []).append(
            {"event": event.event, "at": event.at, "generation": event.generation}
        )
    terms = {
        term.hold_id: model_to_dict_of(term, _TERM)
        for term in HoldTerm.objects.filter(hold__in=remedies.values("pk"))
    }
    reviews = {
        case.remedy_id: _without(model_to_dict(case), "remedy")
        for case in ReviewCase.objects.filter(remedy__in=remedies.values("pk"))
    }
    review_events: dict[int, list[dict[str, Any]]] = {}
    for review_event in ReviewEvent.objects.filter(remedy__in=remedies.values("pk")).order_by("id"):
        review_events.setdefault(review_event.remedy_id, []).append(
            {"closed": review_event.closed, "at": review_event.at}
        )
    for remedy in remedies.prefetch_related("deliveries").iterator(chunk_size=2000):
        yield {
            "reference": remedy.reference,
            "kind": remedy.kind,
            "entitlement": remedy.entitlement,
            "addressee": remedy.addressee,
            "state": remedy.state,
            "owner": remedy.owner,
            "authority": remedy.authority,
            "due_at": remedy.due_at,
            "created_at": remedy.created_at,
            "barred_action": remedy.barred_action,
            "earliest_end": remedy.earliest_end,
            "end_condition": remedy.end_condition,
            "deliveries": [
                _without(model_to_dict(delivery), "id", "notice")
                for delivery in sorted(remedy.deliveries.all(), key=lambda item: item.attempt)
            ],
            "events": events.get(remedy.pk, []),
            "term": terms.get(remedy.pk),
            "review": reviews.get(remedy.pk),
            "review_events": review_events.get(remedy.pk, []),
        }


def entries_about(incident: Incident, subject: Subject | None) -> list[Entry]:
    """Return the entries of the journal that are about the incident, or about one person, in their order.

    About a person is what was done for everybody, and what was done with a remedy that is owed to them; not
    what was done for others alone.
    """
    everything = list(journal.entries(incident.reference))
    if subject is None:
        return everything
    keys = sorted(remedies_of(incident, subject).values_list("pk", flat=True))
    rows = set(rows_of(incident, subject).values_list("table_name", "row_number"))
    return [entry for entry in everything if _concerns(entry, keys, rows)]


def _concerns(entry: Entry, keys: Sequence[int], rows: set[tuple[str, int]]) -> bool:
    for name in ("remedies", "holds", "reviews"):
        listed = entry.detail.get(name)
        if not isinstance(listed, str):
            continue
        return any(begin <= key <= end for begin, end in _ranges(listed) for key in keys)
    if "row" in entry.detail:
        return (entry.detail.get("table"), entry.detail["row"]) in rows
    return True


def _ranges(text: str) -> list[tuple[int, int]]:
    """Read what `advance_remedy.as_ranges` wrote: ``3-7, 9``."""
    pairs = [part.strip().partition("-") for part in text.split(",") if part.strip()]
    return [(int(begin), int(end or begin)) for begin, _, end in pairs]


def incident_record(incident: Incident) -> dict[str, Any]:
    """Return the incident's own facts."""
    return model_to_dict_of(incident, _INCIDENT)


def model_to_dict_of(model: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return the named fields of a record."""
    return {name: getattr(model, name) for name in names}


def person_record(incident: Incident, subject: Subject) -> dict[str, Any]:
    """Return where one person stands in the leaked file, what of theirs leaked, and what the linking made of it."""
    names = ("table_name", "row_number", "hidden", "exposed_kinds", "outcome", "judgement", "duplicate_of")
    rows = rows_of(incident, subject).order_by("table_name", "row_number")
    return {
        "incident": incident.reference,
        "rows": [model_to_dict_of(row, names) for row in rows],
        "linked_to_the_registry": bool(
            AffectedPerson.objects.filter(pk=subject.person or 0).exclude(registry_person_id="").exists()
        ),
    }


def person_details(incident: Incident, subject: Subject) -> dict[str, Any]:
    """Return who the person is and what the registry says of them. As secret as the leak itself."""
    person = AffectedPerson.objects.filter(pk=subject.person or 0).first()
    if person is None:
        return {"sealed": "nobody was found for this row; what it says stands in the sealed artefact"}
    bound = sealed_for(incident, person.table_name, person.first_row)
    return {
        "registry_person_id": person.registry_person_id,
        "details": current.sealer().unseal_record(bytes(person.sealed_details), bound_to=bound),
        **model_to_dict_of(person, _STATUSES),
    }


def _without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}
