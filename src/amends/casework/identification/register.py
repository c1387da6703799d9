"""The register: leaked rows with their outcome, and the persons they stand for. The one mapping from
link results to ledger rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import OuterRef, Subquery

from amends.casework.identification.leaked_list import LeakedList, as_arrow
from amends.casework.identification.person_records import PersonRecord, RowJudgement, person_records
from amends.casework.identification.statuses import Statuses
from amends.ledger import current
from amends.ledger.bulk import insert_rows
from amends.ledger.models import AffectedPerson, Incident, LeakedRow, Representative
from amends.ledger.resealing import lock_sealed_table
from amends.link.linking import link_rows
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.judgement import Judgement, RowOutcome

_JUDGEMENT_OF = {
    RowOutcome.MATCH: Judgement.MATCH,
    RowOutcome.DUPLICATE: Judgement.MATCH,
    RowOutcome.OUT_OF_SCOPE: Judgement.MATCH,
    RowOutcome.REVIEW: Judgement.UNSURE,
    RowOutcome.UNMATCHED: Judgement.NO_MATCH,
    RowOutcome.REFUSED: Judgement.NO_MATCH,
}
_PERSON_FIELDS = (
    "incident",
    "registry_person_id",
    "first_row",
    "table_name",
    "sealed_details",
    "exposed_kinds",
    "language",
    "contact_channels",
    "deceased",
    "minor",
    "representative",
    "facts",
    *(field.name for field in fields(Statuses)),
)


@dataclass(frozen=True, slots=True)
class Register:
    """All rows with their judgement, and all persons."""

    rows: tuple[RowJudgement, ...]
    persons: tuple[PersonRecord, ...]

    def outcomes(self) -> dict[str, int]:
        """Return outcome → number of rows."""
        return dict(sorted(Counter(row.outcome.value for row in self.rows).items()))


def build_register(
    incident: Incident, listing: LeakedList, registry: Registry, mapping: Mapping, *, now: datetime
) -> Register:
    """Link the rows and look up what is known of the persons; writes nothing."""
    stored = {
        (row.table_name, row.row_number): row
        for row in LeakedRow.objects.filter(incident=incident).only(
            "id", "table_name", "row_number", "exposed_kinds"
        )
    }
    tables = [
        as_arrow(table, [stored[table.name, number].pk for number in table.row_numbers])
        for table in listing.tables
    ]
    rows = pa.concat_tables(tables, promote_options="default")
    judgements = link_rows(rows, registry, mapping, incident.as_of).judgements
    by_key = {row.pk: row for row in stored.values()}
    judged = tuple(_row_judgements(judgements, by_key))
    return Register(judged, tuple(person_records(incident, judged, rows, registry, mapping, now=now)))


def _row_judgements(judgements: pa.Table, stored: dict[int, LeakedRow]) -> Iterator[RowJudgement]:
    for line in judgements.to_pylist():
        row = stored[line["row"]]
        other = line["duplicate_of"]
        yield RowJudgement(
            key=row.pk,
            table_name=row.table_name,
            row_number=row.row_number,
            exposed_kinds=tuple(row.exposed_kinds),
            outcome=RowOutcome(line["outcome"]),
            registry_person_id=line["person_id"] or "",
            weight=line["weight"],
            gap=line["gap"],
            reason=line["reason"],
            duplicate_of=stored[other].row_number if other is not None else None,
        )


def write_register(incident: Incident, register: Register) -> None:
    """Write judgements and persons; the caller holds the transaction."""
    _write_judgements(register)
    representatives = _write_representatives(register)
    insert_rows(AffectedPerson, _PERSON_FIELDS, _person_values(incident, register, representatives))
    _attach_rows(incident)


def _write_judgements(register: Register) -> None:
    sql = (
        "UPDATE ledger_leakedrow SET judgement = %s, outcome = %s, registry_person_id = %s,"
        " weight = %s, gap = %s, reason = %s, duplicate_of = %s WHERE id = %s"
    )
    values = [
        (
            _JUDGEMENT_OF[row.outcome].value,
            row.outcome.value,
            row.registry_person_id,
            row.weight,
            row.gap,
            row.reason,
            row.duplicate_of,
            row.key,
        )
        for row in register.rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _write_representatives(register: Register) -> dict[str, int]:
    wanted = {p.representative_id: p.representative or {} for p in register.persons if p.representative_id}
    lock_sealed_table(Representative)
    known = set(Representative.objects.values_list("registry_representative_id", flat=True))
    seal = current.sealer().seal_record
    insert_rows(
        Representative,
        ("registry_representative_id", "sealed_details"),
        [
            (identity, seal(details, bound_to=f"representative {identity}"))
            for identity, details in wanted.items()
            if identity not in known
        ],
    )
    return dict(Representative.objects.values_list("registry_representative_id", "id"))


def sealed_for(incident: Incident, table_name: str, row_number: int) -> str:
    """Return what a person's sealed details are bound to."""
    return f"person {incident.reference} {table_name} {row_number}"


def _person_values(
    incident: Incident, register: Register, representatives: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    seal = current.sealer().scoped(incident.reference).seal_record
    for person in register.persons:
        yield (
            incident.pk,
            person.registry_person_id,
            person.first_row,
            person.table_name,
            seal(person.details, bound_to=sealed_for(incident, person.table_name, person.first_row)),
            person.exposed_kinds,
            person.language,
            person.contact_channels,
            person.deceased,
            person.minor,
            representatives.get(person.representative_id),
            person.facts,
            *astuple(person.statuses),
        )


def _attach_rows(incident: Incident) -> None:
    """Point every row at its person: by the registry's reference where it was linked, else by itself."""
    rows = LeakedRow.objects.filter(incident=incident).exclude(outcome=RowOutcome.REFUSED)
    persons = AffectedPerson.objects.filter(incident=incident)
    linked = rows.filter(judgement=Judgement.MATCH)
    same_person = (
        persons.filter(registry_person_id=OuterRef("registry_person_id")).order_by().values("id")[:1]
    )
    linked.update(person_id=Subquery(same_person))
    own = (
        persons.filter(first_row=OuterRef("row_number"), table_name=OuterRef("table_name"))
        .order_by()
        .values("id")[:1]
    )
    rows.exclude(judgement=Judgement.MATCH).update(person_id=Subquery(own))
