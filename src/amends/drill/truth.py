"""Writes what really happened, apart from what the organisation can see."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from amends.drill.custody import DETAINED, REMOVED, STATUS_WORDS
from amends.drill.kinship import KINDS
from amends.drill.population import NOBODY, languages
from amends.drill.readers import Reader
from amends.drill.registry_files import People, person_ids
from amends.drill.scenarios import Scenario
from amends.drill.sheet import SheetRow
from amends.drill.truth_files import HARMED, HOLES, MANIFEST, PERSONS, RECIPIENTS, REQUESTS, ROWS
from amends.drill.workbooks import HEADER_ROW

_RECIPIENT_COLUMNS: Final = ("address", "class", "verdict", "requests", "in_window")
_DAYS_OF_CHILDHOOD: Final = 6_574
"""Eighteen years, leap days included."""


@dataclass(frozen=True, slots=True)
class Truth:
    """All that the generator knows and the organisation has to find out."""

    scenario: Scenario
    people: People
    rows: Sequence[SheetRow]
    hidden_rows: frozenset[int]
    manifest: Sequence[SheetRow]
    readers: Sequence[Reader]

    @property
    def registered(self) -> int:
        """How many of the population stand in the registry."""
        return len(self.people.population) - self.scenario.list.unregistered_rows


def write_truth(folder: Path, truth: Truth) -> None:
    """Write every truth file into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(_rows(truth), folder / ROWS, compression="zstd")
    pq.write_table(_persons(truth), folder / PERSONS, compression="zstd")
    pq.write_table(_manifest(truth), folder / MANIFEST, compression="zstd")
    _write_csv(folder / HARMED, ("person_id",), ((who,) for who in _harmed(truth)))
    _write_csv(
        folder / RECIPIENTS, ("address", "class", "verdict", "requests", "in_window"), _recipients(truth)
    )
    columns = ("time", "address", "method", "target", "status", "bytes", "verdict", "in_log")
    _write_csv(folder / REQUESTS, columns, _requests(truth))
    log = truth.scenario.access_log
    lost = sum(not reader.in_log for reader in truth.readers)
    holes = [(_iso(log.hole_begins), _iso(log.hole_ends), lost)] if log.hole_minutes else []
    _write_csv(folder / HOLES, ("begins", "ends", "recipients_lost"), holes)


def _rows(truth: Truth) -> pa.Table:
    """One line per row of the sheet; the person is null where the registry does not know them."""
    places = np.array([row.place for row in truth.rows])
    custody = truth.people.custody
    status = np.full(len(truth.people.population), DETAINED, dtype=np.int8)
    status[custody.listed] = custody.status_at_leak
    numbers = np.arange(len(places)) + HEADER_ROW + 1
    return pa.table(
        {
            "row": pa.array(numbers, pa.int64()),
            "person_id": _known_ids(places, truth.registered),
            "status_at_leak": pa.array(STATUS_WORDS).take(pa.array(status[places])),
            "slips": pa.array(["|".join(row.slips) for row in truth.rows]),
            "hidden": pa.array([int(number) in truth.hidden_rows for number in numbers]),
        }
    )


def _persons(truth: Truth) -> pa.Table:
    """One line per registered person whom either incident touches."""
    people, custody = truth.people, truth.people.custody
    touched = np.union1d(custody.listed, np.array([row.place for row in truth.manifest], dtype=np.int64))
    touched = touched[touched < truth.registered]
    harmed = np.isin(touched, custody.harmed)
    in_manifest = np.isin(touched, [row.place for row in truth.manifest])
    status = np.full(len(people.population), NOBODY, dtype=np.int16)
    status[custody.listed] = custody.status_at_leak
    at_hold = status[touched]
    at_hold[harmed] = REMOVED
    words = pa.array(STATUS_WORDS)
    as_of_day = (truth.scenario.as_of - datetime(1970, 1, 1, tzinfo=UTC)).days
    return pa.table(
        {
            "person_id": person_ids(touched),
            "listed": pa.array(custody.is_listed[touched]),
            "in_manifest": pa.array(in_manifest),
            "status_at_leak": words.take(pa.array(status[touched], mask=status[touched] == NOBODY)),
            "status_at_hold": words.take(pa.array(at_hold, mask=at_hold == NOBODY)),
            "harmed": pa.array(harmed),
            "minor": pa.array(as_of_day - people.population.born[touched] < _DAYS_OF_CHILDHOOD),
            "deceased": pa.array(people.circumstances.deceased[touched]),
            "final_order": pa.array(people.circumstances.final_order[touched]),
            "no_contact": pa.array(people.circumstances.no_contact[touched]),
            "represented": pa.array(people.circumstances.representative[touched] != NOBODY),
            "language": pa.array(languages()).take(pa.array(people.population.language[touched])),
            "kin": pa.array(["", *KINDS]).take(pa.array(people.population.kin[touched])),
        }
    )


def _manifest(truth: Truth) -> pa.Table:
    places = np.array([row.place for row in truth.manifest], dtype=np.int64)
    return pa.table(
        {
            "row": pa.array(np.arange(len(places)) + HEADER_ROW + 1, pa.int64()),
            "person_id": person_ids(places),
            "in_first_leak": pa.array(truth.people.custody.is_listed[places]),
            "slips": pa.array(["|".join(row.slips) for row in truth.manifest]),
        }
    )


def _harmed(truth: Truth) -> list[str]:
    harmed: list[str] = person_ids(np.sort(truth.people.custody.harmed)).to_pylist()
    return harmed


def _recipients(truth: Truth) -> Iterable[tuple[Any, ...]]:
    """Clients of whom the log knows; those lost in a hole are counted in ``holes.csv``."""
    begins, ends = truth.scenario.times.exposed.timestamp(), truth.scenario.times.removed.timestamp()
    for reader in sorted(truth.readers, key=lambda reader: reader.address):
        if reader.in_log:
            in_window = any(begins <= request.time < ends for request in reader.requests)
            yield (
                reader.address,
                reader.recipient_class,
                reader.verdict,
                len(reader.requests),
                _yes(in_window),
            )


def _requests(truth: Truth) -> Iterable[tuple[Any, ...]]:
    pairs = [(reader, request) for reader in truth.readers for request in reader.requests]
    for reader, request in sorted(pairs, key=lambda pair: (pair[1].time, pair[1].address)):
        yield (
            _iso(datetime.fromtimestamp(request.time, UTC)),
            request.address,
            request.method,
            request.target,
            request.status,
            "-" if request.sent is None else request.sent,
            request.verdict,
            _yes(reader.in_log),
        )


def _known_ids(places: np.ndarray, registered: int) -> pa.Array:
    identified = person_ids(places)
    return pa.array(
        [
            who if place < registered else None
            for who, place in zip(identified.to_pylist(), places, strict=True)
        ],
        pa.string(),
    )


def _write_csv(path: Path, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)


def _iso(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _yes(flag: bool) -> str:
    return "true" if flag else "false"
