from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.drill.canary import CANARY
from amends.drill.making import IncidentFiles, make_incident
from amends.drill.scenarios import Scenario
from amends.vocabulary.errors import UsageError


def _fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def sheet(incident: IncidentFiles):
    return openpyxl.load_workbook(incident.leaked)["Detained"]


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_time_zone(
    small_scenario, small_incident, tmp_path
):
    program = (
        "from pathlib import Path; from amends.drill.making import make_incident;"
        "from amends.drill.scenarios import Scenario;"
        f"make_incident(Scenario.load().scaled(300), people=2_000, seed=11, out=Path({str(tmp_path)!r}))"
    )
    around = {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Tokyo",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run([sys.executable, "-c", program], check=True, env=around)
    assert _fingerprints(tmp_path) == _fingerprints(small_incident.leaked.parent)


def test_another_seed_gives_other_people(small_scenario, small_incident, tmp_path):
    other = make_incident(small_scenario, people=2_000, seed=12, out=tmp_path)
    assert (
        pq.read_table(other.registry)["family_name"] != pq.read_table(small_incident.registry)["family_name"]
    )


def test_the_sheet_has_6252_people_and_exactly_twenty_columns(sheet):
    assert sheet.max_row == 6252 + 1
    assert sheet.max_column == 20
    assert all(any(cell is not None for cell in row) for row in sheet.iter_rows(values_only=True))


def test_a_few_rows_of_the_list_are_hidden_and_the_truth_knows_which(sheet, incident, scenario):
    hidden = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    rows = pq.read_table(incident.truth / "rows.parquet").to_pylist()
    assert hidden == {row["row"] for row in rows if row["hidden"]}
    assert len(hidden) == scenario.list.hidden_rows


def test_the_forgotten_hidden_sheet_names_nobody(incident: IncidentFiles):
    workbook = openpyxl.load_workbook(incident.leaked)
    assert [(each.title, each.sheet_state) for each in workbook] == [
        ("Detained", "visible"),
        ("Notes", "hidden"),
    ]
    words = set(re.findall(r"\w+", " ".join(str(row[0]) for row in workbook["Notes"].values).upper()))
    names = {str(row[1]) for row in list(workbook["Detained"].values)[1:]}
    assert not words & names


def test_every_row_is_another_registry_person(incident: IncidentFiles):
    rows = pq.read_table(incident.truth / "rows.parquet")
    assert rows["row"].to_pylist() == list(range(2, 6254))
    listed = rows["person_id"].to_pylist()
    assert len(set(listed)) == 6252
    assert set(listed) <= set(pq.read_table(incident.registry)["person_id"].to_pylist())


def test_a_row_without_slips_says_what_the_registry_says(sheet, incident: IncidentFiles):
    shown = list(sheet.values)
    registry = {each["person_id"]: each for each in pq.read_table(incident.registry).to_pylist()}
    clean = [row for row in pq.read_table(incident.truth / "rows.parquet").to_pylist() if not row["slips"]]
    assert 0.6 * 6252 < len(clean) < 0.9 * 6252
    for truth in clean:
        cells = shown[truth["row"] - 1]
        person = registry[truth["person_id"]]
        assert int(re.sub(r"\D", "", str(cells[0]))) == int(re.sub(r"\D", "", person["a_number"]))
        assert isinstance(cells[3], datetime)
        assert cells[3].date() == person["date_of_birth"]
        assert cells[5] == person["nationality"]
        assert cells[7] == person["facility"]


def test_every_kind_of_slip_occurs_and_some_rows_have_several(incident: IncidentFiles, scenario: Scenario):
    slips = pq.read_table(incident.truth / "rows.parquet")["slips"].to_pylist()
    kinds = {kind for each in slips for kind in each.split("|") if kind}
    assert kinds == set(scenario.slips.__dataclass_fields__)
    assert sum("|" in each for each in slips) > 50


def test_some_numbers_lost_their_zeros_because_they_are_stored_as_numbers(sheet):
    stored = [cell.value for (cell,) in sheet["A2:A6253"]]
    assert any(isinstance(value, int) and value < 10**8 for value in stored)
    assert any(isinstance(value, str) and re.fullmatch(r"\d{3}-\d{3}-\d{3}", value) for value in stored)


def test_every_synthetic_person_carries_the_canary(sheet, incident: IncidentFiles):
    assert {cell.value for (cell,) in sheet["T2:T6253"]} == {CANARY}
    assert all(CANARY in address for address in pq.read_table(incident.registry)["address"].to_pylist())
    given = pq.read_table(incident.registry)["given_name"].to_pylist()
    assert 0 < sum(CANARY in name.upper() for name in given) < 200


def test_the_mapping_names_columns_that_exist(sheet, incident: IncidentFiles):
    headers = {cell.value for cell in sheet[1]}
    manifest = openpyxl.load_workbook(incident.manifest)["Manifest"]
    for path, columns in (
        (incident.mapping, headers),
        (incident.manifest_mapping, {cell.value for cell in manifest[1]}),
    ):
        mapping = tomllib.loads(path.read_text("utf-8"))
        assert _columns(mapping["leaked"]) <= columns
        assert _columns(mapping["registry"]) <= set(pq.read_schema(incident.registry).names)
        status = mapping["status"]
        assert incident.registry.with_name(status["file"]) == incident.status
        assert {status[key] for key in ("person_id", "status", "valid_from", "valid_to")} == set(
            pq.read_schema(incident.status).names
        )


def _columns(section: dict[str, object]) -> set[str]:
    """Return every column that a section of the mapping names."""
    named: set[str] = set()
    for key, value in section.items():
        if key == "facts":
            named |= {fact["column"] for fact in value.values()}  # type: ignore[attr-defined]
        elif key != "sheet":
            named |= {value} if isinstance(value, str) else set(value)  # type: ignore[call-overload]
    return named


def test_the_second_list_has_103_people_of_whom_46_are_in_the_first(incident: IncidentFiles):
    manifest = pq.read_table(incident.truth / "manifest.parquet").to_pylist()
    first = set(pq.read_table(incident.truth / "rows.parquet")["person_id"].to_pylist())
    both = {each["person_id"] for each in manifest} & first
    assert len(manifest) == len({each["person_id"] for each in manifest}) == 103
    assert len(both) == 46
    assert both == {each["person_id"] for each in manifest if each["in_first_leak"]}
    assert len(first | {each["person_id"] for each in manifest}) == 6309
    assert openpyxl.load_workbook(incident.manifest)["Manifest"].max_row == 104


def test_people_unknown_to_the_registry_stand_in_the_sheet_and_nowhere_else(small_scenario, tmp_path):
    scenario = replace(small_scenario, list=replace(small_scenario.list, unregistered_rows=12))
    files = make_incident(scenario, people=2_000, seed=3, out=tmp_path)
    rows = pq.read_table(files.truth / "rows.parquet")
    assert len(rows) == 300
    assert rows["person_id"].null_count == 12
    known = set(pq.read_table(files.registry)["person_id"].to_pylist())
    assert len(known) == 2_000
    assert set(pq.read_table(files.status)["person_id"].to_pylist()) <= known


def test_about_a_third_of_the_listed_have_a_representative_who_stands_for_several(incident: IncidentFiles):
    listed = set(pq.read_table(incident.truth / "rows.parquet")["person_id"].to_pylist())
    registry = [each for each in pq.read_table(incident.registry).to_pylist() if each["person_id"] in listed]
    represented = [each for each in registry if each["representative_id"]]
    offices = {each["representative_id"]: each["representative_name"] for each in represented}
    assert 0.3 < len(represented) / len(registry) < 0.38
    assert len(offices) < len(represented) / 3
    assert all(offices[each["representative_id"]] == each["representative_name"] for each in represented)


def test_letters_go_by_hand_in_custody_by_post_elsewhere_and_to_some_people_not_at_all(
    incident: IncidentFiles,
):
    persons = pq.read_table(incident.truth / "persons.parquet").filter(
        pq.read_table(incident.truth / "persons.parquet")["listed"]
    )
    registry = {each["person_id"]: each for each in pq.read_table(incident.registry).to_pylist()}
    seen = {"hand": 0, "post": 0, "none": 0}
    for person in persons.to_pylist():
        channel = registry[person["person_id"]]["contact_channels"]
        seen[channel] += 1
        if channel != "none":
            assert channel == ("hand" if person["status_at_hold"] == "DETAINED" else "post")
    assert seen["none"] > 0
    assert not any(each["deceased"] for each in persons.to_pylist() if each["status_at_hold"] == "DETAINED")


@settings(max_examples=8, deadline=None)
@given(rows=st.integers(60, 240), seed=st.integers(0, 2**31), unregistered=st.integers(0, 4))
def test_any_size_and_any_seed_keep_the_numbers_of_the_scenario(rows: int, seed: int, unregistered: int):
    scaled = Scenario.load().scaled(rows)
    scenario = replace(scaled, list=replace(scaled.list, unregistered_rows=unregistered))
    with TemporaryDirectory() as folder:
        files = make_incident(scenario, people=6 * rows, seed=seed, out=Path(folder))
        truth = pq.read_table(files.truth / "rows.parquet")
        persons = pq.read_table(files.truth / "persons.parquet").to_pylist()
        manifest = pq.read_table(files.truth / "manifest.parquet")
        registered = pq.read_table(files.registry)["person_id"].to_pylist()
    listed = [who for who in truth["person_id"].to_pylist() if who is not None]
    assert (len(truth), len(set(listed)), len(registered)) == (rows, rows - unregistered, 6 * rows)
    assert truth["status_at_leak"].to_pylist().count("DETAINED") == scenario.list.in_custody_at_leak
    assert truth["status_at_leak"].to_pylist().count("REMOVED") == scenario.list.removed_before_leak
    assert sum(person["harmed"] for person in persons) == len(scenario.harmed_removed_at)
    assert len(manifest) == scenario.second_incident.people
    assert len(set(manifest["person_id"].to_pylist()) & set(listed)) == scenario.second_incident.in_first_leak
    assert {*listed, *manifest["person_id"].to_pylist()} == {person["person_id"] for person in persons}


def test_a_registry_too_small_for_both_lists_is_refused(scenario: Scenario, tmp_path: Path):
    with pytest.raises(UsageError) as refused:
        make_incident(scenario, people=7_000, seed=1, out=tmp_path)
    assert refused.value.code == "drill-too-few-people"
    assert list(tmp_path.iterdir()) == []
