"""Every kind of hiding is found where it is, and is not seen where it is not."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import tests.samples.hiding as folder
from amends.scan.hidden.kinds import hidden_kinds
from amends.scan.opening import open_file
from tests.samples.hiding.sample import HidingSample


def all_samples() -> list[HidingSample]:
    modules = sorted(
        module.name for module in pkgutil.iter_modules(folder.__path__) if module.name != "sample"
    )
    found = [importlib.import_module(f"{folder.__name__}.{name}") for name in modules]
    return [sample for module in found for sample in getattr(module, "SAMPLES", ())]


SAMPLES = all_samples()
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)


def hidden_texts(path: Path, kind: str) -> list[tuple[str, str]]:
    """Return place and text of all that is hidden in this way, cells of tables included."""
    opened = open_file(path)
    found = [(str(part.provenance), part.text) for part in opened.parts if part.hidden == kind]
    for table in opened.tables:
        place = str(table.provenance)
        for number, row in zip(table.row_numbers, table.rows, strict=True):
            for column, text in zip(table.columns, row, strict=True):
                if kind in {table.hidden, table.hidden_rows.get(number), table.hidden_columns.get(column)}:
                    found.append((place, text))
                found += [(place, text)] if table.hidden_cells.get((number, column)) == kind else []
        if table.hidden == kind:
            found += [(place, column) for column in table.columns]
    return found


@each_sample
def test_what_is_hidden_is_found_with_its_place(sample: HidingSample, tmp_path: Path) -> None:
    path = tmp_path / f"sample.{sample.extension}"
    sample.build(path, True)
    found = hidden_texts(path, sample.hidden)
    assert [text for place, text in found if sample.planted in text and sample.where in place], found


@each_sample
def test_what_is_not_hidden_raises_no_alarm(sample: HidingSample, tmp_path: Path) -> None:
    path = tmp_path / f"sample.{sample.extension}"
    sample.build(path, False)
    assert [text for _, text in hidden_texts(path, sample.hidden) if sample.planted in text] == []


@each_sample
def test_the_sample_is_opened_to_its_end(sample: HidingSample, tmp_path: Path) -> None:
    path = tmp_path / f"sample.{sample.extension}"
    sample.build(path, True)
    assert [(str(item.provenance), item.code) for item in open_file(path).skipped] == []


def test_every_kind_of_hiding_has_a_sample() -> None:
    assert sorted(hidden_kinds().keys() - {sample.hidden for sample in SAMPLES}) == []
