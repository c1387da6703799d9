"""The readers that ours are measured beside: pinned, hashed, and in no environment in which the program runs."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from benchmarks.peers.completing import complete
from scripts.check_lock import faults_of_lock
from tests.house.sources import ROOT
from tests.samples.hiding import docx

PEERS = ROOT / "benchmarks" / "peers"


def test_every_peer_is_pinned_with_hashes_and_names_no_source() -> None:
    asked = (PEERS / "requirements.in").read_text(encoding="utf-8").split()
    wanted = {re.sub(r"[-_.]+", "-", name).lower() for name in asked}
    assert len(wanted) == len(asked)
    assert faults_of_lock((PEERS / "requirements.txt").read_text(encoding="utf-8"), wanted) == []


def test_a_peer_that_is_not_pinned_is_a_fault() -> None:
    assert faults_of_lock((PEERS / "requirements.txt").read_text(encoding="utf-8"), {"no-such-peer"})


def test_a_completed_sample_has_the_same_parts_and_their_types(tmp_path: Path) -> None:
    path = tmp_path / "sample.docx"
    docx.SAMPLES[0].build(path, True)
    before = contents(path)
    complete(path)
    after = contents(path)
    assert b"wordprocessingml.document.main+xml" in after.pop("[Content_Types].xml")
    before.pop("[Content_Types].xml", None)
    assert after == before


@pytest.mark.parametrize("content", [b"no package", b""])
def test_what_is_no_package_is_left_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sample.pdf"
    path.write_bytes(content)
    complete(path)
    assert path.read_bytes() == content


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
