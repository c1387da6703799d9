"""Delimited text in the encodings and habits of real offices."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.opening import open_file

ROWS = (("Núñez", "1985-03-12"), ("Müller, Ana", "1990-07-01"))


def written(tmp_path: Path, content: bytes, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_delimiter_and_line_end_is_read(
    encoding: str, delimiter: str, newline: str, tmp_path: Path
) -> None:
    lines = ["Name" + delimiter + "DOB", *(f'"{name}"{delimiter}{born}' for name, born in ROWS)]
    opened = open_file(written(tmp_path, (newline.join(lines) + newline).encode(encoding)))
    assert opened.complete
    assert opened.tables[0].columns == ("Name", "DOB")
    assert opened.tables[0].rows == ROWS
    assert opened.tables[0].name == "list"


def test_a_quoted_line_end_stays_in_its_cell(tmp_path: Path) -> None:
    opened = open_file(written(tmp_path, b'Name,DOB\n"Ana\nExample",1985-03-12\nBo,1990-07-01\n'))
    assert opened.tables[0].rows == (("Ana\nExample", "1985-03-12"), ("Bo", "1990-07-01"))


def test_a_stated_separator_is_obeyed_and_counts_as_a_line(tmp_path: Path) -> None:
    table = open_file(written(tmp_path, b"sep=;\nName;DOB\nAna, Maria;1985-03-12\n")).tables[0]
    assert table.rows == (("Ana, Maria", "1985-03-12"),)
    assert table.row_numbers == (3,)


def test_a_quote_that_never_closes_is_not_called_complete(tmp_path: Path) -> None:
    opened = open_file(written(tmp_path, b'Name,DOB\n"Ana,1985-03-12\nBo,1990-07-01\n'))
    assert [skipped.code for skipped in opened.skipped] == ["quotes-unbalanced"]


def test_a_byte_that_no_encoding_knows_is_counted(tmp_path: Path) -> None:
    opened = open_file(written(tmp_path, b"Name,DOB\nAn\x81a,1985-03-12\n"))
    assert [skipped.code for skipped in opened.skipped] == ["text-damaged"]


@pytest.mark.parametrize(
    ("content", "opened_as"),
    [
        (b"<html><table><tr><td>Ana</td></tr></table></html>", ["html"]),
        (b'{"name": "Ana"}', ["json"]),
        (b"\0\1\2", []),
    ],
)
def test_other_formats_are_not_taken_for_delimited_text(
    content: bytes, opened_as: list[str], tmp_path: Path
) -> None:
    opened = open_file(written(tmp_path, content))
    assert [found.format for found in opened.formats] == opened_as


def test_a_broken_document_is_not_taken_for_delimited_text(tmp_path: Path) -> None:
    opened = open_file(written(tmp_path, b"%PDF-1.7\n%\xe2\xe3"))
    assert opened.tables == ()
    assert not opened.complete


def test_running_text_is_not_read_as_a_table(tmp_path: Path) -> None:
    text = b"Dear all,\nplease find below what Ana told us, and what we answered.\nIt is late.\n"
    opened = open_file(written(tmp_path, text, "letter.txt"))
    assert opened.tables == ()
    assert [found.format for found in opened.formats] == ["text"]


def test_a_table_in_a_text_file_is_read(tmp_path: Path) -> None:
    opened = open_file(written(tmp_path, b"Name;DOB\nAna;1985-03-12\nBo;1990-07-01\n", "export.txt"))
    assert opened.tables[0].columns == ("Name", "DOB")


def test_an_empty_file_is_an_empty_table(tmp_path: Path) -> None:
    opened = open_file(written(tmp_path, b""))
    assert opened.complete
    assert opened.tables[0].rows == ()
