"""A file whose name says that it is of another kind is a finding, inside other files too."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from amends.scan.formats._compound_writer import compound_bytes
from amends.scan.opening import open_file
from amends.scan.screening import screen
from amends.vocabulary.outcomes import ScreeningVerdict
from tests.samples.formats import delimited, outlook, xlsx
from tests.samples.formats.sample import Sample
from tests.samples.formats.tnef import attachment, wrapped

THINGS = Sample(columns=("Colour", "Weight"), rows=(("red", "7"), ("blue", "12")))


def claims(path: Path) -> list[tuple[str, str, str]]:
    return [(str(one.provenance), one.format, one.claimed) for one in open_file(path).formats if one.claimed]


def test_a_workbook_called_a_photograph_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    xlsx.build(path, THINGS)
    assert claims(path) == [("photo.jpg", "xlsx", "jpg")]
    screening = screen(path)
    assert screening.verdict is ScreeningVerdict.FINDINGS
    assert [finding.kind for finding in screening.findings] == ["wrong-name"]
    assert "says jpg, and it is xlsx" in screening.findings[0].reason


def test_an_archive_called_a_workbook_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.txt", "nothing")
    assert claims(path) == [("list.xlsx", "zip", "xlsx")]
    assert "wrong-name" in [finding.kind for finding in screen(path).findings]


def test_a_wrong_name_inside_an_archive_is_a_finding(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    xlsx.build(book, THINGS)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(book, "pictures/photo.jpg")
    assert claims(path) == [("all.zip ! pictures/photo.jpg", "xlsx", "jpg")]
    assert [str(one.provenance) for one in screen(path).findings if one.kind == "wrong-name"] == [
        "all.zip ! pictures/photo.jpg"
    ]


def test_a_wrong_name_of_an_attachment_is_a_finding(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    xlsx.build(book, THINGS)
    attached = outlook.attachment("photo.jpg", book.read_bytes())
    path = tmp_path / "mail.msg"
    path.write_bytes(compound_bytes(outlook.message({0x0037: "x"}, [(1, "Ana Example")], [attached])))
    assert claims(path) == [("mail.msg ! attachment 1 ! photo.jpg", "xlsx", "jpg")]
    path = tmp_path / "winmail.dat"
    path.write_bytes(wrapped(attachment("photo.jpg", book.read_bytes())))
    assert claims(path) == [("winmail.dat ! attachment 1 ! photo.jpg", "xlsx", "jpg")]


@pytest.mark.parametrize("name", ["list.txt", "list.csv", "list.dat", "list", "list.key", "list.unheardof"])
def test_a_name_that_claims_nothing_else_is_no_finding(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    delimited.build(path, THINGS)
    assert claims(path) == []
    assert screen(path).verdict is ScreeningVerdict.CLEAR
