"""Workbooks as they come: hidden, damaged, hostile, and written by programs of every habit."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.comments import Comment

from amends.scan.limits import Limits
from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile, Table
from tests.samples.formats import xlsx
from tests.samples.formats.packages import MAIN, inline_rows, workbook_parts, write_package
from tests.samples.formats.sample import PEOPLE

HEADER = ("Name", "Value")


def opened_package(tmp_path: Path, parts: dict[str, str], limits: Limits | None = None) -> OpenedFile:
    path = write_package(tmp_path / "made.xlsx", parts)
    return open_file(path, limits=limits) if limits else open_file(path)


def table_of(tmp_path: Path, sheet_data: str, before: str = "", after: str = "") -> Table:
    opened = opened_package(tmp_path, workbook_parts(sheet_data, before=before, after=after))
    assert opened.complete
    return opened.tables[0]


def codes(opened: OpenedFile) -> list[str]:
    return [skipped.code for skipped in opened.skipped]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (dt.date(1985, 3, 12), "mm/dd/yyyy", "1985-03-12"),
        (dt.date(1985, 3, 12), "[$-409]d-mmm-yy;@", "1985-03-12"),
        (dt.date(1985, 3, 12), "mmm", "1985-03-12"),
        (dt.datetime(2022, 11, 28, 9, 45), "m/d/yy h:mm", "2022-11-28T09:45:00"),
        (dt.time(9, 45), "h:mm AM/PM", "09:45:00"),
        (1.5, "[h]:mm", "36:00:00"),
        (59, "d mmm yyyy", "1900-02-28"),
        (61, "d mmm yyyy", "1900-03-01"),
        (60, "d mmm yyyy", "60"),
        (12345678, "000000000", "012345678"),
        (1234567, r"000\-00\-0000", "001-23-4567"),
        (12345678, '"A"000000000', "A012345678"),
        (12345678, "General", "12345678"),
        (6.0, "0.00", "6"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, '"days "0.0', "1234.5"),
        (1234.5, "[Red]0.0", "1234.5"),
        (123456789012345, "0", "123456789012345"),
        (-12, "000", "-12"),
        (True, "General", "TRUE"),
        ("=1/0", "General", "=1/0"),
        ("#N/A", "General", "#N/A"),
    ],
)
def test_a_stored_value_becomes_the_text_that_it_stands_for(
    value: Any, number_format: str, text: str, tmp_path: Path
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(HEADER)
    sheet["A2"] = "x"
    sheet["B2"] = value
    sheet["B2"].number_format = number_format
    workbook.save(tmp_path / "values.xlsx")
    assert open_file(tmp_path / "values.xlsx").tables[0].rows == (("x", text),)


def test_dates_of_the_1904_system_are_the_same_days(tmp_path: Path) -> None:
    path = tmp_path / "old-mac.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1, 0, "x")
        sheet.write_datetime(1, 1, dt.datetime(1985, 3, 12), workbook.add_format({"num_format": 14}))
    assert open_file(path).tables[0].rows == (("x", "1985-03-12"),)


def test_a_calculated_text_is_read_as_it_was_last_calculated(tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1, 0, "x")
        sheet.write_formula(1, 1, '="Ana "&"Example"', None, "Ana Example")
    assert open_file(path).tables[0].rows == (("x", "Ana Example"),)


def test_a_name_cut_into_runs_is_whole_and_its_phonetic_script_is_left_out(tmp_path: Path) -> None:
    cell = (
        '<c t="inlineStr"><is><r><t>山田</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 太郎</t></r>'
        '<rPh sb="0" eb="2"><t>ヤマダ</t></rPh></is></c>'
    )
    table = table_of(tmp_path, inline_rows(("Name", "Value")) + f"<row>{cell}<c><v>7</v></c></row>")
    assert table.rows == (("山田 太郎", "7"),)


def test_shared_strings_are_joined_and_unescaped(tmp_path: Path) -> None:
    parts = workbook_parts(
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        '<row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
    )
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}"><si><t>Name</t></si><si><t>Value</t></si><si><r><t>Ana </t></r><r><t>Ex</t></r>'
        "<rPh><t>no</t></rPh></si><si><t>a_x000D_b_x005F_x000D_</t></si></sst>"
    )
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", '<Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
    )  # fmt: skip
    opened = opened_package(tmp_path, parts)
    assert opened.tables[0].rows == (("Ana Ex", "a\rb_x000D_"),)


def test_a_cell_that_points_nowhere_is_counted_as_not_read(tmp_path: Path) -> None:
    opened = opened_package(tmp_path, workbook_parts('<row><c t="s"><v>5</v></c><c><v>1</v></c></row>'))
    assert codes(opened) == ["cells-not-read"]
    assert "1 cells" in opened.skipped[0].reason


def test_a_single_cell_at_the_far_corner_costs_one_cell(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    table = table_of(tmp_path, inline_rows(("Name", "DOB"), ("Ana Example", "1985-03-12")) + far)
    assert table.columns == ("Name", "DOB", "column XFD")
    assert table.rows == (("Ana Example", "1985-03-12", ""), ("", "", "far"))
    assert table.row_numbers == (2, 1_048_576)


def test_a_column_beyond_the_last_one_is_damage(tmp_path: Path) -> None:
    opened = opened_package(tmp_path, workbook_parts('<row r="1"><c r="XFE1"><v>1</v></c></row>'))
    assert codes(opened) == ["corrupt"]


def test_rows_without_height_and_columns_without_width_are_hidden(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>Name</v></c><c r="B1" t="str"><v>DOB</v></c></row>'
        '<row r="2" ht="0" customHeight="1"><c r="A2" t="str"><v>Ana</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>Bo</v></c><c r="B3"><v>2</v></c></row>'
    )
    table = table_of(tmp_path, rows, before='<cols><col min="2" max="2" width="0" customWidth="1"/></cols>')
    assert table.hidden_rows == {2: "zero-height-row"}
    assert table.hidden_columns == {"DOB": "narrow-column"}


def test_rows_that_a_filter_hides_are_marked_and_its_range_says_where_the_header_is(tmp_path: Path) -> None:
    path = tmp_path / "filtered.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Quarterly", "Report"])
        sheet.write_row(1, 0, ["Name", "Status"])
        sheet.write_row(2, 0, ["Ana", "in"])
        sheet.write_row(3, 0, ["Bo", "out"])
        sheet.autofilter("A2:B4")
        sheet.filter_column(1, "x == in")
        sheet.set_row(3, None, None, {"hidden": True})
    table = open_file(path).tables[0]
    assert table.columns == ("Name", "Status")
    assert set(table.hidden_rows) == {4}


def test_hidden_and_very_hidden_sheets_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "sheets.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name in ("Shown", "Hidden", "Deep"):
            workbook.add_worksheet(name).write_row(0, 0, HEADER)
        workbook.worksheets()[1].hide()
        workbook.worksheets()[2].very_hidden()
    states = [(table.name, table.hidden) for table in open_file(path).tables]
    assert states == [("Shown", ""), ("Hidden", "hidden-sheet"), ("Deep", "very-hidden-sheet")]


def test_elements_with_a_prefix_are_the_same_elements(tmp_path: Path) -> None:
    parts = workbook_parts("")
    parts["xl/odd place/first.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>Name</x:v></x:c>'
        '<x:c r="B1" t="str"><x:v>DOB</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="inlineStr"><x:is>'
        "<x:t>Ana</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert opened_package(tmp_path, parts).tables[0].rows == (("Ana", ""),)


def test_an_encrypted_workbook_says_that_it_needs_a_password(tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    xlsx.build(plain, PEOPLE)
    locked = tmp_path / "locked.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        OOXMLFile(source).encrypt("not a secret", target)
    assert codes(open_file(locked)) == ["password-protected"]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    ],
)
@pytest.mark.parametrize("part", ["xl/odd place/first.xml", "xl/workbook.xml", "_rels/.rels"])
def test_a_document_type_ends_the_reading(declaration: str, part: str, tmp_path: Path) -> None:
    parts = workbook_parts(inline_rows(("Name", "DOB"), ("Ana", "1985")))
    parts[part] = declaration + parts[part]
    opened = opened_package(tmp_path, parts)
    assert opened.tables == ()
    assert codes(opened) == ["forbidden-markup"]


def test_a_part_that_inflates_beyond_its_bound_is_not_read(tmp_path: Path) -> None:
    parts = workbook_parts(inline_rows(("Name", "DOB"), ("Ana", "1985")) + " " * 5_000_000)
    opened = opened_package(tmp_path, parts, Limits(part_bytes=1_000_000))
    assert opened.tables == ()
    assert codes(opened) == ["too-large"]


def test_a_part_whose_checksum_is_wrong_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "flipped.xlsx"
    xlsx.build(path, PEOPLE)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as package:
        offset = package.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[offset + 30 + len("xl/worksheets/sheet1.xml") + 40] ^= 0xFF
    path.write_bytes(bytes(content))
    opened = open_file(path)
    assert PEOPLE.name not in [table.name for table in opened.tables]
    assert codes(opened) == ["corrupt"]


def test_two_parts_of_one_name_are_damage(tmp_path: Path) -> None:
    path = write_package(tmp_path / "double.xlsx", workbook_parts(inline_rows(("a", "b"))))
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("xl/workbook.xml", "<workbook/>")
    assert codes(open_file(path)) == ["corrupt"]


@pytest.mark.parametrize("missing", ["xl/odd place/first.xml"])
def test_a_missing_part_is_damage(missing: str, tmp_path: Path) -> None:
    parts = workbook_parts(inline_rows(("a", "b")))
    del parts[missing]
    opened = opened_package(tmp_path, parts)
    assert opened.tables == ()
    assert not opened.complete


def test_a_zip_that_is_no_workbook_is_opened_as_an_archive(tmp_path: Path) -> None:
    opened = opened_package(tmp_path, {"readme.txt": "hello"})
    assert [found.format for found in opened.formats] == ["zip", "text"]
    assert opened.formats[0].claimed == "xlsx"


def test_a_comment_is_found_at_its_cell_with_who_wrote_it(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet["A1"] = "Total"
    sheet["A1"].comment = Comment("Ana Example, born 1985", "Somebody")
    workbook.save(tmp_path / "commented.xlsx")
    opened = open_file(tmp_path / "commented.xlsx")
    comments = [(part.provenance.steps[-2:], part.text) for part in opened.parts if part.hidden == "comment"]
    assert opened.complete
    assert (("sheet 'Sheet'", "A1"), "Ana Example, born 1985") in comments
    assert (("A1", "author"), "Somebody") in comments


def test_cells_out_of_order_and_without_addresses_find_their_places(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="B1" t="str"><v>DOB</v></c><c r="A1" t="str"><v>Name</v></c></row>'
        '<row><c t="str"><v>Ana</v></c><c t="str"><v>1985</v></c></row>'
    )
    table = table_of(tmp_path, rows)
    assert table.columns == ("Name", "DOB")
    assert table.rows == (("Ana", "1985"),)
    assert table.row_numbers == (2,)
