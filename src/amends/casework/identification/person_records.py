"""From judged rows to person records: what the registry knows of each, at the points in time that matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from amends.casework.identification.statuses import NOTHING_KNOWN, Statuses, known_statuses
from amends.ledger.models import Incident
from amends.link.mapping import UNKNOWN_FACT, Mapping
from amends.link.registry import Registry
from amends.vocabulary.judgement import RowOutcome

_LINKED = frozenset({RowOutcome.MATCH, RowOutcome.DUPLICATE, RowOutcome.OUT_OF_SCOPE})
_AGE_OF_MAJORITY = 18


@dataclass(frozen=True, slots=True)
class RowJudgement:
    """One row with its judgement, and where it stands."""

    key: int
    table_name: str
    row_number: int
    exposed_kinds: tuple[str, ...]
    outcome: RowOutcome
    registry_person_id: str
    weight: float | None
    gap: float | None
    reason: str
    duplicate_of: int | None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One affected person as it will be written. ``details`` are personal and get sealed."""

    registry_person_id: str
    first_row: int
    table_name: str
    exposed_kinds: tuple[str, ...]
    details: dict[str, str]
    language: str = ""
    contact_channels: str = ""
    deceased: bool = False
    minor: bool = False
    representative_id: str = ""
    representative: dict[str, str] | None = None
    statuses: Statuses = NOTHING_KNOWN
    facts: dict[str, str] | None = None

    def __repr__(self) -> str:
        return f"PersonRecord(row {self.first_row})"


def person_records(
    incident: Incident,
    judged: Sequence[RowJudgement],
    rows: pa.Table,
    registry: Registry,
    mapping: Mapping,
    *,
    now: datetime,
) -> Iterator[PersonRecord]:
    """Yield one record for each data subject: linked persons once, every other row by itself."""
    leaked = _LeakedCells(rows, mapping)
    groups: dict[str, list[RowJudgement]] = {}
    for row in judged:
        if row.outcome in _LINKED:
            groups.setdefault(row.registry_person_id, []).append(row)
        elif row.outcome is not RowOutcome.REFUSED:
            yield _unidentified(row, leaked)
    if groups:
        known = _KnownPersons(incident, registry, list(groups), now)
        for position, (person_id, group) in enumerate(groups.items()):
            yield known.record(position, person_id, group, leaked)


class _LeakedCells:
    """Cells of the leaked rows, by the row's key."""

    def __init__(self, rows: pa.Table, mapping: Mapping) -> None:
        self._position = {key: index for index, key in enumerate(rows["row"].to_pylist())}
        names = mapping.leaked
        self._names = {
            field: rows[column].to_pylist()
            for field in ("family_name", "given_name", "full_name", "date_of_birth", "nationality")
            if (column := getattr(names, field))
        }
        self._facts = {name: (fact, rows[fact.column].to_pylist()) for name, fact in names.facts.items()}

    def details(self, key: int) -> dict[str, str]:
        position = self._position[key]
        return {field: cells[position] or "" for field, cells in self._names.items()}

    def facts(self, key: int) -> dict[str, str]:
        position = self._position[key]
        return {name: fact.translate(cells[position] or "") for name, (fact, cells) in self._facts.items()}


def _unidentified(row: RowJudgement, leaked: _LeakedCells) -> PersonRecord:
    return PersonRecord(
        registry_person_id="",
        first_row=row.row_number,
        table_name=row.table_name,
        exposed_kinds=row.exposed_kinds,
        details=leaked.details(row.key),
        facts=leaked.facts(row.key),
    )


class _KnownPersons:
    """What the registry says of the linked persons, looked up for all of them at once."""

    def __init__(self, incident: Incident, registry: Registry, person_ids: list[str], now: datetime) -> None:
        identities = pa.array(person_ids, pa.string())
        self._incident = incident
        self._details = registry.details(identities).to_pylist()
        self._statuses = known_statuses(incident, registry, person_ids, until=now)

    def record(
        self, position: int, person_id: str, group: list[RowJudgement], leaked: _LeakedCells
    ) -> PersonRecord:
        details = self._details[position]
        first = next((row for row in group if row.outcome is not RowOutcome.DUPLICATE), group[0])
        return PersonRecord(
            registry_person_id=person_id,
            first_row=first.row_number,
            table_name=first.table_name,
            exposed_kinds=tuple(dict.fromkeys(kind for row in group for kind in row.exposed_kinds)),
            details={name: details[name] or "" for name in _SEALED},
            language=details["language"] or "",
            contact_channels=details["contact_channels"] or "",
            deceased=bool(details["deceased"]),
            minor=_is_minor(details["date_of_birth"] or "", self._incident.exposed_from.date()),
            representative_id=details["representative_id"] or "",
            representative={
                "name": details["representative_name"] or "",
                "address": details["representative_address"] or "",
            },
            statuses=self._statuses[position],
            facts={**leaked.facts(first.key), **_registry_facts(details)},
        )


_SEALED = (
    "family_name",
    "given_name",
    "full_name",
    "native_name",
    "date_of_birth",
    "address",
    "tribunal_name",
    "tribunal_address",
    "tribunal_case",
)


def _registry_facts(details: dict[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix("fact_"): value
        for name, value in details.items()
        if name.startswith("fact_") and value and value != UNKNOWN_FACT
    }


def _is_minor(date_of_birth: str, on: date) -> bool:
    try:
        born = date.fromisoformat(date_of_birth[:10])
    except ValueError:
        return False
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return age < _AGE_OF_MAJORITY
