"""Makes one incident: people, custody, the sheet, the log, the second list, and the truth about all of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amends.drill.access_logs import write_logs
from amends.drill.background import make_background
from amends.drill.chance import stream
from amends.drill.circumstances import make_circumstances
from amends.drill.custody import make_custody
from amends.drill.kinship import plant_kinship
from amends.drill.mapping_files import LEAKED_SHEET, MANIFEST_MAPPING, MANIFEST_SHEET, MAPPING
from amends.drill.population import make_population
from amends.drill.readers import Reader, make_readers
from amends.drill.registry_files import People, write_registry, write_status
from amends.drill.scenarios import Scenario
from amends.drill.sheet import COLUMNS, MANIFEST_COLUMNS, make_manifest, make_rows
from amends.drill.truth import Truth, write_truth
from amends.drill.workbooks import HEADER_ROW, SheetContent, write_workbook
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class IncidentFiles:
    """Where everything lies. All but ``truth`` is what the organisation would have before it."""

    leaked: Path
    logs: tuple[Path, Path]
    """The current part and the rotated one."""
    registry: Path
    status: Path
    mapping: Path
    manifest: Path
    manifest_mapping: Path
    truth: Path
    """Folder; nothing that responds to the incident may read it."""

    @classmethod
    def within(cls, folder: Path) -> IncidentFiles:
        """Return the places that the files of an incident have in this folder."""
        return cls(
            leaked=folder / "leaked.xlsx",
            logs=(folder / "access.log", folder / "access.log.1.gz"),
            registry=folder / "registry.parquet",
            status=folder / "registry-status.parquet",
            mapping=folder / "mapping.toml",
            manifest=folder / "manifest.xlsx",
            manifest_mapping=folder / "manifest-mapping.toml",
            truth=folder / "truth",
        )


def make_incident(scenario: Scenario, *, people: int, seed: int, out: Path) -> IncidentFiles:
    """Write the incident into ``out``, which is made where it is missing, and return where its files lie.

    ``people`` is the size of the registry. The same scenario, size and seed give the same bytes. A million
    people take seconds and some hundred megabytes of memory. Existing files of the same names are replaced.
    Raises `UsageError` ``drill-too-few-people`` when the registry could not hold both lists.
    """
    if people < scenario.fewest_people:
        raise UsageError(
            "drill-too-few-people",
            f"a registry of {people} people cannot hold both lists of scenario {scenario.name!r}",
            hint=f"Ask for at least {scenario.fewest_people} people, or scale the scenario down.",
        )
    out.mkdir(parents=True, exist_ok=True)
    files = IncidentFiles.within(out)
    known = _make_people(scenario, people, seed)
    write_registry(files.registry, known, people)
    write_status(files.status, known.custody, people)
    truth = _make_sheets(files, scenario, known, seed)
    write_truth(files.truth, truth)
    return files


def _make_people(scenario: Scenario, registered: int, seed: int) -> People:
    count = registered + scenario.list.unregistered_rows
    population = make_population(count, scenario, stream(seed, "population"))
    plant_kinship(population, scenario.registry.kin_pairs, stream(seed, "kinship"))
    custody = make_custody(population, scenario, stream(seed, "custody"))
    return People(population, custody, make_circumstances(custody, scenario, stream(seed, "circumstances")))


def _make_sheets(files: IncidentFiles, scenario: Scenario, known: People, seed: int) -> Truth:
    rows = make_rows(known, scenario, stream(seed, "sheet"))
    hidden = _hidden_rows(scenario, stream(seed, "hidden rows"))
    content = SheetContent(LEAKED_SHEET, COLUMNS, [row.cells for row in rows], hidden)
    write_workbook(files.leaked, content, scenario.as_of, with_notes=True)
    manifest = make_manifest(known, scenario, stream(seed, "manifest"))
    content = SheetContent(MANIFEST_SHEET, MANIFEST_COLUMNS, [row.cells for row in manifest])
    write_workbook(files.manifest, content, scenario.second_incident.at, with_notes=False)
    files.mapping.write_text(MAPPING, encoding="utf-8")
    files.manifest_mapping.write_text(MANIFEST_MAPPING, encoding="utf-8")
    return Truth(scenario, known, rows, hidden, manifest, _make_logs(files, scenario, seed))


def _make_logs(files: IncidentFiles, scenario: Scenario, seed: int) -> list[Reader]:
    """The leaked file lies there already: a full copy in the log has its size to the byte."""
    readers = make_readers(scenario, files.leaked.stat().st_size, stream(seed, "readers"))
    requests = [request for reader in readers if reader.in_log for request in reader.requests]
    requests.extend(make_background(scenario.access_log, stream(seed, "background")))
    write_logs(files.leaked.parent, requests, scenario.access_log)
    return readers


def _hidden_rows(scenario: Scenario, rng: np.random.Generator) -> frozenset[int]:
    """Return the numbers of hidden rows: one block somewhere within the list, as a filter would leave it."""
    count = min(scenario.list.hidden_rows, scenario.list.rows)
    first = HEADER_ROW + 1 + int(rng.integers(0, scenario.list.rows - count + 1))
    return frozenset(range(first, first + count))
