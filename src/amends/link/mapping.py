"""Which column means what: the one mapping file that every step of an incident reads.

The mapping is TOML with the sections ``[leaked]``, ``[registry]`` and, where the organisation keeps a
status history, ``[status]`` and ``[as_of]``. It is checked in full before any data are read, because a
misspelt header that is silently ignored would turn into people who are never told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from amends.link.mapping_sections import Section, SectionReader
from amends.vocabulary.errors import UsageError

UNKNOWN_FACT = "unknown"
"""What a fact is where the cell is empty or holds a word that the mapping does not know."""

OUR_STATUSES = ("in_custody", "released", "removed", "other")
"""The status words that playbooks know; a person without history is ``unknown``."""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """One fact that a playbook asks about, and how the organisation's words translate into ours."""

    name: str
    column: str
    values: dict[str, str]
    """Their word to ours; empty where the cell is taken as it stands."""

    def translate(self, cell: str) -> str:
        """Return our word for ``cell``; ``unknown`` for an empty cell or a word not mapped, never a
        guess."""
        word = cell.strip()
        if not word:
            return UNKNOWN_FACT
        if not self.values:
            return word
        by_folded = {theirs.casefold(): ours for theirs, ours in self.values.items()}
        return self.values.get(word, by_folded.get(word.casefold(), UNKNOWN_FACT))


@dataclass(frozen=True, slots=True)
class NameColumns:
    """Columns that both sides have: what a row says of a person. Empty text where a column is not
    mapped."""

    identifiers: tuple[str, ...]
    family_name: str
    given_name: str
    full_name: str
    date_of_birth: str
    nationality: str
    facility: str

    @property
    def mapped(self) -> tuple[str, ...]:
        """Every mapped column once, in the order of the fields."""
        single = (self.family_name, self.given_name, self.full_name, self.date_of_birth)
        every = (*self.identifiers, *single, self.nationality, self.facility)
        return tuple(dict.fromkeys(column for column in every if column))


@dataclass(frozen=True, slots=True)
class LeakedColumns(NameColumns):
    """Section ``[leaked]``: headers of the leaked sheet."""

    sheet: str
    """Name of the sheet; empty: the table with the most mapped columns."""
    facts: dict[str, FactColumn]


@dataclass(frozen=True, slots=True)
class RegistryColumns(NameColumns):
    """Section ``[registry]``: columns of the system of record."""

    person_id: str
    other_names: str
    """Aliases and native-script names, separated by ``|``."""
    language: str
    """BCP 47."""
    address: str
    """Lines separated by ``|``."""
    contact_channels: str
    deceased: str
    representative_id: str
    representative_name: str
    representative_address: str
    tribunal_name: str
    """Court or tribunal before which the person's case is; empty where the registry does not know."""
    tribunal_address: str
    """Lines separated by ``|``."""
    tribunal_case: str
    """The tribunal's own number of the case."""
    facts: dict[str, FactColumn]


@dataclass(frozen=True, slots=True)
class StatusColumns:
    """Section ``[status]``: a history of episodes, ``valid_from <= t < valid_to``, instants in UTC."""

    file: str
    """Relative to the folder of the registry."""
    person_id: str
    status: str
    valid_from: str
    valid_to: str
    values: dict[str, str]
    """Their word to ours; a word not listed becomes ``other``."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """Section ``[as_of]``: who ought to be in the file on the as-of date (R16)."""

    status: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """The whole mapping file, checked."""

    source: str
    """Name of the file, without folders."""
    leaked: LeakedColumns
    registry: RegistryColumns
    status: StatusColumns | None
    as_of: AsOf | None

    @classmethod
    def load(cls, path: Path) -> Mapping:
        """Read and check the mapping file.

        Raises `UsageError` with ``mapping-missing`` where there is no such file, and ``mapping-invalid``
        (with the section and the key) where it is not TOML or not a mapping.
        """
        return _assemble(_read(path))

    def check_leaked(self, columns: Sequence[str]) -> None:
        """Raise `UsageError` ``mapping-column-missing`` unless every mapped leaked column is in
        ``columns``."""
        facts = {f"leaked.facts.{fact.name}": fact.column for fact in self.leaked.facts.values()}
        self._check("leaked", self.leaked.mapped, facts, columns)

    def check_registry(self, columns: Sequence[str]) -> None:
        """Raise `UsageError` ``mapping-column-missing`` unless every mapped registry column is in
        ``columns``."""
        own = self.registry
        optional = (own.other_names, own.language, own.address, own.contact_channels, own.deceased)
        representative = (own.representative_id, own.representative_name, own.representative_address)
        facts = {f"registry.facts.{fact.name}": fact.column for fact in own.facts.values()}
        tribunal = (own.tribunal_name, own.tribunal_address, own.tribunal_case)
        named = tuple(column for column in (own.person_id, *optional, *representative, *tribunal) if column)
        self._check("registry", (*named, *own.mapped), facts, columns)

    def check_status(self, columns: Sequence[str]) -> None:
        """Raise `UsageError` ``mapping-column-missing`` unless the status history has its four columns."""
        if self.status is not None:
            own = self.status
            self._check("status", (own.person_id, own.status, own.valid_from, own.valid_to), {}, columns)

    def _check(
        self, section: str, wanted: Sequence[str], facts: dict[str, str], present: Sequence[str]
    ) -> None:
        places = [(section, column) for column in wanted] + list(facts.items())
        _check_present(self.source, places, present)


def load_registry_columns(path: Path) -> RegistryColumns:
    """Read and check the section ``[registry]`` alone: before an incident there is no leaked sheet to be mapped.

    Raises what `Mapping.load` raises.
    """
    section = _read(path).section("registry")
    columns = _registry_columns(section)
    section.no_other_keys()
    return columns


def check_person_columns(source: str, columns: RegistryColumns, present: Sequence[str]) -> None:
    """Raise `UsageError` ``mapping-column-missing`` unless every column that says who a person is, is ``present``."""
    wanted = (columns.person_id, columns.other_names, *columns.mapped)
    _check_present(source, [("registry", column) for column in wanted if column], present)


def _read(path: Path) -> SectionReader:
    try:
        return SectionReader(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError(
            "mapping-missing",
            "The mapping file does not exist.",
            hint="Give the path of the TOML file that says which column means what.",
            where=path.name,
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        place = getattr(problem, "lineno", None)
        raise UsageError(
            "mapping-invalid",
            "The mapping file cannot be read as TOML.",
            hint='Mend the syntax; keys are name = "column", sections stand in [brackets].',
            where=f"{path.name}, line {place}" if place else path.name,
        ) from None


def _check_present(source: str, places: Sequence[tuple[str, str]], present: Sequence[str]) -> None:
    for place, column in places:
        if column not in present:
            raise _column_missing(source, place, column, present)


def _column_missing(source: str, section: str, column: str, present: Sequence[str]) -> UsageError:
    folded = {name.casefold(): name for name in reversed(present)}
    near = [folded[name] for name in get_close_matches(column.casefold(), list(folded), n=3, cutoff=0.5)]
    listed = ", ".join(f'"{name}"' for name in near)
    return UsageError(
        "mapping-column-missing",
        f'The column "{column}" of section [{section}] is not in the data.',
        hint=f"Near names that do exist: {listed}." if near else "No column has a similar name.",
        where=f"{source}, [{section}]",
    )


def _assemble(reader: SectionReader) -> Mapping:
    leaked, registry = reader.section("leaked"), reader.section("registry")
    status = reader.section("status") if reader.has("status") else None
    as_of = reader.section("as_of") if reader.has("as_of") else None
    reader.no_other_sections(("leaked", "registry", "status", "as_of"))
    mapping = Mapping(
        source=reader.source,
        leaked=LeakedColumns(
            sheet=leaked.text("sheet"),
            facts={name: FactColumn(name, column, words) for name, column, words in leaked.facts()},
            **leaked.person_columns(),
        ),
        registry=_registry_columns(registry),
        status=None
        if status is None
        else StatusColumns(
            file=status.required("file"),
            person_id=status.required("person_id"),
            status=status.required("status"),
            valid_from=status.required("valid_from"),
            valid_to=status.required("valid_to"),
            values=status.words("values", allowed=OUR_STATUSES),
        ),
        as_of=None if as_of is None else AsOf(status=as_of.texts("status", allowed=OUR_STATUSES)),
    )
    for section in (leaked, registry, status, as_of):
        if section is not None:
            section.no_other_keys()
    return mapping


def _registry_columns(registry: Section) -> RegistryColumns:
    return RegistryColumns(
        person_id=registry.required("person_id"),
        other_names=registry.text("other_names"),
        language=registry.text("language"),
        address=registry.text("address"),
        contact_channels=registry.text("contact_channels"),
        deceased=registry.text("deceased"),
        representative_id=registry.text("representative_id"),
        representative_name=registry.text("representative_name"),
        representative_address=registry.text("representative_address"),
        tribunal_name=registry.text("tribunal_name"),
        tribunal_address=registry.text("tribunal_address"),
        tribunal_case=registry.text("tribunal_case"),
        facts={name: FactColumn(name, column, words) for name, column, words in registry.facts()},
        **registry.person_columns(),
    )
