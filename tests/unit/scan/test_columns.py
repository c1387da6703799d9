"""Which kind of personal data a column holds, by its header and by its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest

from amends.scan.columns import ColumnFinding, classify_columns
from amends.scan.tables import Table
from amends.vocabulary.provenance import Provenance

NAMES = ("Ana Example", "Boris Muster", "Carla Ejemplo", "Désiré Exemple", "Eva Esempio", "Fei Li")
BIRTHS = ("1931-02-03", "1950-11-30", "1968-05-05", "1979-02-28", "1985-03-12", "2009-07-01")
BOOKINGS = ("2022-02-03", "2022-11-01", "2021-05-05", "2022-02-28", "2022-03-12", "2022-07-01")


def table_of(
    columns: dict[str, Sequence[str]],
    *,
    hidden: str = "",
    hidden_rows: Mapping[int, str] = MappingProxyType({}),
    hidden_columns: Mapping[str, str] = MappingProxyType({}),
) -> Table:
    rows = tuple(zip(*columns.values(), strict=True))
    return Table(
        provenance=Provenance.of("file.xlsx"),
        name="Sheet",
        hidden=hidden,
        columns=tuple(columns),
        rows=rows,
        row_numbers=tuple(range(2, len(rows) + 2)),
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
    )


def kinds(columns: dict[str, Sequence[str]]) -> dict[str, str]:
    return {found.column: found.kind for found in classify_columns(table_of(columns))}


def the_finding(header: str, values: Sequence[str]) -> ColumnFinding:
    (found,) = classify_columns(table_of({header: values}))
    return found


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("Name", NAMES, "full-name"),
        ("A-Number", ("A200000001", "200-000-002", "200000003"), "alien-registration-number"),
        ("DOB", BIRTHS, "date-of-birth"),
        ("DOB", ("3/12/1985", "12/31/1990", "1/1/77"), "date-of-birth"),
        ("Book In Date", BOOKINGS, "custody-date"),
        ("Citizenship", ("GUATEMALA", "HONDURAS"), "nationality"),
        ("Detention Facility", ("Example Jail", "Centre 3"), "facility"),
        ("Fear Interview Result", ("Positive", "Negative", "Pending"), "fear-interview-result"),
        ("Gender", ("M", "F", "F"), "gender"),
        ("SSN", ("536904399", "1234567"), "social-security-number"),
        ("Passport No.", ("C01X00T47", "AB1234567"), "passport-number"),
        ("Religion", ("Catholic", "None"), "religion"),
        ("Diagnosis", ("Asthma", "E11.9"), "health"),
        ("Mobile phone", ("+1 202 555 0143", "(202) 555-0143"), "phone"),
        ("Preferred language", ("Spanish", "K'iche'"), "language"),
        ("Home address", ("1 Example Street", "2 Sample Road"), "address"),
    ],
)
def test_header_and_values_together_say_the_kind(header: str, values: Sequence[str], kind: str) -> None:
    found = the_finding(header, values)
    assert found.kind == kind
    assert found.confidence > 0.7
    assert found.non_empty == len(values)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("ana@example.org", "b.muster@example.com"), "email"),
        (("536-90-4399", "219-09-9998"), "social-security-number"),
        (("A200000001", "A200000002"), "alien-registration-number"),
        (("AB123456C", "AB 12 34 56 D"), "british-national-insurance-number"),
        (NAMES, "full-name"),
        (BIRTHS, "date-of-birth"),
    ],
)
def test_values_that_give_themselves_away_need_no_header(values: Sequence[str], kind: str) -> None:
    assert the_finding("column B", values).kind == kind


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Date", BOOKINGS),
        ("Count", ("1", "22", "333")),
        ("Name", ("12", "44", "71")),
        ("Reference", ("123456789", "987654321", "555443333")),
        ("Product", NAMES),
        ("Facility Count", ("3", "4", "5")),
        ("Average age", ("31.2", "33.4", "29.9")),
    ],
)
def test_what_is_no_personal_data_is_left_alone(header: str, values: Sequence[str]) -> None:
    assert classify_columns(table_of({header: values})) == ()


def test_a_date_of_birth_is_told_from_other_dates_by_its_spread() -> None:
    assert kinds({"column A": BIRTHS, "column B": BOOKINGS}) == {"column A": "date-of-birth"}


def test_a_sample_is_masked_and_no_value_is_in_the_finding() -> None:
    found = the_finding("Name", NAMES)
    assert found.sample == "A•••••••••e"
    assert not any(name in repr(found) for name in NAMES)


def test_hidden_columns_rows_and_sheets_are_said() -> None:
    table = table_of(
        {"Name": NAMES, "DOB": BIRTHS},
        hidden="hidden-sheet",
        hidden_rows={3: "hidden-row", 4: "hidden-row"},
        hidden_columns={"DOB": "hidden-column"},
    )
    name, born = classify_columns(table)
    assert name.hidden == "hidden-sheet; 2 values in hidden rows"
    assert born.hidden == "hidden-sheet; hidden column; 2 values in hidden rows"


def test_being_listed_is_itself_sensitive_where_protection_was_sought() -> None:
    assert "sought protection" in the_finding("Asylum status", ("Granted", "Pending")).context
    assert the_finding("DOB", BIRTHS).context == ""


def test_labels_are_there_in_english_and_spanish() -> None:
    found = the_finding("Fecha de nacimiento", BIRTHS)
    assert (found.label_en, found.label_es) == ("date of birth", "fecha de nacimiento")


def test_an_empty_column_is_no_finding() -> None:
    assert classify_columns(table_of({"Name": ("", " ")})) == ()
