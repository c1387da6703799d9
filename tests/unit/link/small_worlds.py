"""Tiny registries written out by hand, so that a test of linking reads as a story."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from amends.link.linking import LinkResult, link_rows
from amends.link.mapping import Mapping
from amends.link.registry import Registry

_REGISTRY = (
    "person_id",
    "a_number",
    "family_name",
    "given_name",
    "other_names",
    "date_of_birth",
    "nationality",
)
_SHEET = ("A-Number", "Last Name", "First Name", "DOB", "Citizenship")
_MAPPING = """
[leaked]
identifiers = ["A-Number"]
family_name = "Last Name"
given_name = "First Name"
date_of_birth = "DOB"
nationality = "Citizenship"
[registry]
person_id = "person_id"
identifiers = ["a_number"]
family_name = "family_name"
given_name = "given_name"
other_names = "other_names"
date_of_birth = "date_of_birth"
nationality = "nationality"
"""
_STATUS = """
[status]
file = "status.csv"
person_id = "person_id"
status = "status"
valid_from = "valid_from"
valid_to = "valid_to"
[status.values]
DETAINED = "in_custody"
RELEASED = "released"
[as_of]
status = ["in_custody"]
"""


class World:
    """A registry of named persons among strangers, a sheet, and perhaps a status history."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._persons = [_stranger(number) for number in range(300)]
        self._rows: list[tuple[str, ...]] = []
        self._history: list[str] = []

    def person(self, person_id: str, number: str, family: str, given: str, born: str, **more: str) -> None:
        """Put a person into the registry."""
        other, nation = more.get("other_names", ""), more.get("nationality", "HN")
        self._persons.append((person_id, number, family, given, other, born, nation))

    def row(self, number: str, family: str, given: str, born: str, nationality: str = "HN") -> None:
        """Put a row into the sheet; the first one has row number 2."""
        self._rows.append((number, family, given, born, nationality))

    def episode(self, person_id: str, status: str, begins: str, ends: str = "") -> None:
        """Put an episode into the status history."""
        self._history.append(f"{person_id},{status},{begins},{ends}")

    def link(self, as_of: datetime | None = None) -> LinkResult:
        """Write the files, open them, link."""
        columns = dict(zip(_REGISTRY, zip(*self._persons, strict=True), strict=True))
        pq.write_table(
            pa.table({name: list(values) for name, values in columns.items()}), self._path("registry.parquet")
        )
        mapping_text = _MAPPING
        if self._history:
            mapping_text += _STATUS
            lines = ["person_id,status,valid_from,valid_to", *self._history]
            self._path("status.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._path("mapping.toml").write_text(mapping_text, encoding="utf-8")
        mapping = Mapping.load(self._path("mapping.toml"))
        registry = Registry.open(self._path("registry.parquet"), mapping)
        sheet = dict(zip(_SHEET, zip(*self._rows, strict=True), strict=True))
        rows = pa.table(
            {"row": pa.array(range(2, 2 + len(self._rows)), pa.int64())}
            | {name: pa.array(values, pa.string()) for name, values in sheet.items()}
        )
        return link_rows(rows, registry, mapping, as_of)

    def judged(self, as_of: datetime | None = None) -> list[tuple[str, str | None]]:
        """Link and return outcome and person of every row."""
        table = self.link(as_of).judgements
        return list(zip(table["outcome"].to_pylist(), table["person_id"].to_pylist(), strict=True))

    def _path(self, name: str) -> Path:
        return self._folder / name


def _stranger(number: int) -> tuple[str, ...]:
    letters = "bdfgklmnprstvz"
    family = letters[number % 14] + "o" + letters[number // 14 % 14] + "ano" + letters[number * 5 % 14] + "ez"
    given = letters[number * 3 % 14] + "e" + letters[number * 11 % 13] + "ina"
    born = f"{1950 + number % 50}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    return (f"S{number}", f"A{500_000_000 + number * 7919:09d}", family, given, "", born, "HN")
