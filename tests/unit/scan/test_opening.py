"""A file is opened, or it is said why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amends.scan.limits import Limits
from amends.scan.opening import open_file
from amends.vocabulary.errors import UsageError
from tests.samples.formats import delimited, xlsx
from tests.samples.formats.packages import inline_rows, workbook_parts, write_package
from tests.samples.formats.sample import PEOPLE, Sample


def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        open_file(tmp_path / "nowhere.xlsx")
    assert refusal.value.code == "file-missing"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        open_file(tmp_path)
    assert refusal.value.code == "file-unreadable"


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UsageError) as refusal:
        open_file(tmp_path / "pipe.csv")
    assert refusal.value.code == "file-unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "locked.csv"
    path.write_text("a,b\n", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(UsageError) as refusal:
        open_file(path)
    assert refusal.value.code == "file-unreadable"


def test_a_file_above_the_size_bound_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    delimited.build(path, PEOPLE)
    opened = open_file(path, limits=Limits(file_bytes=10))
    assert [skipped.code for skipped in opened.skipped] == ["too-large"]


def test_few_cells_that_would_grow_into_billions_are_not_laid_out(tmp_path: Path) -> None:
    letters = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]
    rows = "".join(
        f'<row r="{n}"><c r="{column}{n}"><v>1</v></c></row>' for n, column in enumerate(letters, 1)
    )
    path = write_package(tmp_path / "sparse.xlsx", workbook_parts(rows))
    opened = open_file(path, limits=Limits(cells=500))
    assert opened.tables == ()
    assert [skipped.code for skipped in opened.skipped] == ["too-large"]


def test_the_way_to_a_table_names_file_and_sheet(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    xlsx.build(path, PEOPLE)
    assert str(open_file(path).tables[0].provenance) == "list.xlsx ! sheet 'People'"


def test_what_is_skipped_carries_no_text_of_the_file(tmp_path: Path) -> None:
    parts = workbook_parts(inline_rows(("Name", "ZZCANARY"), ("Ana", "ZZCANARY")))
    parts["xl/odd place/first.xml"] = parts["xl/odd place/first.xml"].replace("</sheetData>", "<broken>")
    opened = open_file(write_package(tmp_path / "broken.xlsx", parts))
    assert [skipped.code for skipped in opened.skipped] == ["corrupt"]
    assert "ZZCANARY" not in repr(opened)


def test_the_repr_of_a_table_shows_no_row(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    xlsx.build(path, Sample(columns=("Name", "DOB"), rows=(("ZZCANARY", "1985-03-12"),)))
    assert "ZZCANARY" not in repr(open_file(path))


def test_a_file_of_six_thousand_people_comes_out_whole(tmp_path: Path) -> None:
    rows = tuple((f"A{number:09d}", f"Name{number}", "x", "1985-03-12") for number in range(1, 6_253))
    path = tmp_path / "long.xlsx"
    xlsx.build(path, Sample(columns=PEOPLE.columns, rows=rows))
    table = open_file(path).tables[0]
    assert table.rows == rows
    assert table.row_numbers == tuple(range(2, 6_254))
