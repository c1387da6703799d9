"""An export is read with its own words and clock, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.casework.actions.mapping import load_action_mapping
from amends.casework.actions.reading import posted_action, read_actions
from amends.vocabulary.errors import UsageError
from tests.unit.casework.hand_made import NOW

ANA = "A200000002"
MAPPING = """
[actions]
identifier = "Alien No"
kind = "What"
at = "When"
time_zone = "America/New_York"
[actions.kinds]
Deported = "removal"
Opposed = "opposition_to_motion_to_reopen"
Freed = "other"
"""


def mapped(folder: Path, text: str = MAPPING):
    (folder / "actions.toml").write_text(text, encoding="utf-8")
    return load_action_mapping(folder / "actions.toml")


def export(folder: Path, *lines: str) -> Path:
    file = folder / "flights.csv"
    file.write_text("\n".join(["Alien No,What,When", *lines]) + "\n", encoding="utf-8")
    return file


def test_an_export_is_read_with_its_own_words_and_clock(tmp_path: Path):
    file = export(tmp_path, "A-200 000 002,Deported,2022-12-01T10:00:00", "A3000000,freed,2022-12-02")
    one, two = read_actions(file, mapped(tmp_path), system="Flights").actions
    assert (one.kind, one.system, one.identifier.reveal()) == ("removal", "flights", "200000002")
    assert one.at == datetime(2022, 12, 1, 15, tzinfo=UTC)
    assert (two.kind, two.at) == ("other", datetime(2022, 12, 3, 4, 59, 59, tzinfo=UTC)), "a day ends late"


def test_a_parquet_export_is_read_like_a_csv_one(tmp_path: Path):
    at = datetime(2022, 12, 1, 15, tzinfo=UTC)
    table = pa.table({"Alien No": [ANA], "What": ["DEPORTED"], "When": [at]})
    pq.write_table(table, tmp_path / "flights.parquet")
    (action,) = read_actions(tmp_path / "flights.parquet", mapped(tmp_path), system="flights").actions
    assert (action.at, action.kind) == (at, "removal")


@pytest.mark.parametrize(
    "line",
    [
        ",Deported,2022-12-01T10:00:00Z",
        "A200000002,Deprted,2022-12-01T10:00:00Z",
        "A200000002,,2022-12-01T10:00:00Z",
        "A200000002,Deported,yesterday",
        "A200000002,Deported,",
    ],
)
def test_one_bad_line_refuses_the_whole_export_and_is_not_repeated(tmp_path: Path, line):
    file = export(tmp_path, "A3000000,Freed,2022-12-02", line)
    with pytest.raises(UsageError) as refused:
        read_actions(file, mapped(tmp_path), system="flights")
    assert (refused.value.code, refused.value.where) == ("action-invalid", "line 3")
    assert "200000002" not in str(refused.value)


def test_a_time_without_a_zone_is_refused_where_the_mapping_names_none(tmp_path: Path):
    text = MAPPING.replace('time_zone = "America/New_York"\n', "")
    with pytest.raises(UsageError) as refused:
        read_actions(export(tmp_path, f"{ANA},Deported,2022-12-01"), mapped(tmp_path, text), system="x")
    assert refused.value.code == "action-invalid"


@pytest.mark.parametrize(
    "wrong",
    [
        MAPPING.replace('kind = "What"', ""),
        MAPPING.replace('Deported = "removal"', 'Deported = "remvoal"'),
        MAPPING.replace("America/New_York", "America/Nowhere"),
        MAPPING + '\nextra = "x"',
        "[other]\n",
    ],
)
def test_a_mapping_that_is_half_understood_is_refused(tmp_path: Path, wrong):
    with pytest.raises(UsageError) as refused:
        mapped(tmp_path, wrong)
    assert refused.value.code == "mapping-invalid"


def test_a_kind_that_nobody_knows_is_refused_when_posted():
    with pytest.raises(UsageError) as refused:
        posted_action(system="flights", kind="remvoal", at=NOW, identifier=ANA)
    assert refused.value.code == "action-invalid"
