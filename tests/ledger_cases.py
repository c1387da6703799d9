"""Ledgers to test on, empty and with a small incident, each on SQLite and on PostgreSQL.

The tables are made once a session. SQLite's are copied for each test, PostgreSQL's are emptied before each. A
test asks for ``ledger`` and runs twice, once on either database; rooms import the fixtures in their
``conftest.py``. Nothing here imports Django before a fixture or a factory runs.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from amends.ledger.home import LedgerHome
from tests.emptied_database import EmptiedDatabase, at, on_server

if TYPE_CHECKING:
    from amends.ledger.models import AffectedPerson, Incident, LeakedRow, Recipient

EXPOSED = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
REPORTED = EXPOSED + timedelta(hours=4)
REMOVED = EXPOSED + timedelta(hours=4, minutes=19)
NOW = EXPOSED + timedelta(hours=9)
TABLE = "Detained"
_TEMPLATES = pytest.StashKey[dict[str, str]]()
_DATABASES = pytest.StashKey[dict[str, EmptiedDatabase]]()
MAPPING = """
[leaked]
identifiers = ["A-Number"]
family_name = "Last Name"
given_name = "First Name"
date_of_birth = "DOB"

[registry]
person_id = "person_id"
identifiers = ["a_number"]
family_name = "family_name"
given_name = "given_name"
date_of_birth = "date_of_birth"
"""


@dataclass(frozen=True, slots=True)
class LedgerCase:
    """One ledger of a test's own: where it lies, and how another process finds it."""

    home: LedgerHome
    url: str
    """Address of the PostgreSQL database; empty for SQLite."""

    @property
    def is_postgresql(self) -> bool:
        return bool(self.url)

    @property
    def environment(self) -> dict[str, str]:
        """Environment of a process that shall work on the same ledger."""
        return {**os.environ, "AMENDS_HOME": str(self.home.folder), "AMENDS_DATABASE_URL": self.url}


@contextmanager
def working_on(home: LedgerHome, url: str) -> Iterator[None]:
    """Point Django's connection, the settings and the sealer of this process at one ledger."""
    from django.db import connections
    from django.test import override_settings

    from amends.ledger import current
    from amends.server.database import database_settings

    before = connections.settings
    try:
        connections["default"].close()
        del connections["default"]
        connections.settings = connections.configure_settings({"default": database_settings(url, home)})
        current.sealer.cache_clear()
        with override_settings(HOME=home):
            yield
    finally:
        connections["default"].close()
        del connections["default"]
        connections.settings = before
        current.sealer.cache_clear()


def _with_tables(home: LedgerHome, url: str) -> None:
    from amends.ledger.schema.tables import bring_up_to_date

    with working_on(home, url):
        bring_up_to_date()


@pytest.fixture(scope="session")
def ledger_template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LedgerHome:
    """A home with key and empty tables, to be copied. Made once, whichever room asks first."""
    known = request.config.stash.setdefault(_TEMPLATES, {})
    if "sqlite" not in known:
        home = LedgerHome(tmp_path_factory.mktemp("ledger-template") / "home")
        home.create()
        _with_tables(home, "")
        known["sqlite"] = str(home.folder)
    return LedgerHome(Path(known["sqlite"]))


@pytest.fixture(scope="session")
def postgresql_template(
    request: pytest.FixtureRequest, postgresql_server: str, ledger_template: LedgerHome
) -> Iterator[str]:
    """Name of a database with empty tables, to be copied."""
    known = request.config.stash.setdefault(_TEMPLATES, {})
    if "postgresql" in known:
        yield known["postgresql"]
        return
    name = f"amends_template_{secrets.token_hex(6)}"
    on_server(postgresql_server, "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", name)
    try:
        _with_tables(ledger_template, at(postgresql_server, name))
        known["postgresql"] = name
        yield name
    finally:
        known.pop("postgresql", None)
        on_server(postgresql_server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def emptied_database(
    request: pytest.FixtureRequest, postgresql_server: str, postgresql_template: str
) -> Iterator[EmptiedDatabase]:
    """The database of this worker's tests, one after the other. Made once, whichever room asks first."""
    known = request.config.stash.setdefault(_DATABASES, {})
    if "postgresql" in known:
        yield known["postgresql"]
        return
    database = known["postgresql"] = EmptiedDatabase(postgresql_server, postgresql_template)
    try:
        yield database
    finally:
        known.pop("postgresql", None)
        database.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(
    request: pytest.FixtureRequest, ledger_template: LedgerHome, tmp_path: Path
) -> Iterator[LedgerCase]:
    """An empty ledger of this test's own, on each of the two databases in turn."""
    home = LedgerHome(tmp_path / "home")
    shutil.copytree(ledger_template.folder, home.folder)
    if request.param == "sqlite":
        with working_on(home, ""):
            yield LedgerCase(home, "")
        return
    url = request.getfixturevalue("emptied_database").url()
    with working_on(home, url):
        yield LedgerCase(home, url)


# ------------------------------------------------------------------ a small incident


def an_act(reason: str = "exercise"):
    """A deliberate act of the tests' operator."""
    from amends.casework.acts import Act

    return Act("operator", reason, NOW)


def opened_incident(folder: Path, *, playbook: str = "custody", title: str = "List of people") -> Incident:
    """Open an incident by its verb, with a file of its own as what leaked."""
    from amends.casework.open_incident import IncidentFacts, open_incident

    file = folder / f"leaked-{secrets.token_hex(4)}.csv"
    file.write_text(f"A-Number,Last Name\n{file.name},x\n", encoding="utf-8")
    facts = IncidentFacts(
        title, file, playbook, EXPOSED, REPORTED, REMOVED, url="https://agency.example/list"
    )
    return open_incident(facts=facts, act=an_act()).incident


def protected_incident(folder: Path, rows: int, **about: Any) -> Incident:
    """Open an incident and hold ``rows`` invented people by the verbs."""
    from amends.casework.identification.leaked_list import LeakedList
    from amends.casework.protect_population import protect_population
    from amends.link.mapping import Mapping as ColumnMapping
    from amends.scan.tables import Table
    from amends.vocabulary.provenance import Provenance

    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    numbers = range(2, rows + 2)
    table = Table(
        provenance=Provenance.of("leaked.xlsx", TABLE),
        name=TABLE,
        hidden="",
        columns=("A-Number", "Last Name", "First Name", "DOB"),
        rows=tuple((f"A{number:09d}", "Zzcanary", "Sample", "1990-01-01") for number in numbers),
        row_numbers=tuple(numbers),
    )
    incident = opened_incident(folder, **about)
    protect_population(
        incident=incident,
        listing=LeakedList((table,), (), {}),
        mapping=ColumnMapping.load(mapping),
        act=an_act(),
    )
    incident.refresh_from_db()
    return incident


def incident_with_rows(rows: int, *, reference: str = "2031-03-03-0123456789") -> Incident:
    """An incident and its rows as bare records, for what looks at nothing else."""
    from amends.ledger.models import Incident, LeakedRow

    incident = Incident.objects.create(
        reference=reference,
        title="List of people",
        exposed_from=EXPOSED,
        reported_at=REPORTED,
        removed_at=REMOVED,
        playbook="custody",
        playbook_version="1",
        opened_at=NOW,
    )
    LeakedRow.objects.bulk_create(
        LeakedRow(incident=incident, table_name=TABLE, row_number=n, hidden=False, exposed_kinds=["name"])
        for n in range(2, rows + 2)
    )
    return incident


def identified(incident: Incident, facts_of_persons: Iterable[Mapping[str, Any]]) -> list[AffectedPerson]:
    """Make each row of the incident the person described; rows beyond the descriptions name nobody.

    A description sets fields of `AffectedPerson`; ``represented`` gives the person a representative.
    """
    from amends.ledger import current
    from amends.ledger.models import AffectedPerson, LeakedRow, Representative
    from amends.vocabulary.judgement import Judgement, RowOutcome

    persons = []
    descriptions = iter(facts_of_persons)
    for row in LeakedRow.objects.filter(incident=incident).order_by("row_number"):
        described = next(descriptions, None)
        if described is None:
            LeakedRow.objects.filter(pk=row.pk).update(outcome=RowOutcome.REFUSED)
            continue
        values = dict(described)
        if values.pop("represented", False):
            values["representative"] = Representative.objects.create(
                registry_representative_id=f"R{row.pk}",
                sealed_details=current.sealer().seal_record({"name": "x"}, bound_to="representative"),
            )
        person = AffectedPerson.objects.create(
            incident=incident,
            **{
                "registry_person_id": f"P{row.row_number}",
                "first_row": row.row_number,
                "table_name": row.table_name,
                "sealed_details": b"sealed",
                "exposed_kinds": ["name"],
                **values,
            },
        )
        persons.append(person)
        LeakedRow.objects.filter(pk=row.pk).update(
            outcome=RowOutcome.MATCH, judgement=Judgement.MATCH, person=person
        )
    incident.identified_at = NOW
    incident.save(update_fields=["identified_at"])
    return persons


def a_status_history(
    persons: Mapping[AffectedPerson, Iterable[tuple[str, Any, Any]]], until: datetime
) -> None:
    """Record episodes (status, begin, end) of persons of one incident, as a reading of the registry would."""
    from amends.ledger.models import StatusEpisode, StatusReading

    incident = next(iter(persons)).incident
    reading = StatusReading.objects.create(incident=incident, status_as_of=until, recorded_at=until)
    for person, episodes in persons.items():
        for status, begins, ends in episodes:
            StatusEpisode.objects.create(
                person=person, status=status, begins_at=begins, ends_at=ends, reading=reading
            )


def a_recipient(incident: Incident, address: str, **about: Any) -> Recipient:
    """A client that asked for the document, and obtained all of it unless something else is said."""
    from amends.ledger.models import Recipient

    values = {
        "recipient_class": "outside",
        "verdict": "full",
        "obtained_data": True,
        "requests": 1,
        "statuses": [200],
        "first_seen": EXPOSED,
        "last_seen": EXPOSED,
        "bytes_sent": 1000,
        "in_window": True,
    }
    return Recipient.objects.create(incident=incident, address=address, **{**values, **about})


def rows_of(incident: Incident) -> list[LeakedRow]:
    """The rows of an incident, in order."""
    from amends.ledger.models import LeakedRow

    return list(LeakedRow.objects.filter(incident=incident).order_by("row_number"))
