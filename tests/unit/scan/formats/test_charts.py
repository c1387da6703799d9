"""The data that a chart was drawn from come out as rows, whatever document the chart is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.opening import open_file
from amends.scan.screening import screen
from amends.scan.tables import OpenedFile
from tests.samples.formats.office import slide_parts, word_parts, write_parts, xml
from tests.samples.formats.packages import inline_rows, workbook_parts, write_package

PEOPLE = ("Example, Ana", "Muster, Boris", "Ejemplo, Carla", "Exemple, Désiré")


def points(*texts: str) -> str:
    return "".join(f'<c:pt idx="{at}"><c:v>{text}</c:v></c:pt>' for at, text in enumerate(texts) if text)


def series(name: str, called: tuple[str, ...], *numbers: str) -> str:
    return (
        f"<c:ser><c:tx><c:strRef><c:f>S!$B$1</c:f><c:strCache>{points(name)}</c:strCache></c:strRef></c:tx>"
        f"<c:cat><c:strRef><c:f>S!$A$2:$A$5</c:f><c:strCache>{points(*called)}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>S!$B$2</c:f><c:numCache>{points(*numbers)}</c:numCache></c:numRef></c:val></c:ser>"
    )


def chart(*content: str) -> str:
    return xml(
        "c:chartSpace",
        f"<c:chart><c:plotArea><c:barChart>{''.join(content)}</c:barChart></c:plotArea></c:chart>",
    )


BARS = chart(series("Days", PEOPLE, "7", "12", "3", "9"), series("Visits", PEOPLE, "1", "", "2", ""))


def document(path: Path, part: str = BARS) -> OpenedFile:
    write_parts(path, word_parts("", ("chart", "charts/chart1.xml", part)))
    return open_file(path)


def test_categories_and_series_are_the_columns_of_a_table(tmp_path: Path) -> None:
    opened = document(tmp_path / "report.docx")
    assert opened.complete
    (table,) = opened.tables
    assert (table.hidden, table.columns) == ("chart-data", ("category", "Days", "Visits"))
    assert table.rows[:2] == (("Example, Ana", "7", "1"), ("Muster, Boris", "12", ""))
    assert table.row_numbers == (2, 3, 4, 5)
    assert not [part for part in opened.parts if part.text in PEOPLE]
    assert [part.text for part in opened.parts if part.text.startswith("S!$B$2")] == ["S!$B$2", "S!$B$2"]


@pytest.mark.parametrize("extension", ["pptx", "xlsx"])
def test_charts_of_slides_and_sheets_give_rows_too(extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{extension}"
    if extension == "pptx":
        write_parts(path, slide_parts("", ("chart", "charts/chart1.xml", BARS)))
    else:
        write_package(path, {**workbook_parts(inline_rows(("A",))), "xl/charts/chart1.xml": BARS})
    tables = [table for table in open_file(path).tables if "charts/chart1.xml" in str(table.provenance)]
    assert [len(table.rows) for table in tables] == [4]


def test_a_list_of_people_behind_a_chart_is_a_list_of_people(tmp_path: Path) -> None:
    names = tuple(f"A20000000{number}" for number in range(1, 5))
    path = tmp_path / "report.docx"
    document(path, chart(series("Last Name", names, *[name.partition(",")[0] for name in PEOPLE])))
    assert {finding.people for finding in screen(path).findings if finding.kind == "list-of-persons"} == {4}


def test_outer_categories_hold_for_the_points_that_follow(tmp_path: Path) -> None:
    levels = f"<c:lvl>{points('Ana', 'Boris', 'Carla')}</c:lvl><c:lvl>{points('North', '', 'South')}</c:lvl>"
    bars = (
        f"<c:ser><c:cat><c:multiLvlStrRef><c:multiLvlStrCache>{levels}</c:multiLvlStrCache></c:multiLvlStrRef>"
        f"</c:cat><c:val><c:numLit>{points('1', '2', '3')}</c:numLit></c:val></c:ser>"
    )
    (table,) = document(tmp_path / "report.docx", chart(bars)).tables
    assert table.columns == ("category 1", "category 2", "series 1")
    assert table.rows == (("North", "Ana", "1"), ("North", "Boris", "2"), ("South", "Carla", "3"))


def test_the_newer_kinds_of_charts_give_rows(tmp_path: Path) -> None:
    part = (
        '<cx:chartSpace xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex"><cx:chartData>'
        '<cx:data id="0"><cx:strDim type="cat"><cx:f>S!$A</cx:f><cx:lvl ptCount="2"><cx:pt idx="0">Ana</cx:pt>'
        '<cx:pt idx="1">Boris</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val"><cx:lvl><cx:pt idx="0">7</cx:pt>'
        "</cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart><cx:plotArea><cx:plotAreaRegion><cx:series>"
        '<cx:tx><cx:txData><cx:v>Days</cx:v></cx:txData></cx:tx><cx:dataId val="0"/></cx:series>'
        "</cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>"
    )
    opened = document(tmp_path / "report.docx", part)
    assert [(table.columns, table.rows) for table in opened.tables] == [
        (("cat", "Days"), (("Ana", "7"), ("Boris", "")))
    ]


def test_a_point_without_a_sound_number_is_said_and_its_text_still_comes_out(tmp_path: Path) -> None:
    bad = '<c:ser><c:val><c:numLit><c:pt idx="-1"><c:v>Zzcanary</c:v></c:pt></c:numLit></c:val></c:ser>'
    opened = document(tmp_path / "report.docx", chart(bad))
    assert [item.code for item in opened.skipped] == ["corrupt"]
    assert "Zzcanary" in {part.text for part in opened.parts}
