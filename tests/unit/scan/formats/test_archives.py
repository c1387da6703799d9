"""Archives that are damaged, locked, endless or disguised."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from amends.scan.limits import Limits
from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def opened(tmp_path: Path, content: bytes, name: str = "pack.zip", **limits: int) -> OpenedFile:
    path = tmp_path / name
    path.write_bytes(content)
    return open_file(path, limits=Limits(**limits))


def codes(found: OpenedFile) -> set[str]:
    return {skipped.code for skipped in found.skipped}


def texts(found: OpenedFile) -> list[str]:
    return [part.text for part in found.parts if part.kind == "paragraph"]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_members_are_opened_whatever_their_compression(method: int, tmp_path: Path) -> None:
    found = opened(
        tmp_path, zipped(("a.txt", b"Hello Ana"), ("b/", b""), ("b/c.txt", b"Hello Bo"), method=method)
    )
    assert found.complete
    assert texts(found) == ["Hello Ana", "Hello Bo"]


def test_members_of_one_name_are_both_opened(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped(("a.txt", b"first"), ("a.txt", b"second"))
    assert texts(opened(tmp_path, content)) == ["first", "second"]


def test_a_member_written_to_a_stream_is_opened_by_what_follows_it(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.content += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"Hello Ana")
    assert pipe.content[6] & 0x8
    found = opened(tmp_path, bytes(pipe.content))
    assert found.complete
    assert texts(found) == ["Hello Ana"]
    torn = opened(tmp_path, bytes(pipe.content[: pipe.content.index(b"PK\x01\x02")]))
    assert texts(torn) == ["Hello Ana"]
    assert codes(torn) == {"corrupt"}


def test_a_locked_member_is_reported_beside_those_that_are_open(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.txt", b"Hello Ana"), ("b.txt", b"Hello Bo")))
    local, entry = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    content[local + 6] |= 1
    content[entry + 8] |= 1
    found = opened(tmp_path, bytes(content))
    assert texts(found) == ["Hello Bo"]
    assert codes(found) == {"password-protected"}


def test_archives_inside_archives_end_at_the_depth_allowed(tmp_path: Path) -> None:
    content = zipped(("a.txt", b"Hello Ana"))
    for _ in range(6):
        content = zipped(("inner.zip", content))
    assert texts(opened(tmp_path, content)) == ["Hello Ana"]
    assert codes(opened(tmp_path, content, depth=4)) == {"too-deep"}


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.gz"])
def test_a_bomb_is_too_large_and_nothing_else(name: str, tmp_path: Path) -> None:
    if name == "bomb.zip":
        content = zipped(("zeros.txt", b" " * (8 << 20)))
    else:
        content = zlib.compress(b" " * (8 << 20), wbits=31)
    found = opened(tmp_path, content, name, part_bytes=1 << 20)
    assert codes(found) == {"too-large"}


def test_members_that_lie_over_one_another_are_damage(tmp_path: Path) -> None:
    content = zipped(("a.txt", b"Hello Ana"), ("b.txt", b"Hello Bo"))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    folded = content[: second + 42] + struct.pack("<I", 0) + content[second + 46 :]
    assert "corrupt" in codes(opened(tmp_path, folded))


def test_an_office_package_that_its_reader_does_not_know_is_never_complete(tmp_path: Path) -> None:
    found = opened(
        tmp_path,
        zipped(("[Content_Types].xml", b"<Types/>"), ("xl/odd.xml", b"<a>Hello Ana</a>")),
        "a.xlsx",
    )
    assert not found.complete


def test_a_tape_archive_cut_short_is_never_complete(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 2_000
        archive.addfile(member, io.BytesIO(b"x" * 2_000))
    assert not opened(tmp_path, stream.getvalue()[:1_500], "a.tar").complete


def test_what_an_archive_was_hung_on_is_opened_or_counts_as_not_read(tmp_path: Path) -> None:
    archive = zipped(("a.txt", b"Hello Ana"))
    noise = b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8
    hung = opened(tmp_path, noise + archive, "program.bin")
    assert texts(hung) == ["Hello Ana"]
    assert codes(hung) == {"unknown-format"}
    letter = opened(tmp_path, b"Hello Bo stands before it.\n" + archive, "letter.bin")
    assert letter.complete
    assert [part.hidden for part in letter.parts if "Hello Bo" in part.text] == ["bytes-outside"]


def test_noise_behind_a_compressed_file_is_not_passed_over(tmp_path: Path) -> None:
    found = opened(tmp_path, zlib.compress(b"Hello Ana", wbits=31) + bytes(range(256)) * 4, "a.gz")
    assert codes(found) == {"part-not-read"}
