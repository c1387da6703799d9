from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.errors import UsageError

MAPPING = """
[leaked]
full_name = "Name"
[registry]
person_id = "id"
identifiers = ["number"]
family_name = "family"
given_name = "given"
other_names = "aliases"
date_of_birth = "born"
language = "language"
address = "address"
contact_channels = "channels"
deceased = "deceased"
representative_id = "rep"
representative_name = "rep_name"
[registry.facts.final_order]
column = "final"
values = { "1" = "yes", "0" = "no" }
[status]
file = "history.csv"
person_id = "id"
status = "status"
valid_from = "begins"
valid_to = "ends"
[status.values]
DETAINED = "in_custody"
RELEASED = "released"
REMOVED = "removed"
"""
COLUMNS = "id,number,family,given,aliases,born,language,address,channels,deceased,rep,rep_name,final"
LINES = (
    "P1,A012345678,Quintero,Ysolina,Yoli|يسولينا|Исолина,1985-03-04,es,Calle 1|Tegucigalpa,post,0,R1,Lee,1",
    "P2,A000000002,Wojtyczko,Bartlomiej,,1960-12-30,pl,,none,true,,,0",
    "P3,A000000003,,Mono,,,,,,,,,?",
)
HISTORY = """id,status,begins,ends
P1,DETAINED,2022-01-01T00:00:00Z,2022-06-01T00:00:00Z
P1,DETAINED,2022-06-01T00:00:00Z,2022-11-28T20:00:00+02:00
P1,REMOVED,2022-11-28T18:00:00Z,
P2,PAROLED,2022-01-01,
P9,DETAINED,2022-01-01,
"""


@pytest.fixture
def registry(tmp_path):
    return opened(tmp_path)


def opened(folder, lines=LINES, history=HISTORY, name="registry.csv", header=COLUMNS):
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    (folder / "history.csv").write_text(history, encoding="utf-8")
    return Registry.open(folder / name, mapped(folder))


def mapped(folder):
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return Mapping.load(folder / "mapping.toml")


def test_a_registry_knows_its_persons_and_its_hash(registry, tmp_path):
    assert registry.count == 3
    content = (tmp_path / "registry.csv").read_bytes()
    assert registry.source_sha256 == hashlib.sha256(content).hexdigest()


def test_details_come_in_the_order_asked_for_without_the_unknown(registry):
    details = registry.details(pa.array(["P2", "nobody", "P1", "P3"]))
    assert details["person_id"].to_pylist() == ["P2", "P1", "P3"]
    assert details["full_name"].to_pylist() == ["Bartlomiej Wojtyczko", "Ysolina Quintero", "Mono"]
    assert details["deceased"].to_pylist() == [True, False, False]
    assert details["contact_channels"].to_pylist() == ["none", "post", ""]
    assert details["representative_name"].to_pylist() == ["", "Lee", ""]
    assert details["representative_address"].to_pylist() == ["", "", ""]
    assert details["fact_final_order"].to_pylist() == ["no", "yes", "unknown"]


def test_the_native_name_is_the_first_one_in_another_script(registry):
    assert registry.details(pa.array(["P1", "P2"]))["native_name"].to_pylist() == ["يسولينا", ""]


def test_csv_and_parquet_say_the_same(registry, tmp_path):
    columns: dict[str, list[object]] = {
        name: [line.split(",")[at] for line in LINES] for at, name in enumerate(COLUMNS.split(","))
    }
    columns["born"] = [date(1985, 3, 4), date(1960, 12, 30), None]
    columns["deceased"] = [False, True, False]
    columns["final"] = [1, 0, None]
    pq.write_table(pa.table(columns), tmp_path / "registry.parquet")
    other = Registry.open(tmp_path / "registry.parquet", mapped(tmp_path))
    asked = pa.array(["P1", "P2", "P3"])
    assert other.details(asked).equals(registry.details(asked))


def test_a_semicolon_file_with_a_byte_order_mark_is_read_too(tmp_path):
    lines = [line.replace(",", ";") for line in LINES]
    registry = opened(tmp_path, lines, header="\ufeff" + COLUMNS.replace(",", ";"))
    assert registry.details(pa.array(["P2"]))["family_name"].to_pylist() == ["Wojtyczko"]


def test_status_is_that_of_the_instant_asked_for(registry):
    asked = pa.array(["P1", "P2", "P3", "nobody"])
    before = registry.status_at(asked, datetime(2022, 11, 28, 17, 59, 59, tzinfo=UTC))
    after = registry.status_at(asked, datetime(2022, 11, 28, 18, 0, tzinfo=UTC))
    assert before["status"].to_pylist() == ["in_custody", "other", "unknown", "unknown"]
    assert after["status"].to_pylist() == ["removed", "other", "unknown", "unknown"]
    assert before["person_id"].to_pylist() == asked.to_pylist()


def test_a_registry_without_history_answers_unknown_for_all(tmp_path):
    (tmp_path / "registry.csv").write_text("\n".join([COLUMNS, *LINES]), encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING[: MAPPING.index("[status]")], encoding="utf-8")
    registry = Registry.open(tmp_path / "registry.csv", Mapping.load(tmp_path / "mapping.toml"))
    status = registry.status_at(pa.array(["P1", "P2"]), datetime(2022, 11, 19, tzinfo=UTC))
    assert status["status"].to_pylist() == ["unknown", "unknown"]
    span = datetime(2022, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
    assert registry.status_changes(pa.array(["P1"]), "removed", *span).num_rows == 0


def test_only_transitions_into_the_status_within_the_span_are_listed(registry):
    everyone = pa.array(["P1", "P2", "P3"])
    at = datetime(2022, 11, 28, 18, tzinfo=UTC)
    removed = registry.status_changes(everyone, "removed", at, datetime(2022, 12, 1, tzinfo=UTC))
    assert removed.to_pylist() == [{"person_id": "P1", "at": at}]
    too_late = registry.status_changes(everyone, "removed", datetime(2022, 11, 1, tzinfo=UTC), at)
    assert too_late.num_rows == 0
    span = datetime(2021, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
    detained = registry.status_changes(everyone, "in_custody", *span)
    assert detained["at"].to_pylist() == [datetime(2022, 1, 1, tzinfo=UTC)]
    assert registry.status_changes(pa.array(["P2"]), "removed", *span).num_rows == 0


def test_a_registry_that_is_not_there_is_refused(tmp_path):
    mapping = mapped(tmp_path)
    with pytest.raises(UsageError) as refused:
        Registry.open(tmp_path / "registry.csv", mapping)
    assert refused.value.code == "registry-missing"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "registry-empty"),
        ((LINES[0], LINES[0], LINES[1]), "registry-person-id-duplicate"),
        ((LINES[0], LINES[1][2:]), "registry-person-id-missing"),
        ((LINES[0], LINES[1] + ",one,field,too,many"), "registry-unreadable"),
    ],
)
def test_a_registry_that_would_lose_people_is_refused_without_naming_them(tmp_path, lines, code):
    with pytest.raises(UsageError) as refused:
        opened(tmp_path, lines)
    assert refused.value.code == code
    said = f"{refused.value} {refused.value.hint} {refused.value.__cause__}"
    assert not any(word in said for word in ("P1", "P2", "Quintero", "Wojtyczko"))


@pytest.mark.parametrize("name", ["registry.parquet", "registry.xlsx"])
def test_a_file_that_is_no_registry_is_unreadable(tmp_path, name):
    (tmp_path / name).write_bytes(b"neither the one nor the other")
    with pytest.raises(UsageError) as refused:
        Registry.open(tmp_path / name, mapped(tmp_path))
    assert refused.value.code == "registry-unreadable"


def test_a_history_that_is_missing_or_not_in_instants_is_refused(tmp_path):
    with pytest.raises(UsageError) as refused:
        opened(tmp_path, history=HISTORY.replace("2022-06-01T00:00:00Z", "last summer"))
    assert refused.value.code == "status-history-invalid"
    (tmp_path / "history.csv").unlink()
    with pytest.raises(UsageError) as refused:
        Registry.open(tmp_path / "registry.csv", mapped(tmp_path))
    assert refused.value.code == "status-history-missing"


def test_persons_do_not_show_in_the_repr(registry):
    assert "P1" not in repr(registry)
