"""Every column that holds sealed values: what it is bound to, and with which kind of data it is erased.

Renewing a data key seals these anew, and erasing asks here what a kind of data consists of; a sealed column
that is missing here would be lost when its data key is destroyed. A test compares this list with the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import BinaryField, DateTimeField, F, Func, Model, QuerySet, Value

from amends.ledger.models import (
    ActingSystem,
    Action,
    AffectedPerson,
    LeakedRow,
    Representative,
    SealedIdentifier,
)
from amends.ledger.scope_keys import DataKind

SEALED_FOR_ACTION: Final = "action {} {} {:%Y-%m-%dT%H:%M:%S.%f}"
"""What the identifier of a reported action is bound to: system, kind, instant in UTC."""
HEADER_BYTES: Final = 9
"""Version and key id: the first bytes of every seal."""


@dataclass(frozen=True, slots=True)
class SealedField:
    """One sealed column."""

    model: type[Model]
    column: str
    kind: DataKind
    bound_to: str
    """Format of what a value is bound to, filled with ``parts`` of its row."""
    parts: tuple[str, ...]
    of_an_incident: bool = True
    incident: str = "incident"
    """Way from the row to its incident."""

    def bound_by(self, parts: Sequence[Any]) -> str:
        """Return what a value is bound to, of the parts of its row as any database hands them out.

        Read past the tables' own layer, an instant is a text without zone on SQLite, and one in the session's zone on
        PostgreSQL; a value is bound to the instant in UTC.
        """
        filled = []
        for name, part in zip(self.parts, parts, strict=True):
            value = part
            if "__" not in name and isinstance(self.model._meta.get_field(name), DateTimeField):
                at = datetime.fromisoformat(part) if isinstance(part, str) else part
                value = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
            filled.append(value)
        return self.bound_to.format(*filled)

    def every_row(self) -> QuerySet[Any]:
        """Return the rows that hold a value; one that was emptied by an erasure holds none."""
        rows: QuerySet[Any] = self.model._default_manager.exclude(**{f"{self.column}__isnull": True})
        return rows.exclude(**{self.column: b""})

    def selecting(self) -> str:
        """Return SQL without parameters that yields every row's value and what it is bound to, for another database."""
        rows = self.model._default_manager.order_by().values_list(self.column, *self.parts)
        sql, _ = rows.query.sql_with_params()
        return sql

    def rows(self, reference: str) -> QuerySet[Any]:
        """Return the rows that hold a value, of one incident where the field belongs to incidents."""
        rows = self.every_row()
        return rows.filter(**{f"{self.incident}__reference": reference}) if self.of_an_incident else rows

    def sealed_otherwise(self, reference: str, header: bytes) -> QuerySet[Any]:
        """Return the rows whose value does not begin with ``header``: sealed by another key or the first version."""
        first = Func(
            F(self.column),
            Value(1),
            Value(HEADER_BYTES),
            function="SUBSTR",
            output_field=BinaryField(),
        )
        rows: QuerySet[Any] = self.rows(reference).annotate(header=first).exclude(header=header)
        return rows

    def sealed_by_first_version(self, reference: str) -> QuerySet[Any]:
        """Return the rows whose value was sealed under the ledger key itself, which no erasure can destroy."""
        first = Func(F(self.column), Value(1), Value(1), function="SUBSTR", output_field=BinaryField())
        rows: QuerySet[Any] = self.rows(reference).annotate(version=first).filter(version=b"\x01")
        return rows


SEALED_FIELDS: Final = (
    SealedField(
        AffectedPerson,
        "sealed_details",
        DataKind.PERSON_DETAILS,
        "person {} {} {}",
        ("incident__reference", "table_name", "first_row"),
    ),
    SealedField(
        LeakedRow,
        "sealed_identifiers",
        DataKind.IDENTIFIERS,
        "row {} {} {}",
        ("incident__reference", "table_name", "row_number"),
    ),
    SealedField(
        Representative,
        "sealed_details",
        DataKind.SHARED,
        "representative {}",
        ("registry_representative_id",),
        of_an_incident=False,
    ),
    SealedField(
        SealedIdentifier,
        "sealed",
        DataKind.IDENTIFIERS,
        "identifier of row {}",
        ("row_id",),
        incident="row__incident",
    ),
    SealedField(
        Action,
        "sealed_identifier",
        DataKind.SHARED,
        SEALED_FOR_ACTION,
        ("system", "kind", "at"),
        of_an_incident=False,
    ),
    SealedField(
        ActingSystem,
        "sealed_list_secret",
        DataKind.SHARED,
        "list secret {}",
        ("name",),
        of_an_incident=False,
    ),
)


def fields_of(kind: DataKind) -> tuple[SealedField, ...]:
    """Return the columns that belong to one kind of data."""
    return tuple(field for field in SEALED_FIELDS if field.kind is kind)
