"""Folders and web archives are swept whole; what is damaged or too large leaves a hole that is said."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from amends.cli.sweeping.documents import Source
from amends.cli.sweeping.folder import Folder
from amends.cli.sweeping.results import Results
from amends.cli.sweeping.sweep import Sweep, Totals
from amends.cli.sweeping.web_archive import WebArchive
from tests.unit.cli.sweeping.conftest import CLEAR, LIST, REAL


def swept(source: Source, file: Path) -> list[dict[str, Any]]:
    with Results(file, about={"place": "here"}) as results:
        return list(Sweep(source, results, REAL).run())


def verdicts(lines: list[dict[str, Any]]) -> dict[str, str]:
    return {line["address"].partition(" @")[0]: line.get("verdict") or line["missed"] for line in lines}


def record(kind: str, address: str, block: bytes) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2022-11-28T14:45:00Z\r\n"
    )
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", "Content-Type: text/csv", *headers, "", "")).encode() + body


CHUNKED = b"%x\r\n%s\r\n%x;a=b\r\n%s\r\n0\r\n\r\n" % (10, LIST[:10], len(LIST) - 10, LIST[10:])
RECORDS = (
    record("warcinfo", "", b"software: none\r\n"),
    record("request", "http://a.example/list.csv", b"GET /list.csv HTTP/1.1\r\n\r\n"),
    record("response", "http://a.example/list.csv", response(LIST)),
    record("response", "http://a.example/clear.csv", response(CLEAR)),
    record("response", "http://a.example/chunked.csv", response(CHUNKED, "Transfer-Encoding: chunked")),
    record(
        "response", "http://a.example/packed.csv", response(gzip.compress(LIST), "Content-Encoding: gzip")
    ),
    record("response", "http://a.example/gone.csv", response(b"", status="404 Not Found")),
    record("resource", "http://a.example/resource.csv", LIST),
    record("revisit", "http://a.example/list.csv", response(b"")),
)
EXPECTED = {
    "http://a.example/list.csv": "findings",
    "http://a.example/clear.csv": "clear",
    "http://a.example/chunked.csv": "findings",
    "http://a.example/packed.csv": "findings",
    "http://a.example/gone.csv": "status-404",
    "http://a.example/resource.csv": "findings",
}


@pytest.mark.parametrize("packed", [False, True])
def test_every_response_and_resource_of_an_archive_is_screened(tmp_path, packed):
    file = tmp_path / ("a.warc.gz" if packed else "a.warc")
    file.write_bytes(b"".join(gzip.compress(r) if packed else r for r in RECORDS))
    source = WebArchive(file, 1 << 20)
    assert verdicts(swept(source, tmp_path / "r.jsonl")) == EXPECTED
    assert source.holes() == []


def test_a_finished_part_of_an_archive_is_not_screened_again(tmp_path):
    file = tmp_path / "a.warc"
    file.write_bytes(b"".join(RECORDS))
    whole = swept(WebArchive(file, 1 << 20), tmp_path / "whole.jsonl")
    lines = (tmp_path / "whole.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "half.jsonl").write_bytes(b"".join(lines[:3]) + lines[3][:20])

    judged = []

    def counting(path: Path):
        judged.append(path)
        return REAL(path)

    with Results(tmp_path / "half.jsonl", about={"place": "here"}) as results:
        again = list(Sweep(WebArchive(file, 1 << 20), results, counting).run())
    assert again == whole
    assert len(judged) == len(EXPECTED) - 1 - 2


@pytest.mark.parametrize("cut", [40, 200, 700])
def test_a_damaged_archive_leaves_a_hole(tmp_path, cut):
    file = tmp_path / "a.warc"
    file.write_bytes(b"".join(RECORDS)[:-cut])
    source = WebArchive(file, 1 << 20)
    swept(source, tmp_path / "r.jsonl")
    assert source.holes()[0].startswith("The archive is damaged after ")


def test_something_that_is_no_archive_leaves_a_hole(tmp_path):
    file = tmp_path / "a.warc"
    file.write_bytes(b"nothing\n")
    source = WebArchive(file, 1 << 20)
    assert swept(source, tmp_path / "r.jsonl") == []
    assert source.holes()


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (response(b"zz\r\n", "Transfer-Encoding: chunked"), "corrupt"),
        (response(b"no gzip", "Content-Encoding: gzip"), "corrupt"),
        (response(gzip.compress(CLEAR)[:-9], "Content-Encoding: gzip"), "corrupt"),
        (response(CLEAR, "Content-Encoding: br"), "encoding-unknown"),
        (response(gzip.compress(b"x" * 5000), "Content-Encoding: gzip"), "too-large"),
        (response(b"x" * 3000), "too-large"),
        (b"no response", "corrupt"),
    ],
)
def test_a_response_that_cannot_be_unpacked_is_not_taken_for_clear(tmp_path, block, code):
    file = tmp_path / "a.warc"
    file.write_bytes(record("response", "http://a.example/x.csv", block) + RECORDS[3])
    lines = swept(WebArchive(file, 2000), tmp_path / "r.jsonl")
    assert verdicts(lines) == {"http://a.example/x.csv": code, "http://a.example/clear.csv": "clear"}


def test_every_file_below_a_folder_is_screened_and_no_link_is_followed(tmp_path):
    below = tmp_path / "published" / "2022"
    below.mkdir(parents=True)
    (below / "list.csv").write_bytes(LIST)
    (below / "clear.csv").write_bytes(CLEAR)
    (tmp_path / "outside.csv").write_bytes(LIST)
    (below / "link.csv").symlink_to(tmp_path / "outside.csv")
    lines = swept(Folder(tmp_path / "published", 1 << 20), tmp_path / "r.jsonl")
    assert verdicts(lines) == {"2022/clear.csv": "clear", "2022/list.csv": "findings"}


def test_a_file_that_changed_since_is_looked_at_again(tmp_path):
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "a.csv").write_bytes(CLEAR)
    assert verdicts(swept(Folder(folder, 1 << 20), tmp_path / "r.jsonl")) == {"a.csv": "clear"}
    (folder / "a.csv").write_bytes(LIST)
    assert verdicts(swept(Folder(folder, 1 << 20), tmp_path / "r.jsonl")) == {"a.csv": "findings"}


@pytest.mark.parametrize(
    ("lines", "holes", "code"),
    [
        ([{"verdict": "clear"}], [], 0),
        ([{"verdict": "clear"}, {"verdict": "findings"}], [], 1),
        ([{"verdict": "clear"}], ["a hole"], 3),
        ([{"verdict": "clear"}, {"missed": "status-503", "gone": False}], [], 3),
        ([{"verdict": "clear"}, {"missed": "status-404", "gone": True}], [], 0),
        ([], [], 3),
    ],
)
def test_what_was_not_looked_into_is_not_clear(lines, holes, code):
    from collections import Counter

    totals = Totals(Counter(), Counter())
    for line in lines:
        totals.take(line)
    assert totals.exit_code(holes) == code
