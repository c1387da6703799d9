"""The rows of a list are fingerprinted and sealed as one by one, by one process or two, and none is lost."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from amends.casework import population_rows
from amends.casework.identification.leaked_list import LeakedList, listed_rows
from amends.casework.population_rows import sealed_for_row
from amends.casework.protect_population import protect_population
from amends.ledger import current
from amends.ledger.fingerprints import fingerprint
from amends.ledger.keyring import Purpose
from amends.ledger.models import Incident, LeakedRow, Remedy
from amends.ledger.scope_keys import DataKind
from amends.vocabulary.identifier import normalised_identifier
from tests.unit.casework.hand_made import HandMade, act

ROWS = 130
ODD = ("", "A-000", "a 012345678", "Ünïq «7»", 'quo"te\\1', "١٢٣٤٥٦٧٨٩", "x\u2028y", "12345678.0", "AB1")


def long_list(people: HandMade) -> LeakedList:
    """Return a visible and a hidden table with identifiers of every sort."""
    table = people.listing.tables[0]
    texts = [ODD[n % len(ODD)] if n % 3 == 0 else f"A{n:09d}" for n in range(ROWS)]
    numbers = tuple(range(2, ROWS + 2))
    rows = tuple((text, *table.rows[n % len(table.rows)][1:]) for n, text in enumerate(texts))
    first = replace(table, rows=rows, row_numbers=numbers, hidden_rows={3: "hidden-row", 77: "hidden-row"})
    second = replace(first, name="Second", hidden="hidden-sheet", rows=rows[::-1])
    return replace(people.listing, tables=(first, second))


def one_by_one(incident: Incident, listing: LeakedList, people: HandMade) -> Iterator[tuple[Any, ...]]:
    """Yield what each row must become, its identifiers unsealed: the definition."""
    key = people.ledger.home.ring().current(Purpose.FINGERPRINT)
    for table in listing.tables:
        for row in listed_rows(table, people.mapping):
            found = [normalised_identifier(identifier) for identifier in row.identifiers]
            identifiers = list(dict.fromkeys(filter(None, found)))
            yield (
                incident.pk,
                row.table_name,
                row.row_number,
                row.hidden,
                row.exposed_kinds,
                fingerprint(key, identifiers[0]) if identifiers else "",
                json.dumps(identifiers).encode() if identifiers else None,
                "not_judged",
                "",
                "",
                "",
            )


def made(incident: Incident, listing: LeakedList, people: HandMade) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as the ledger will keep them, their identifiers unsealed."""
    sealer = current.sealer().scoped(incident.reference, DataKind.IDENTIFIERS)
    nonces = set()
    sealed_ones = 0
    for row in population_rows.population_rows(incident, listing, people.mapping, sealer):
        sealed = row[6]
        if sealed is not None:
            bound_to = sealed_for_row(incident, row[1], row[2])
            nonces.add(sealed[9:21])
            sealed_ones += 1
            sealed = current.sealer().unseal(sealed, bound_to=bound_to)
        yield (*row[:6], sealed, *row[7:])
    assert len(nonces) == sealed_ones


@pytest.fixture(params=["one process", "two processes"])
def processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let a short list be worked in many blocks, by one process or by two."""
    monkeypatch.setattr(population_rows, "_BLOCK", 16)
    two = request.param == "two processes"
    monkeypatch.setattr(population_rows, "TWO_PROCESSES_FROM", 1 if two else 10**9)
    return str(request.param)


def test_each_row_is_what_it_would_be_alone(people: HandMade, processes: str):
    incident, listing = people.opened(), long_list(people)
    assert list(made(incident, listing, people)) == list(one_by_one(incident, listing, people))


def test_a_list_without_rows_has_none(people: HandMade, processes: str):
    incident, table = people.opened(), people.listing.tables[0]
    empty = replace(people.listing, tables=(replace(table, rows=(), row_numbers=()),))
    assert list(made(incident, empty, people)) == []


def test_a_helper_that_dies_leaves_no_row_behind(
    people: HandMade, processes: str, monkeypatch: pytest.MonkeyPatch
):
    incident, listing, parent = people.opened(), long_list(people), os.getpid()
    plainly = population_rows.normalised_identifiers
    calls = 0

    def killed_at_the_fiftieth(row: Any) -> list[str]:
        nonlocal calls
        calls += 1
        if calls == 50 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return plainly(row)

    monkeypatch.setattr(population_rows, "normalised_identifiers", killed_at_the_fiftieth)
    assert list(made(incident, listing, people)) == list(one_by_one(incident, listing, people))


def test_a_helper_that_stands_still_is_not_waited_for(
    people: HandMade, processes: str, monkeypatch: pytest.MonkeyPatch
):
    incident, listing, parent = people.opened(), long_list(people), os.getpid()
    plainly = population_rows.normalised_identifiers
    calls = 0

    def stuck_at_the_fiftieth(row: Any) -> list[str]:
        nonlocal calls
        calls += 1
        if calls == 50 and os.getpid() != parent:
            signal.pause()
        return plainly(row)

    monkeypatch.setattr(population_rows, "normalised_identifiers", stuck_at_the_fiftieth)
    monkeypatch.setattr(population_rows, "_PATIENCE", 0.2)
    began = time.monotonic()
    assert list(made(incident, listing, people)) == list(one_by_one(incident, listing, people))
    assert time.monotonic() - began < 20


def test_what_is_wrong_with_a_row_is_said_by_whichever_process_meets_it(
    people: HandMade, processes: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    incident, listing = people.opened(), long_list(people)

    def failing(row: Any) -> list[str]:
        if row.row_number == 60:
            raise ValueError(f"cannot read {row.identifiers}")
        return []

    monkeypatch.setattr(population_rows, "normalised_identifiers", failing)
    with pytest.raises(ValueError, match="cannot read"):
        list(made(incident, listing, people))
    # Nothing of the row on anybody's screen: the helper keeps what it met to itself.
    assert capfd.readouterr().err == ""


def test_a_population_held_by_two_processes_is_held_whole(people: HandMade, processes: str):
    incident, listing = people.opened(), long_list(people)
    held = protect_population(incident=incident, listing=listing, mapping=people.mapping, act=act("hold"))
    assert held.rows == held.held == 2 * ROWS
    assert LeakedRow.objects.count() == 2 * ROWS
    assert Remedy.objects.filter(kind="hold", state="in_force").count() == 2 * ROWS
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_leakedrow WHERE identifier_fingerprint <> ''")
        with_identifier = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM ledger_heldidentifier WHERE hold_id <> 0")
        assert cursor.fetchone()[0] == with_identifier > ROWS
