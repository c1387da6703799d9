"""`amends known` and `amends screen --known` as their users call them."""

from __future__ import annotations

import csv
import json
import stat
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amends.scan.known.secret import write_key
from tests.samples.known_registry import KEY, index_of
from tests.small_incident import Finished, Program

MAPPING = """
[registry]
person_id = "id"
identifiers = ["number"]
family_name = "last"
given_name = "first"
date_of_birth = "born"
"""
SYLLABLES = ("ba", "ko", "ri", "tu", "le", "ma", "shi", "vo", "ze", "du")


def people(size: int = 60) -> list[dict[str, str]]:
    names = ["".join(SYLLABLES[int(digit)] for digit in f"{n:03}").capitalize() for n in range(size)]
    return [
        {
            "id": f"P{n:05}",
            "number": f"A0{30_000_000 + 7_919 * n}",
            "last": f"{name}son",
            "first": f"Zzcanary {name}",
            "born": f"{1950 + n % 50}-{1 + n % 12:02}-{1 + n % 28:02}",
        }
        for n, name in enumerate(names)
    ]


@dataclass(frozen=True)
class Setting:
    """A registry, its mapping and key, and the program."""

    program: Program
    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def build(self, registry: str = "registry.csv") -> Finished:
        return self.program.run(
            "known", "build", self / registry, "--map", self / "mapping.toml", "--key-file", self / "key",
            "-o", self / "custody.known", "--json",
        )  # fmt: skip

    def screen(self, file: str, *more: object) -> Finished:
        return self.program.run(
            "screen",
            self / file,
            "--known",
            self / "custody.known",
            "--key-file",
            self / "key",
            "--json",
            *more,
        )

    def write(self, name: str, rows: list[dict[str, str]]) -> None:
        with (self / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture
def setting(program: Program, tmp_path: Path) -> Setting:
    setting = Setting(program, tmp_path)
    setting.write("registry.csv", people())
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    write_key(tmp_path / "key", KEY)
    return setting


def test_a_key_is_made_for_its_owner_and_never_overwritten(program: Program, tmp_path: Path) -> None:
    assert program.run("known", "new-key", tmp_path / "key").code == 0
    made = (tmp_path / "key").read_bytes()
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    refused = program.run("known", "new-key", tmp_path / "key", "--json")
    assert refused.code == 2
    assert (tmp_path / "key").read_bytes() == made


def test_an_index_is_built_shown_verified_and_added_to(setting: Setting) -> None:
    built = setting.build()
    assert built.code == 0, built.err
    told = json.loads(built.out)
    assert (told["people"], told["made"]["identifier"]) == (60, 60)
    assert stat.S_IMODE((setting / "custody.known").stat().st_mode) == 0o600
    setting.write("arrivals.csv", people(70)[60:])
    updated = setting.program.run(
        "known", "update", setting / "custody.known", setting / "arrivals.csv", "--map", setting / "mapping.toml",
        "--key-file", setting / "key", "--json",
    )  # fmt: skip
    assert json.loads(updated.out)["people"] == 70
    shown = setting.program.run(
        "known", "info", setting / "custody.known", "--verify", "--key-file", setting / "key"
    )
    assert shown.code == 0
    assert "70 people" in shown.out
    assert "every byte matches its checksum" in shown.out


def test_a_parquet_registry_gives_the_same_index(setting: Setting) -> None:
    columns = {name: [person[name] for person in people()] for name in people(1)[0]}
    pq.write_table(pa.table(columns), setting / "registry.parquet")
    setting.build()
    of_csv = (setting / "custody.known").read_bytes()[4096:]
    setting.build("registry.parquet")
    assert (setting / "custody.known").read_bytes()[4096:] == of_csv


def test_a_bare_list_of_names_is_stopped_and_nobody_is_named(setting: Setting) -> None:
    setting.build()
    setting.write("seats.csv", [{"a": p["first"].upper(), "b": p["last"]} for p in people(30)])
    screened = setting.screen("seats.csv")
    assert screened.code == 1
    kinds = {finding["kind"]: finding["count"] for finding in json.loads(screened.out)["findings"]}
    assert kinds["known-names"] == 30


def test_people_in_a_text_are_found_and_the_screening_is_recorded(setting: Setting) -> None:
    setting.build()
    one = people()[7]
    (setting / "minutes.txt").write_text(
        f"{one['first']} {one['last']} ({one['number']}) came.", encoding="utf-8"
    )
    screened = setting.screen("minutes.txt")
    assert screened.code == 1
    assert [f["kind"] for f in json.loads(screened.out)["findings"]] == ["known-people"]
    setting.program.run("init")
    recorded = setting.screen("minutes.txt", "--record", "--audience", "public")
    assert [f["kind"] for f in json.loads(recorded.out)["findings"]] == ["known-people"]


def test_who_they_are_is_written_for_the_owner_alone(setting: Setting) -> None:
    setting.build()
    setting.write("list.csv", [{"x": p["number"], "y": p["last"]} for p in people(12)[4:]])
    command = (
        "known", "who", setting / "custody.known", setting / "list.csv", "--registry", setting / "registry.csv",
        "--map", setting / "mapping.toml", "--key-file", setting / "key", "-o", setting / "who.txt",
    )  # fmt: skip
    written = setting.program.run(*command)
    assert written.code == 0, written.err
    assert (setting / "who.txt").read_text().split() == [f"P{n:05}" for n in range(4, 12)]
    assert stat.S_IMODE((setting / "who.txt").stat().st_mode) == 0o600
    assert setting.program.run(*command).code == 2, "nothing is overwritten"


@pytest.mark.parametrize(
    ("spoil", "code", "error"),
    [
        ("key", 2, "index-key-wrong"),
        ("readable", 2, "known-key-exposed"),
        ("version", 2, "index-version"),
        ("bit", 4, "index-damaged"),
        ("cut", 4, "index-damaged"),
        ("gone", 2, "index-missing"),
        ("no key", 2, "known-key-missing"),
    ],
)
def test_an_index_that_cannot_be_trusted_says_what_is_wrong_and_how_to_mend_it(
    setting: Setting, spoil: str, code: int, error: str
) -> None:
    index, key = setting / "custody.known", setting / "key"
    index_of(index, [("A012345678", "Zzcanary", "Layla", "1990-03-04")])
    content = bytearray(index.read_bytes())
    if spoil == "key":
        key.unlink()
        write_key(key, bytes(16))
    elif spoil == "readable":
        key.chmod(0o644)
    elif spoil == "version":
        content[8] = 9
    elif spoil == "bit":
        content[5_000] ^= 4
    elif spoil == "cut":
        content = content[:-3]
    if spoil == "gone":
        index.unlink()
    else:
        index.write_bytes(content)
    (setting / "clean.csv").write_text("Month,Count\n2022-01,17\n", encoding="utf-8")
    keys = () if spoil == "no key" else ("--key-file", key)
    refused = setting.program.run("screen", setting / "clean.csv", "--known", index, *keys, "--json")
    assert refused.code == code
    told = json.loads(refused.err)["error"]
    assert told["code"] == error
    assert told["hint"]
    assert told["where"]


def test_a_registry_that_cannot_be_read_leaves_the_old_index(setting: Setting) -> None:
    setting.build()
    before = (setting / "custody.known").read_bytes()
    (setting / "mapping.toml").write_text(MAPPING.replace('"last"', '"lest"'), encoding="utf-8")
    refused = setting.build()
    told = json.loads(refused.err)["error"]
    assert (refused.code, told["code"]) == (2, "mapping-column-missing")
    assert '"last"' in told["hint"]
    (setting / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (setting / "registry.csv").write_text("id,number,last,first,born\nP1,1\n", encoding="utf-8")
    assert json.loads(setting.build().err)["error"]["code"] == "registry-unreadable"
    (setting / "registry.csv").write_text("id,number,last,first,born\n", encoding="utf-8")
    assert json.loads(setting.build().err)["error"]["code"] == "registry-empty"
    assert (setting / "custody.known").read_bytes() == before
