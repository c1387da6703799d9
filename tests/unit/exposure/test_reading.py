"""Logs are read once from start to end, whatever their form, and never half."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.exposure import reading
from amends.exposure.reading import LogBytes, log_files
from amends.vocabulary.errors import IncompleteError, UsageError


def content(path: Path) -> bytes:
    return b"".join(buffer for _, buffer in LogBytes(path).buffers())


def test_a_packed_log_is_read_like_a_plain_one_and_hashed_as_it_lies_on_disk(tmp_path: Path) -> None:
    lines = b"one\ntwo\n" * 300_000
    packed, plain = tmp_path / "access.log.1.gz", tmp_path / "access.log.1"
    packed.write_bytes(gzip.compress(lines[:800]) + gzip.compress(lines[800:]))
    plain.write_bytes(lines)
    logs = [LogBytes(packed), LogBytes(plain)]
    read = [b"".join(buffer for _, buffer in log.buffers()) for log in logs]
    assert read == [lines, lines]
    assert [log.sha256 for log in logs] == [
        hashlib.sha256(p.read_bytes()).hexdigest() for p in (packed, plain)
    ]
    assert [log.size for log in logs] == [packed.stat().st_size, plain.stat().st_size]
    assert logs[0].content_sha256 == logs[1].content_sha256 == hashlib.sha256(lines).hexdigest()


def test_packing_is_recognised_by_content_and_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(gzip.compress(b"one\n"))
    assert content(path) == b"one\n"


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-200], lambda b: b[:60] + b"\0" * 40 + b[100:], lambda b: b + b"x"]
)
def test_a_damaged_packed_log_is_never_taken_as_complete(tmp_path: Path, damage) -> None:
    path = tmp_path / "access.log.gz"
    path.write_bytes(damage(gzip.compress(bytes(range(256)) * 4_000, compresslevel=1)))
    with pytest.raises(IncompleteError) as refused:
        content(path)
    assert refused.value.code == "log-corrupt" and str(path) in str(refused.value)


def test_a_folder_stands_for_every_file_in_it(tmp_path: Path) -> None:
    (tmp_path / "web1").mkdir()
    for name in ("web1/access.log.1", "access.log"):
        (tmp_path / name).write_bytes(b"")
    assert log_files([tmp_path]) == (tmp_path / "access.log", tmp_path / "web1" / "access.log.1")


@pytest.mark.parametrize("name", ["absent.log", "empty-folder"])
def test_a_log_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty-folder").mkdir()
    with pytest.raises(UsageError) as refused:
        log_files([tmp_path / name])
    assert refused.value.code == "log-missing"


def test_a_last_line_without_line_break_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(b"\xef\xbb\xbfone\ntwo")
    assert list(LogBytes(path).buffers()) == [(3, b"one\n"), (7, b"two\n")]


@given(st.lists(st.binary(max_size=9), max_size=12), st.integers(1, 7))
def test_however_the_blocks_fall_every_line_comes_whole_and_in_its_place(lines, size: int) -> None:
    whole = b"".join(each.replace(b"\n", b"") + b"\n" for each in lines)
    blocks = [whole[at : at + size] for at in range(0, len(whole), size)]
    read = list(reading._whole_lines(blocks)) if not whole.startswith(b"\xef\xbb\xbf") else [(0, whole)]
    assert b"".join(buffer for _, buffer in read) == whole
    assert all(whole[offset:].startswith(buffer) and buffer.endswith(b"\n") for offset, buffer in read)


def test_a_line_without_end_does_not_fill_the_memory_and_later_lines_keep_their_place() -> None:
    blocks = [b"a\n" + b"x" * 900_000, b"x" * 900_000, b"x" * 900_000, b"y\nlast\n"]
    read = list(reading._whole_lines(blocks))
    assert [(offset, len(buffer)) for offset, buffer in read] == [(0, 2), (2, (1 << 20) + 1), (2_700_004, 5)]
    assert read[-1][1] == b"last\n"
