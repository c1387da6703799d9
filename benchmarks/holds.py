"""`make bench-holds`: placing holds on a whole population, on both databases, and whether any answer is stale after.

Measured is the verb itself, from the opened list to the commit. At the moment at which it returns, a second
connection looks every identifier up as the hold gate does: one that is not found in force would be somebody who is
told "clear". Learning the identifiers of a registry, and asking whether all holds may end, are measured beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import psycopg
from rich.table import Table

from benchmarks.measuring import ROOT, console, keep, machine

if TYPE_CHECKING:
    from amends.casework.identification.leaked_list import LeakedList
    from amends.ledger.models import Incident
    from amends.link.mapping import Mapping

AIMS = {6_252: 0.5, 1_000_000: 30.0}
"""Holds → seconds that placing them may take at most."""
NOW = datetime(2031, 3, 3, 18, 0, tzinfo=UTC)
_MAPPING = """
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
class Database:
    """Where a measurement runs."""

    name: str
    url: str


def main() -> int:
    """Measure each size on each database, each in a process of its own, and compare with the aims."""
    if len(sys.argv) > 1:
        return _measure(int(sys.argv[1]), Path(sys.argv[2]))
    out = console()
    out.print(", ".join(f"{name} {value}" for name, value in machine().items()))
    found: list[dict[str, Any]] = []
    sizes = [int(size) for size in os.environ.get("HOLDS", ",".join(map(str, AIMS))).split(",")]
    for size in sizes:
        for database in ("sqlite", "postgresql"):
            with place_for(database) as (home, url):
                found.append({"database": database, **_in_a_process(size, home, url)})
    out.print(_table(found))
    keep("holds", {"measured": found})
    stale = sum(result["stale"] for result in found)
    slow = [r for r in found if r["seconds"] > AIMS.get(r["holds"], 1e9)]
    out.print(f"{stale} stale answers, {len(slow)} measurements over their aim")
    return 1 if stale else 0


@contextmanager
def place_for(database: str) -> Iterator[tuple[Path, str]]:
    """Yield a folder for a ledger's home, and the address of an empty database (none for SQLite)."""
    with tempfile.TemporaryDirectory(prefix="amends-holds-") as folder:
        if database == "sqlite":
            yield Path(folder) / "home", ""
            return
        from tests.postgresql import Cluster, server_programs

        cluster = Cluster(server_programs())
        try:
            cluster.start()
            # As an organisation runs it: what is committed is on disk.
            with psycopg.connect(cluster.url, autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = on")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute("CREATE DATABASE amends ENCODING 'UTF8' TEMPLATE template0")
            yield Path(folder) / "home", cluster.url.replace("/postgres", "/amends")
        finally:
            cluster.stop()


def _in_a_process(size: int, home: Path, url: str) -> dict[str, Any]:
    import json

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.holds", str(size), str(home)],
        env={**os.environ, "AMENDS_HOME": str(home), "AMENDS_DATABASE_URL": url},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _measure(size: int, home: Path) -> int:
    import json

    from amends.cli.session import open_ledger

    open_ledger(home, create=True)
    from amends.casework.acts import Act
    from amends.casework.hold_end import standings
    from amends.casework.protect_population import protect_population
    from amends.ledger.models import Remedy

    mapping, listing = population(home, [f"A{number:09d}" for number in range(2, size + 2)])
    incident = opened(home)
    began = perf_counter()
    protect_population(
        incident=incident, listing=listing, mapping=mapping, act=Act("bench", "hold everyone", NOW)
    )
    seconds = perf_counter() - began
    stale = _stale(size)
    began = perf_counter()
    holds = list(Remedy.objects.filter(kind="hold").values_list("id", flat=True))
    standing = sum(1 for found in standings(holds, now=NOW) if found.lacking)
    asked = perf_counter() - began
    learned, learn = _learn(home, size, mapping)
    result = {
        "holds": size,
        "seconds": seconds,
        "stale": stale,
        "seconds_asking_all": asked,
        "standing": standing,
        "identifiers_learned": learned,
        "seconds_learning": learn,
    }
    print(json.dumps(result))
    return 0


def population(home: Path, identifiers: list[str]) -> tuple[Mapping, LeakedList]:
    """Return a list of people with these identifiers, as if it had been opened, and what its columns mean."""
    from amends.casework.identification.leaked_list import LeakedList
    from amends.link.mapping import Mapping
    from amends.scan.tables import Table as Sheet
    from amends.vocabulary.provenance import Provenance

    file = home / "mapping.toml"
    file.write_text(_MAPPING, encoding="utf-8")
    sheet = Sheet(
        provenance=Provenance.of("leaked.xlsx", "List"),
        name="List",
        hidden="",
        columns=("A-Number", "Last Name", "First Name", "DOB"),
        rows=tuple((text, "Zzcanary", "Sample", "1990-01-01") for text in identifiers),
        row_numbers=tuple(range(2, len(identifiers) + 2)),
    )
    return Mapping.load(file), LeakedList((sheet,), (), {})


def opened(home: Path) -> Incident:
    """Open an incident, or find it open already."""
    from amends.casework.acts import Act
    from amends.casework.open_incident import IncidentFacts, open_incident

    file = home / "leaked.csv"
    file.write_text("A-Number\n", encoding="utf-8")
    when = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
    facts = IncidentFacts("List", file, "custody", when, when, when, url="https://agency.example/list")
    return open_incident(facts=facts, act=Act("bench", "open", NOW)).incident


def _stale(size: int) -> int:
    """Count the identifiers for which a gate, asked now on a connection of its own, would not say held."""
    from django.db import connections

    from amends.ledger import current

    sealer = current.sealer()
    other = connections.create_connection("default")
    found = 0
    try:
        with other.cursor() as cursor:
            for begin in range(2, size + 2, 10_000):
                numbers = range(begin, min(begin + 10_000, size + 2))
                texts = [sealer.fingerprint(str(number)) for number in numbers]
                marks = ", ".join(["%s"] * len(texts))
                cursor.execute(
                    "SELECT count(DISTINCT h.fingerprint) FROM ledger_heldidentifier h"
                    " JOIN ledger_remedy m ON m.id = h.hold_id"
                    f" WHERE m.state = 'in_force' AND h.fingerprint IN ({marks})",
                    texts,
                )
                found += cursor.fetchone()[0]
    finally:
        other.close()
    return size - found


def _learn(home: Path, size: int, mapping: Mapping) -> tuple[int, float]:
    from amends.casework.acts import Act
    from amends.casework.learn_registry import learn_registry
    from amends.link.registry import Registry

    file = home / "registry.csv"
    with file.open("w", encoding="utf-8") as stream:
        stream.write("person_id,a_number,family_name,given_name,date_of_birth\n")
        stream.writelines(f"P{n},A{n:09d},Zzcanary,Sample,1990-01-01\n" for n in range(2, size + 2))
    registry = Registry.open(file, mapping)
    began = perf_counter()
    learned = learn_registry(registry=registry, mapping=mapping, act=Act("bench", "learn", NOW))
    return learned.identifiers, perf_counter() - began


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table("database", "holds", "placed, s", "aim", "", "stale", "all asked, s", "registry learned, s")
    for result in found:
        aim = AIMS.get(result["holds"])
        verdict = "" if aim is None else "within" if result["seconds"] <= aim else "OVER"
        table.add_row(
            result["database"],
            f"{result['holds']:,}",
            f"{result['seconds']:.2f}",
            "" if aim is None else f"{aim:g}",
            verdict,
            str(result["stale"]),
            f"{result['seconds_asking_all']:.2f}",
            f"{result['seconds_learning']:.2f}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
