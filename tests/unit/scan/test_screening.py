"""Clear, findings, or incomplete: and only clear lets a file pass."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from amends.scan.parts import OpenedFormat, Part
from amends.scan.screening import screen, screen_opened
from amends.scan.tables import OpenedFile
from amends.vocabulary.outcomes import ScreeningVerdict
from amends.vocabulary.provenance import Provenance
from tests.samples.formats import delimited, xlsx
from tests.samples.formats.packages import inline_rows, workbook_parts, write_package
from tests.samples.formats.sample import PEOPLE, Sample

STATISTICS = Sample(
    columns=("Country", "Month", "Detained"),
    rows=(("Guatemala", "2022-10", "812"), ("Honduras", "2022-10", "640"), ("Mexico", "2022-10", "1204")),
)


def test_statistics_without_persons_are_clear(tmp_path: Path) -> None:
    path = tmp_path / "statistics.xlsx"
    xlsx.build(path, STATISTICS)
    screening = screen(path)
    assert screening.verdict is ScreeningVerdict.CLEAR
    assert screening.findings == ()


def test_a_list_of_persons_is_found_and_counted_with_its_hidden_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    xlsx.build(path, PEOPLE)
    screening = screen(path)
    listed = screening.findings[0]
    assert screening.verdict is ScreeningVerdict.FINDINGS
    assert (listed.kind, listed.people, listed.hidden_people) == ("list-of-persons", 4, 1)
    assert {finding.kind for finding in screening.findings} == {
        "list-of-persons", "hidden-rows", "hidden-columns", "hidden-sheet",
    }  # fmt: skip


def test_a_list_in_a_hidden_sheet_behind_clean_statistics_is_found(tmp_path: Path) -> None:
    path = tmp_path / "monthly.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        shown = workbook.add_worksheet("Statistics")
        for number, row in enumerate((STATISTICS.columns, *STATISTICS.rows)):
            shown.write_row(number, 0, row)
        raw = workbook.add_worksheet("raw")
        for number, row in enumerate((PEOPLE.columns, *PEOPLE.rows)):
            raw.write_row(number, 0, row)
        raw.very_hidden()
    listed = [finding for finding in screen(path).findings if finding.kind == "list-of-persons"]
    assert [(str(finding.provenance), finding.people, finding.hidden_people) for finding in listed] == [
        ("monthly.xlsx ! sheet 'raw'", 4, 4)
    ]


def test_what_cannot_be_read_is_incomplete_and_not_clear(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    xlsx.build(path, STATISTICS)
    path.write_bytes(path.read_bytes()[:-40])
    assert screen(path).verdict is ScreeningVerdict.INCOMPLETE


def test_statistics_with_an_unread_part_are_incomplete(tmp_path: Path) -> None:
    parts = workbook_parts(inline_rows(STATISTICS.columns, *STATISTICS.rows))
    parts["xl/model/item.data"] = "\0\1\2"
    screening = screen(write_package(tmp_path / "model.xlsx", parts))
    assert screening.verdict is ScreeningVerdict.INCOMPLETE
    assert str(screening.skipped[0].provenance) == "model.xlsx ! xl/model/item.data"


def test_findings_weigh_more_than_incompleteness(tmp_path: Path) -> None:
    parts = workbook_parts(inline_rows(PEOPLE.columns, *PEOPLE.rows))
    parts["xl/media/image1.png"] = "not read"
    screening = screen(write_package(tmp_path / "both.xlsx", parts))
    assert screening.verdict is ScreeningVerdict.FINDINGS
    assert screening.skipped != ()


def test_identifiers_alone_are_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    delimited.build(
        path, Sample(columns=("Mail", "Amount"), rows=(("ana@example.org", "3"), ("b@example.org", "4")))
    )
    (finding,) = screen(path).findings
    assert (finding.kind, finding.columns[0].kind) == ("personal-column", "email")


def test_dates_of_birth_with_nationality_and_facility_are_a_list_of_persons_without_names(
    tmp_path: Path,
) -> None:
    path = tmp_path / "nameless.csv"
    columns = ("DOB", "Citizenship", "Detention Facility")
    rows = (("1985-03-12", "Guatemala", "Centre 3"), ("1990-07-01", "Honduras", "Centre 4"))
    delimited.build(path, Sample(columns=columns, rows=rows))
    assert [finding.kind for finding in screen(path).findings] == ["list-of-persons"]


def test_a_finding_says_what_being_listed_means(tmp_path: Path) -> None:
    path = tmp_path / "fear.csv"
    rows = (("Ana Example", "Positive"), ("Boris Muster", "Negative"))
    delimited.build(path, Sample(columns=("Name", "Fear Interview Result"), rows=rows))
    assert "sought protection" in screen(path).findings[0].context


def test_no_value_of_the_file_is_in_the_screening(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    xlsx.build(path, PEOPLE)
    shown = repr(screen(path))
    assert not [text for row in PEOPLE.rows for text in row if text in shown]


def test_text_that_no_rule_judges_is_never_clear() -> None:
    source = Provenance.of("letter.docx")
    part = Part(source / "word/document.xml", "paragraph", "", "Dear Zzcanary")
    opened = OpenedFile((), (), (part,), (OpenedFormat(source, "docx", ""),))
    screening = screen_opened(opened)
    assert screening.verdict is ScreeningVerdict.INCOMPLETE
    assert {item.code for item in screening.skipped} == {"not-judged"}


def test_a_picture_is_never_clear() -> None:
    opened = OpenedFile((), (), (), (OpenedFormat(Provenance.of("photo.jpg"), "jpg", ""),))
    assert screen_opened(opened).verdict is ScreeningVerdict.INCOMPLETE


def test_what_somebody_wrote_and_nobody_sees_is_a_finding_with_what_to_do() -> None:
    source = Provenance.of("board.zip")
    inner = source / "book.xlsx"
    formats = (OpenedFormat(source, "zip", ""), OpenedFormat(inner, "xlsx", ""))
    parts = tuple(Part(inner / f"comment {n}", "comment", "comment", "Zzcanary") for n in (1, 2)) + (
        Part(inner / "docProps/core.xml", "property", "document-property", "Zzcanary"),
    )
    screening = screen_opened(OpenedFile((), (), parts, formats))
    (finding,) = screening.findings
    assert (str(finding.provenance), finding.kind) == ("board.zip ! book.xlsx", "comment")
    assert finding.reason.startswith("2 hidden: ")
    assert "Zzcanary" not in finding.reason


def screened(*parts: Part) -> set[str]:
    source = Provenance.of("board.pptx")
    return {
        found.kind
        for found in screen_opened(OpenedFile((), (), parts, (OpenedFormat(source, "pptx", ""),))).findings
    }


def test_what_every_program_writes_is_no_finding_and_a_name_in_its_place_is_one() -> None:
    where = Provenance.of("board.pptx") / "layout"
    assert screened(Part(where, "layout-text", "master-text", "Click to edit Master title style")) == set()
    assert screened(Part(where, "layout-text", "master-text", "Second level Zzcanary")) == {"master-text"}


def test_what_is_shown_as_well_is_no_secret_for_being_said_again() -> None:
    where = Provenance.of("board.pptx") / "page 1"
    shown = Part(where, "page-text", "", "Report on\nthe harbour")
    title = Part(where, "bookmark", "outline-title", "Report on the harbour")
    assert screened(shown, title) == set()
    assert screened(title) == {"outline-title"}
    assert screened(shown, Part(where, "bookmark", "outline-title", "Zzcanary")) == {"outline-title"}
    # What lies under a box is hidden there, whatever else is said elsewhere.
    assert screened(shown, Part(where, "page-text", "text-under-box", "Report on")) == {"text-under-box"}
