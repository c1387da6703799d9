"""An OLE file is read as others read it, and damage in its chains is refused."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest

from amends.scan.formats._compound_file import CompoundFile
from amends.scan.formats._compound_writer import Tree, compound_bytes, tree_of
from amends.scan.formats.interface import UnreadableError

_LARGE = bytes(range(256)) * 40_000  # more sectors than the header's own list can name
_TREE: Tree = {
    "small": b"abc", "empty": b"", "edge": b"x" * 4_096,
    "inner": {"below": b"y" * 70, "deeper": {"large": _LARGE}},
}  # fmt: skip
_DIRECTORY_AT, _TABLE_AT = 48, 76


def test_what_is_written_is_read_again() -> None:
    assert tree_of(CompoundFile(compound_bytes(_TREE)).root) == _TREE


def test_another_reader_finds_the_same_without_complaint() -> None:
    olefile = pytest.importorskip("olefile")
    with olefile.OleFileIO(BytesIO(compound_bytes(_TREE)), raise_defects=olefile.DEFECT_POTENTIAL) as other:
        assert other.openstream("inner/deeper/large").read() == _LARGE
        assert other.openstream("small").read() == b"abc"
        assert other.openstream("inner/below").read() == b"y" * 70
        assert other.parsing_issues == []


def test_names_are_compared_without_regard_to_case() -> None:
    root = CompoundFile(compound_bytes({"Workbook": b"abc"})).root
    found = root.stream("WORKBOOK")
    assert found is not None
    assert found.read() == b"abc"


def test_a_chain_that_runs_in_a_circle_is_damage() -> None:
    content = bytearray(compound_bytes({"stream": b"z" * 10_000}))
    (table,) = struct.unpack_from("<I", content, _TABLE_AT)
    (directory,) = struct.unpack_from("<I", content, _DIRECTORY_AT)
    struct.pack_into("<I", content, (table + 1) * 512 + 4 * directory, directory)
    with pytest.raises(UnreadableError, match="corrupt"):
        CompoundFile(bytes(content))


def test_a_stream_longer_than_the_file_is_damage() -> None:
    content = bytearray(compound_bytes({"stream": b"z" * 10_000}))
    (directory,) = struct.unpack_from("<I", content, _DIRECTORY_AT)
    struct.pack_into("<I", content, (directory + 1) * 512 + 128 + 120, 1 << 30)
    stream = CompoundFile(bytes(content)).root.streams["stream"]
    with pytest.raises(UnreadableError, match="corrupt"):
        stream.read()


def test_a_stream_that_nothing_leads_to_is_listed_on_its_own() -> None:
    content = bytearray(compound_bytes({"stream": b"z" * 10_000}))
    (directory,) = struct.unpack_from("<I", content, _DIRECTORY_AT)
    struct.pack_into("<I", content, (directory + 1) * 512 + 76, 0xFFFFFFFF)
    compound = CompoundFile(bytes(content))
    assert compound.root.streams == {}
    assert [(orphan.name, orphan.read()) for orphan in compound.orphans] == [("stream", b"z" * 10_000)]


def test_sectors_that_are_free_are_kept_apart() -> None:
    content = compound_bytes({"stream": b"abc"}) + b"left over".ljust(512, b"\0")
    assert CompoundFile(content).unused().rstrip(b"\0") == b"left over"
