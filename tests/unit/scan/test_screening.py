"""Clear, findings, or incomplete: and only clear lets a file pass."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from amends.scan.parts import OpenedFormat, Part
from amends.scan.screening import screen, screen_opened
from amends.scan.tables import OpenedFile
from amends.scan.text_screening import Severity
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
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


def test_what_people_write_into_remarks_is_found(tmp_path: Path) -> None:
    path = tmp_path / "remarks.csv"
    rows = (("7", "asked ana.zzcanary@correo.gt to call back"), ("9", "nothing to say today"))
    delimited.build(path, Sample(columns=("Visits", "Remarks"), rows=rows))
    (finding,) = screen(path).findings
    assert finding.text is not None
    assert (str(finding.provenance), finding.text.kind) == ("remarks.csv ! column 'Remarks'", "email")


def test_a_word_in_one_cell_says_nothing_of_the_next(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    rows = (("1", "SSN is on file"), ("2", "536904399 pieces"))
    delimited.build(path, Sample(columns=("Line", "Remarks"), rows=rows))
    assert screen(path).verdict is ScreeningVerdict.CLEAR


def test_what_being_named_means_makes_a_finding_grave() -> None:
    source = Provenance.of("note.txt")
    texts = ("Write to ana.zzcanary@correo.gt.", "The applicant ana.zzcanary@correo.gt applied for asylum.")
    parts = tuple(Part(source / f"line {n}", "paragraph", "", text) for n, text in enumerate(texts, 1))
    screening = screen_opened(OpenedFile((), (), parts, (OpenedFormat(source, "text", ""),)))
    found = [(finding.text.kind, finding.severity) for finding in screening.findings if finding.text]
    assert found == [
        ("email", Severity.SERIOUS), ("asylum-claim", Severity.GRAVE), ("email", Severity.GRAVE),
    ]  # fmt: skip
    assert screening.severity is Severity.GRAVE


def test_an_age_alone_does_not_block_a_text_but_several_such_words_do() -> None:
    source = Provenance.of("note.txt")
    alone = (Part(source / "line 1", "paragraph", "", "She is 34 years old."),)
    words = "She is 34 years old. Nationality: Guatemalan. Religion: Catholic. Sex: F"
    together = (Part(source / "line 1", "paragraph", "", words),)
    formats = (OpenedFormat(source, "text", ""),)
    assert screen_opened(OpenedFile((), (), alone, formats)).verdict is ScreeningVerdict.CLEAR
    assert screen_opened(OpenedFile((), (), together, formats)).verdict is ScreeningVerdict.FINDINGS


def test_of_very_many_places_the_rest_are_counted_together() -> None:
    source = Provenance.of("long.txt")
    parts = tuple(
        Part(source / f"line {n}", "paragraph", "", f"ana.zzcanary{n}@correo.gt") for n in range(1, 251)
    )
    screening = screen_opened(OpenedFile((), (), parts, (OpenedFormat(source, "text", ""),)))
    assert len(screening.findings) == 101
    assert screening.findings[-1].reason.startswith("150 more of the kind in 150 more places")


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
    parts["xl/model/item.data"] = "\0\1\2"
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


def test_text_that_was_read_and_holds_nothing_is_clear() -> None:
    source = Provenance.of("letter.docx")
    part = Part(source / "word/document.xml", "paragraph", "", "Dear readers, the office opens at nine.")
    opened = OpenedFile((), (), (part,), (OpenedFormat(source, "docx", ""),))
    assert screen_opened(opened).verdict is ScreeningVerdict.CLEAR


def test_text_is_not_clear_while_a_piece_is_not_read() -> None:
    source = Provenance.of("letter.docx")
    unread = Skipped(source / "word/media/x.bin", "part-not-read", "")
    screening = screen_opened(OpenedFile((), (unread,), (), (OpenedFormat(source, "docx", ""),)))
    assert screening.verdict is ScreeningVerdict.INCOMPLETE


def test_an_identifier_in_a_text_is_a_finding_with_its_place_and_a_masked_sample(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(
        "Dear Zzcanary,\n\nwe hold your SSN 536-90-4399 and your SSN 536-90-4398.\n", encoding="utf-8"
    )
    screening = screen(path)
    (finding,) = screening.findings
    assert screening.verdict is ScreeningVerdict.FINDINGS
    assert finding.text is not None
    assert (str(finding.provenance), finding.kind) == ("letter.txt ! line 3", "personal-text")
    assert (finding.text.kind, finding.text.count, finding.text.offset) == ("social-security-number", 2, 17)
    assert finding.text.sample == "5•••••••••9"
    assert "536-90" not in repr(screening)


def test_an_identifier_that_nobody_sees_is_found_and_said_to_be_hidden() -> None:
    source = Provenance.of("board.docx")
    part = Part(source / "comment 1", "comment", "comment", "his SSN is 536904399")
    screening = screen_opened(OpenedFile((), (), (part,), (OpenedFormat(source, "docx", ""),)))
    assert [(finding.kind, finding.hidden) for finding in screening.findings] == [
        ("personal-text", "comment"), ("comment", ""),
    ]  # fmt: skip


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
