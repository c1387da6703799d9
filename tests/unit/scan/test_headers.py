"""Where the header stands, and that nobody is lost to a wrong guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.scan.formats._xlsx_cells import column_index
from amends.scan.headers import column_letters, table_from_grid
from amends.scan.identifiers.words import is_header_word
from amends.scan.isolation.events import GridRow
from amends.scan.tables import Grid, Table
from amends.vocabulary.provenance import Provenance

PEOPLE = [["Ana Example", "1985-03-12", "A200000001"], ["Bo Muster", "1990-07-01", "A200000002"]]
HEADER = ["Name", "DOB", "A-Number"]


def table_of(*rows: list[str], header_row: int = 0) -> Table:
    grid = Grid("Sheet", "", [GridRow(number, "", None, row) for number, row in enumerate(rows, 1)])
    grid.header_row = header_row
    return table_from_grid(grid, Provenance.of("file.xlsx"), is_header_word)


def test_the_first_row_of_words_is_the_header() -> None:
    table = table_of(HEADER, *PEOPLE)
    assert table.columns == ("Name", "DOB", "A-Number")
    assert table.row_numbers == (2, 3)


def test_titles_above_the_header_are_passed_over() -> None:
    table = table_of(["Detention statistics"], [""], ["As of", "2022-11-19"], HEADER, *PEOPLE)
    assert table.columns == ("Name", "DOB", "A-Number")
    assert len(table.rows) == 2


def test_a_list_without_a_header_loses_nobody() -> None:
    table = table_of(*PEOPLE)
    assert table.columns == ("column A", "column B", "column C")
    assert len(table.rows) == 2


def test_a_bare_list_of_names_loses_nobody() -> None:
    names = [["Ana Example"], ["Bo Muster"], ["Carla Ejemplo"], ["Dora Exemple"]]
    assert len(table_of(*names).rows) == 4


def test_a_list_of_names_under_a_known_word_has_a_header() -> None:
    table = table_of(["Name", "Surname"], ["Ana", "Example"], ["Bo", "Muster"])
    assert table.columns == ("Name", "Surname")


def test_words_in_other_languages_are_headers_too() -> None:
    table = table_of(["Apellidos", "Nombre"], ["Ejemplo", "Ana"], ["Muster", "Bo"])
    assert table.columns == ("Apellidos", "Nombre")


def test_a_header_over_merged_groups_takes_the_lower_row() -> None:
    groups = ["Person", "", "Custody", ""]
    header = ["Name", "DOB", "Start", "End"]
    table = table_of(groups, header, ["Ana", "1985-03-12", "2022-01-01", "2022-02-01"])
    assert table.columns == ("Name", "DOB", "Start", "End")


def test_a_header_with_gaps_above_words_loses_nobody() -> None:
    table = table_of(
        ["Name", "", "Nationality", ""], ["Ana", "a", "Guatemala", "b"], ["Bo", "c", "Haiti", "d"]
    )
    assert table.columns == ("Name", "column B", "Nationality", "column D")
    assert table.row_numbers == (2, 3)


def test_the_same_word_twice_is_told_apart_by_its_group() -> None:
    table = table_of(
        ["Custody", "", "Asylum", ""],
        ["Start", "End", "Start", "End"],
        ["1", "2", "3", "4"],
        ["5", "6", "7", "8"],
    )
    assert table.columns == ("Custody Start", "Custody End", "Asylum Start", "Asylum End")


def test_the_same_word_twice_without_groups_is_counted() -> None:
    table = table_of(["Name", "Date", "Date"], ["Ana", "1985-03-12", "2022-01-01"])
    assert table.columns == ("Name", "Date", "Date (2)")


def test_a_header_over_several_lines_becomes_one_line() -> None:
    assert table_of(["Last\nName", " DOB "], ["Example", "1985-03-12"]).columns == ("Last Name", "DOB")


def test_a_column_without_a_word_is_named_by_its_letters() -> None:
    table = table_of(["Name", "", "DOB"], ["Ana", "x", "1985-03-12"])
    assert table.columns == ("Name", "column B", "DOB")


def test_a_column_that_holds_nothing_at_all_is_left_out() -> None:
    table = table_of(["Name", "", "DOB"], ["Ana", "", "1985-03-12"])
    assert table.columns == ("Name", "DOB")
    assert table.rows == (("Ana", "1985-03-12"),)


def test_the_file_itself_may_say_which_row_is_the_header() -> None:
    table = table_of(["2022", "2021"], ["Ana", "Bo"], ["Cy", "Di"], header_row=1)
    assert table.columns == ("2022", "2021")


def test_empty_rows_are_left_out_and_numbers_stay_true() -> None:
    table = table_of(HEADER, PEOPLE[0], ["", " "], PEOPLE[1])
    assert table.row_numbers == (2, 4)


def test_an_empty_grid_is_an_empty_table() -> None:
    assert table_of().columns == ()


@given(st.integers(0, 16_383))
def test_letters_and_numbers_of_columns_are_each_other_back(column: int) -> None:
    assert column_index(column_letters(column)) == column


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")]
)
def test_columns_have_the_letters_that_a_spreadsheet_shows(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@given(
    st.lists(st.lists(st.text("aB1-/ ,", max_size=6), min_size=1, max_size=5), min_size=0, max_size=8),
    st.integers(0, 9),
)
def test_no_filled_row_is_ever_lost(rows: list[list[str]], header_row: int) -> None:
    table = table_of(*rows, header_row=header_row)
    filled = [number for number, row in enumerate(rows, 1) if any(text.strip() for text in row)]
    above = [number for number in filled if not table.row_numbers or number < table.row_numbers[0]]
    assert above + list(table.row_numbers) == filled
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(set(table.columns)) == len(table.columns)
