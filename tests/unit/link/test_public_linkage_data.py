"""Linking on public data with known truth; skipped where the corpus is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from amends.link.linking import link_rows
from amends.link.mapping import Mapping
from amends.link.registry import Registry

_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "corpus"
PEOPLE = Path(os.environ.get("AMENDS_CORPUS", _BESIDE)) / "people"

pytestmark = pytest.mark.skipif(not PEOPLE.is_dir(), reason="the corpus is not here")

MAPPING = """
[leaked]
identifiers = ["number"]
family_name = "family"
given_name = "given"
date_of_birth = "born"
nationality = "place"
[registry]
person_id = "person"
identifiers = ["number"]
family_name = "family"
given_name = "given"
other_names = "full"
date_of_birth = "born"
nationality = "place"
"""


def test_error_laden_records_of_historical_persons_are_linked_with_hardly_a_wrong_link(tmp_path):
    table = pq.read_table(PEOPLE / "historical_figures_with_errors_50k.parquet")
    data = pa.table(
        {
            "person": table["cluster"],
            "given": table["first_name"],
            "family": table["surname"],
            "full": table["full_name"],
            "born": table["dob"],
            "place": table["birth_place"],
            "number": pa.nulls(table.num_rows, pa.string()),
        }
    )
    first = pc.ends_with(table["unique_id"], "-1")
    precision, recall, seen = linked(tmp_path, data.filter(first), data.filter(pc.invert(first)))
    assert precision >= 0.999
    assert recall >= 0.60
    assert seen >= 0.87


def test_the_febrl_records_with_a_number_are_linked(tmp_path):
    raw = pa_csv.read_csv(
        PEOPLE / "dataset3.csv",
        convert_options=pa_csv.ConvertOptions(
            column_types={name: pa.string() for name in (" date_of_birth", " soc_sec_id")}
        ),
    )
    table = raw.rename_columns([name.strip() for name in raw.column_names])
    text = {name: pc.utf8_trim_whitespace(table[name].cast(pa.string())) for name in table.column_names}
    parts = pc.list_element(pc.split_pattern(text["rec_id"], "-"), 1)
    data = pa.table(
        {
            "person": parts,
            "given": text["given_name"],
            "family": text["surname"],
            "full": pa.nulls(len(parts), pa.string()),
            "born": text["date_of_birth"],
            "place": text["suburb"],
            "number": text["soc_sec_id"],
        }
    )
    original = pc.match_substring(text["rec_id"], "-org")
    precision, recall, seen = linked(tmp_path, data.filter(original), data.filter(pc.invert(original)))
    assert precision == 1
    assert recall >= 0.95
    assert seen >= 0.99


def linked(folder, registry_table, sheet):
    """Return precision and recall of links, and the share of rows whose person is linked or shown for review."""
    pq.write_table(registry_table, folder / "registry.parquet")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    mapping = Mapping.load(folder / "mapping.toml")
    registry = Registry.open(folder / "registry.parquet", mapping)
    rows = sheet.append_column("row", pa.array(range(sheet.num_rows), pa.int64()))
    judgements = link_rows(rows, registry, mapping, None).judgements
    right = pc.fill_null(pc.equal(judgements["person_id"], sheet["person"]), False)
    is_link = pc.is_in(judgements["outcome"], value_set=pa.array(["match", "duplicate"]))
    links_right = pc.sum(pc.and_(is_link, right)).as_py()
    return (
        links_right / pc.sum(is_link).as_py(),
        links_right / sheet.num_rows,
        pc.sum(right).as_py() / sheet.num_rows,
    )
