"""Small registries of synthetic people, and indexes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa

from amends.scan.known.building import Reading, build
from amends.scan.known.index import KnownIndex
from amends.scan.known.keys import Fingerprinter
from amends.scan.known.persons import RegistryBatch

KEY: Final = bytes(range(100, 116))
NOW: Final = datetime(2022, 12, 1, 12, tzinfo=UTC)

Person = tuple[str, str, str, str]
"""Identifier, family name, given name, date of birth."""


def batch_of(people: Sequence[Person], others: Sequence[str] | None = None) -> RegistryBatch:
    """Return people as a batch of a registry."""
    columns = [pa.array([person[place] for person in people], pa.string()) for place in range(4)]
    aliases = None if others is None else pa.array(others, pa.string())
    return RegistryBatch(len(people), (columns[0],), columns[1], columns[2], None, aliases, columns[3])


def reading_of(*batches: RegistryBatch) -> Reading:
    """Return a registry that does not change while it is read."""
    return Reading(batches, lambda: None)


def index_of(path: Path, people: Sequence[Person], others: Sequence[str] | None = None) -> KnownIndex:
    """Build an index of people and open it."""
    build(path, reading_of(batch_of(people, others)), Fingerprinter(KEY), NOW)
    return KnownIndex(path)
