"""Synthetic registries and fingerprints for measuring the index of known people. Every person bears the canary."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends.drill.canary import CANARY
from amends.drill.cultures import name_book
from amends.drill.population import NOBODY, Population, make_population
from amends.drill.registry_files import official_names
from amends.drill.scenarios import Scenario

MAPPING: Final = """
[registry]
person_id = "person_id"
identifiers = ["a_number"]
family_name = "family_name"
given_name = "given_name"
other_names = "other_names"
date_of_birth = "date_of_birth"
"""
_CHUNK: Final = 250_000


def write_registry(path: Path, people: int, seed: int = 20221128) -> None:
    """Write a registry of the drill's people as Parquet, chunk by chunk; no two have the same number."""
    scenario = Scenario.load("custody-list")
    writer: pq.ParquetWriter | None = None
    for first in range(0, people, _CHUNK):
        count = min(_CHUNK, people - first)
        population = make_population(count, scenario, np.random.default_rng((seed, first)))
        # An odd factor permutes the nine-digit numbers enough to look like none was given in order.
        numbers = (np.arange(first, first + count, dtype=np.int64) * 7_368_787 + 1_234) % 999_999_937
        table = _as_table(population, numbers, first)
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _as_table(population: Population, numbers: np.ndarray, first: int) -> pa.Table:
    family, given = official_names(population)
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 9, "0")
    return pa.table(
        {
            "person_id": pc.cast(pa.array(np.arange(first, first + len(numbers))), pa.string()),
            "a_number": pc.binary_join_element_wise("A", digits, ""),
            "family_name": family,
            "given_name": given,
            "other_names": _native_names(population),
            "date_of_birth": pa.array(population.born, pa.int32()).view(pa.date32()),
            "remarks": pa.array([CANARY] * len(numbers)),
        }
    )


def _native_names(population: Population) -> pa.Array:
    native = pa.array(name_book().native)
    names = [
        native.take(pa.array(tokens, mask=tokens == NOBODY))
        for tokens in (population.given_first, population.family_first)
    ]
    whole = pc.binary_join_element_wise(*names, " ")
    return pc.if_else(pa.array(population.has_native), whole, "")
