"""Bad input gets a message that says what, where and how to mend it, and leaves the ledger as it was.

Every case runs the real program against a ledger that holds an incident already, with one thing wrong,
and for another time of exposure, so that it would open an incident of its own if it came so far.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import pyarrow.parquet as pq
import pytest

from tests.small_incident import Finished, Responded, SmallIncident, ledger_dump

OTHER_EXPOSURE = "2022-11-28T14:46:00Z"


@dataclass(frozen=True)
class Bench:
    """A ledger to try bad input on."""

    responded: Responded
    folder: Path

    @property
    def incident(self) -> SmallIncident:
        return self.responded.incident

    def respond(self, *more: str, **changed: object) -> Finished:
        """Run `respond` for another incident with these options changed."""
        options = {"exposed_from": OTHER_EXPOSURE, **changed}
        arguments = self.incident.arguments(self.folder / "out", **options)
        return self.responded.program.run(*arguments, "--no-letters", *more)

    def refused(self, code: int, name: str, *, said: str = "", **changed: object) -> Finished:
        """Run, and demand this exit code, this error, these words, and a ledger as it was."""
        before = ledger_dump(self.responded.home)
        finished = self.respond(**changed)
        assert (finished.code, f"{name}:" in finished.err) == (code, True), finished.err
        assert "mend:" in finished.err
        assert said in finished.said, finished.err
        assert ledger_dump(self.responded.home) == before
        assert not (self.folder / "out").exists()
        return finished


@pytest.fixture(scope="module")
def used_ledger(tmp_path_factory: pytest.TempPathFactory, responded: Responded) -> Responded:
    """One copy for the whole module: every case leaves it as it found it, and proves it."""
    return responded.copied(tmp_path_factory.mktemp("used"))


@pytest.fixture
def bench(used_ledger: Responded, tmp_path: Path) -> Bench:
    return Bench(used_ledger, tmp_path)


def changed_mapping(bench: Bench, old: str, new: str) -> Path:
    text = bench.incident.files.mapping.read_text(encoding="utf-8")
    assert old in text
    changed = bench.folder / "mapping.toml"
    changed.write_text(text.replace(old, new), encoding="utf-8")
    return changed


def copy_with(bench: Bench, name: str, change: Callable[[bytes], bytes]) -> Path:
    file = bench.folder / name
    file.write_bytes(change(bench.incident.files.leaked.read_bytes()))
    return file


def test_the_bench_itself_is_sound_and_good_input_does_change_the_ledger(
    responded: Responded, tmp_path: Path
):
    """The twin: were nothing ever written, every case below would pass."""
    bench = Bench(responded.copied(tmp_path), tmp_path / "work")
    before = ledger_dump(bench.responded.home)
    finished = bench.respond()
    assert finished.code == 0, finished.err
    after = ledger_dump(bench.responded.home)
    assert len(after["ledger_incident"]) == len(before["ledger_incident"]) + 1


def test_a_leaked_file_that_is_not_there(bench: Bench):
    bench.refused(2, "file-missing", said="nowhere.xlsx", leaked=bench.folder / "nowhere.xlsx")


def test_a_leaked_file_that_is_a_folder(bench: Bench):
    (bench.folder / "leaked.xlsx").mkdir()
    bench.refused(2, "file-unreadable", leaked=bench.folder / "leaked.xlsx")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_leaked_file_that_may_not_be_read(bench: Bench):
    closed = copy_with(bench, "closed.xlsx", lambda content: content)
    closed.chmod(0)
    bench.refused(2, "file-unreadable", leaked=closed)


def test_a_workbook_cut_off_half_way(bench: Bench):
    cut = copy_with(bench, "cut.xlsx", lambda content: content[: len(content) // 2])
    bench.refused(3, "corrupt", said="could not be opened", leaked=cut)


def test_a_workbook_with_rubbish_in_its_middle(bench: Bench):
    def spoil(content: bytes) -> bytes:
        middle = len(content) // 2
        return content[:middle] + bytes(64) + content[middle + 64 :]

    bench.refused(3, "corrupt", said="could not be opened", leaked=copy_with(bench, "spoilt.xlsx", spoil))


def test_a_file_that_is_no_workbook(bench: Bench):
    rubbish = copy_with(bench, "rubbish.xlsx", lambda content: bytes(range(256)) * 40)
    bench.refused(3, "unknown-format", leaked=rubbish)


def test_an_empty_file(bench: Bench):
    empty = copy_with(bench, "empty.xlsx", lambda content: b"")
    finished = bench.refused(3, "", said="could not be opened", leaked=empty)
    assert ":" in finished.err


def test_a_workbook_behind_a_password(bench: Bench):
    locked = bench.folder / "locked.xlsx"
    with bench.incident.files.leaked.open("rb") as plain, locked.open("wb") as encrypted:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("a password", encrypted)
    bench.refused(3, "password-protected", said="without a password", leaked=locked)


def test_a_log_that_is_not_there(bench: Bench):
    bench.refused(2, "log-missing", said="nothing.log", logs=[bench.folder / "nothing.log"])


def test_a_log_in_no_known_format(bench: Bench):
    strange = bench.folder / "strange.log"
    strange.write_text("2022-11-28 somebody did something\n" * 300)
    bench.refused(2, "log-format-unknown", said="strange.log", logs=[*bench.incident.files.logs, strange])


def test_a_gz_log_that_is_damaged_at_its_beginning(bench: Bench):
    damaged = bench.folder / "access.log.2.gz"
    damaged.write_bytes(gzip.compress(b"x" * 5000)[:12] + b"\xff" * 600)
    bench.refused(3, "log-corrupt", said="access.log.2.gz", logs=[damaged])


def test_a_gz_log_that_is_cut_off_leaves_everyone_held_and_nothing_taken_for_known(
    responded: Responded, tmp_path: Path
):
    """Damage far inside a log shows only while it is read, and the hold has come before that."""
    bench = Bench(responded.copied(tmp_path), tmp_path / "work")
    bench.folder.mkdir()
    whole = gzip.compress(gzip.decompress(bench.incident.files.logs[1].read_bytes()) * 40)
    cut = bench.folder / "access.log.1.gz"
    cut.write_bytes(whole[: len(whole) - 5000])
    logs = [bench.incident.files.logs[0], cut]
    finished = bench.respond(logs=logs)
    assert finished.code == 3
    assert "log-corrupt" in finished.err
    ledger = ledger_dump(bench.responded.home)
    assert len(ledger["ledger_exposurerecord"]) == 1, "the damaged log was assessed"
    assert len(ledger["ledger_leakedrow"]) == 240, "the second list is not held"

    # The log, fetched again, completes the same incident.
    finished = bench.respond()
    assert finished.code == 0, finished.err
    assert len(ledger_dump(bench.responded.home)["ledger_exposurerecord"]) == 2


def test_a_mapping_that_is_not_there(bench: Bench):
    bench.refused(2, "mapping-missing", map=bench.folder / "no.toml")


def test_a_mapping_that_is_not_toml(bench: Bench):
    broken = changed_mapping(bench, "[leaked]", "[leaked")
    bench.refused(2, "mapping-invalid", said="mapping.toml", map=broken)


def test_a_mapping_with_a_misspelt_key(bench: Bench):
    misspelt = changed_mapping(bench, "date_of_birth = ", "date_of_brith = ")
    bench.refused(2, "mapping-invalid", said="date_of_birth", map=misspelt)


def test_a_mapping_that_names_a_column_that_the_leaked_sheet_does_not_have(bench: Bench):
    other = changed_mapping(bench, '"Last Name"', '"Lst Name"')
    finished = bench.refused(2, "mapping-column-missing", said="[leaked]", map=other)
    assert '"Lst Name"' in finished.said
    assert '"Last Name"' in finished.said, "the near name that does exist is not given"


def test_a_mapping_that_names_a_column_that_the_registry_does_not_have(bench: Bench):
    other = changed_mapping(bench, 'language = "language"', 'language = "langauge"')
    finished = bench.refused(2, "mapping-column-missing", said="[registry]", map=other)
    assert '"langauge"' in finished.said
    assert '"language"' in finished.said


def test_a_registry_that_is_not_there(bench: Bench):
    bench.refused(2, "registry-missing", registry=bench.folder / "no.parquet")


def test_a_registry_that_is_damaged(bench: Bench):
    damaged = bench.folder / "registry.parquet"
    damaged.write_bytes(bench.incident.files.registry.read_bytes()[:20_000])
    shutil.copy(bench.incident.files.status, bench.folder)
    bench.refused(2, "registry-unreadable", said="registry.parquet", registry=damaged)


def test_a_registry_of_another_kind(bench: Bench):
    other = bench.folder / "registry.xlsx"
    shutil.copy(bench.incident.files.leaked, other)
    bench.refused(2, "registry-unreadable", said="neither .csv nor .parquet", registry=other)


def test_a_registry_with_one_person_twice(bench: Bench):
    table = pq.read_table(bench.incident.files.registry)
    twice = table.set_column(0, "person_id", [["P1", "P1", *table["person_id"].to_pylist()[2:]]])
    pq.write_table(twice, bench.folder / "registry.parquet")
    shutil.copy(bench.incident.files.status, bench.folder)
    bench.refused(2, "registry-person-id-duplicate", registry=bench.folder / "registry.parquet")


def test_a_removal_before_the_exposure(bench: Bench):
    bench.refused(2, "times-out-of-order", said="--removed-at", removed_at="2022-11-28T14:00Z")


def test_a_report_before_the_exposure(bench: Bench):
    bench.refused(2, "times-out-of-order", said="--reported-at", reported_at="2022-11-27T18:53Z")


def test_a_removal_at_the_very_moment_of_the_exposure(bench: Bench):
    bench.refused(2, "window-reversed", removed_at=OTHER_EXPOSURE)


def test_a_time_that_lies_ahead(bench: Bench):
    bench.refused(2, "time-in-the-future", said="--removed-at", removed_at="2022-12-24T00:00Z")


def test_an_as_of_date_after_the_exposure(bench: Bench):
    bench.refused(2, "as-of-after-exposure", said="--as-of", as_of="2022-11-29")


@pytest.mark.parametrize("option", ["exposed_from", "reported_at", "removed_at"])
def test_a_time_without_a_zone(bench: Bench, option):
    named = "--" + option.replace("_", "-")
    changed: dict[str, object] = {option: "2022-11-28T19:00"}
    bench.refused(2, "time-without-zone", said=f"{named} has no time zone", **changed)


def test_a_time_that_is_none(bench: Bench):
    bench.refused(2, "time-invalid", said="--removed-at", removed_at="in the evening")


def test_a_playbook_that_nobody_knows(bench: Bench):
    bench.refused(2, "playbook-unknown", said="custody", playbook="no-such-playbook")


def test_a_title_that_the_ledger_could_not_hold_whole(bench: Bench):
    bench.refused(2, "text-too-long", said="--title", title="t" * 201)


def test_a_network_that_is_none(bench: Bench):
    bench.refused(2, "own-network-invalid", said="CIDR", own_network="198.51.100.0/99")


def test_an_address_that_is_none(bench: Bench):
    bench.refused(2, "url-invalid", said="http", url="statistics page")


def test_a_document_without_a_single_byte(bench: Bench):
    bench.refused(2, "size-invalid", document_size=0)


def test_a_sender_that_is_not_there(bench: Bench):
    bench.refused(2, "sender-missing", sender=bench.folder / "nobody.toml")


def test_a_sender_without_a_telephone(bench: Bench):
    text = bench.incident.sender.read_text(encoding="utf-8").replace("phone =", "telephone =")
    (bench.folder / "sender.toml").write_text(text, encoding="utf-8")
    bench.refused(2, "sender-invalid", said="telephone", sender=bench.folder / "sender.toml")


def test_the_same_leak_with_another_time_of_removal(bench: Bench):
    bench.refused(
        2,
        "incident-differs",
        said="removed at",
        exposed_from="2022-11-28T14:45:00Z",
        removed_at="2022-11-28T19:05Z",
    )


def test_a_missing_option_is_named(bench: Bench):
    before = ledger_dump(bench.responded.home)
    finished = bench.respond(registry=None)
    assert finished.code == 2
    assert "--registry" in finished.err
    assert ledger_dump(bench.responded.home) == before


def test_an_error_for_machines_is_json_on_standard_error(bench: Bench):
    finished = bench.respond("--json", as_of="2022-11-29")
    assert finished.code == 2
    assert finished.out == ""
    error: dict[str, Any] = json.loads(finished.err)["error"]
    assert error["code"] == "as-of-after-exposure"
    assert error["where"] == "--as-of"
    assert error["message"]
    assert error["hint"]


def test_a_result_folder_that_cannot_be_written_is_a_fault_and_the_hold_stands(
    responded: Responded, tmp_path: Path
):
    bench = Bench(responded.copied(tmp_path), tmp_path / "work")
    bench.folder.mkdir()
    (bench.folder / "out").write_text("a file stands where the folder should be")
    finished = bench.respond()
    assert finished.code == 4, finished.err
    assert "result-unwritable" in finished.err
    assert len(ledger_dump(bench.responded.home)["ledger_leakedrow"]) == 240


def test_a_ledger_without_its_key_is_a_fault_and_no_new_key_is_made(responded: Responded, tmp_path: Path):
    bench = Bench(responded.copied(tmp_path), tmp_path / "work")
    (bench.responded.home / "ledger.key").unlink()
    finished = bench.respond()
    assert finished.code == 4
    assert "key-missing" in finished.err
    assert not (bench.responded.home / "ledger.key").exists()
