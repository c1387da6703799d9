"""Rows that are read by the block are the rows that the careful reader finds, whatever the workbook."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.scan.formats._xlsx_rows import CarefulSheet
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedTable
from amends.scan.formats.xlsx import PLUGIN, read_pieces
from amends.scan.limits import DEFAULT_LIMITS
from tests.samples.formats.packages import MAIN, RELATIONS, workbook_parts

CORPUS = Path(os.environ.get("AMENDS_CORPUS", Path(__file__).parents[5] / "shared" / "corpus"))
WORKBOOKS = sorted(
    path for path in CORPUS.rglob("*") if path.suffix.lower() in (".xlsx", ".xlsm", ".xltx", ".xltm")
)
LONGEST = 3 << 20
_FORMATS = '<numFmts count="1"><numFmt numFmtId="170" formatCode="000000000"/></numFmts>'
_FONTS = '<fonts><font><sz val="11"/></font><font><sz val="11"/><color rgb="FFFFFFFF"/></font></fonts>'
_XFS = '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="0" fontId="1"/>'
STYLES = f'<styleSheet xmlns="{MAIN}">{_FORMATS}{_FONTS}<fills><fill/></fills><cellXfs>{_XFS}</cellXfs></styleSheet>'
STRINGS = ("Ana Example", "", "Boris &amp; Muster", "_x0041_nn", "Désiré", "  ", "x]]&gt;", "Jos\u00e9")

attributes = st.sampled_from(
    ["", ' s="1"', ' s="2"', ' s="3"', ' s="77"', ' t="n"', ' t="s"', ' s="2" t="s"', ' s="3" t="s"', ' t="b"',
     ' t="e"', ' t="str"', ' t="s" s="1"', ' s=""', ' t="d"', ' cm="1"', ' t="inlineStr"']
)  # fmt: skip
values = st.sampled_from(
    ["0", "1", "2", "3", "4", "5", "007", "1.50", "-0", "1e3", "1E+20", "9" * 45, "0.1", "0.30000000000000004", "44893",
     "44893.5", "#N/A", "text", "&lt;x", "é", "", "1e999", "-5", ".", "99", " 2 ", "1_0", "1234567890123456", "1e-7"]
)  # fmt: skip
row_attributes = st.sampled_from(
    [
        "",
        ' spans="1:3"',
        ' hidden="1"',
        ' ht="0"',
        ' ht="15" customHeight="1"',
        ' x14ac:dyDescent="0.25"',
        ' hidden="0"',
    ]
)


@st.composite
def cells(draw: st.DrawFn, number: int) -> str:
    """Draw the cells of one row, most of them as programs write them."""
    written = []
    for column in sorted(draw(st.sets(st.integers(0, 5), max_size=5))):
        reference = f' r="{"ABCDEF"[column]}{number}"' if draw(st.integers(0, 20)) else ""
        kind, value = draw(attributes), draw(values)
        if "inlineStr" in kind:
            written.append(f"<c{reference}{kind}><is><t>{value}</t></is></c>")
        elif draw(st.integers(0, 6)):
            formula = "" if draw(st.integers(0, 8)) else '<f>A1&amp;"literal"</f>'
            written.append(f"<c{reference}{kind}>{formula}<v>{value}</v></c>")
        else:
            written.append(f"<c{reference}{kind}/>")
    if draw(st.integers(0, 10)) == 0:
        written.reverse()
    return draw(st.sampled_from(["", "", "", "\n"])).join(written)


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """Draw the rows of a sheet: many alike, some odd."""
    rows = []
    number = 0
    plain = draw(cells(1))
    for _ in range(draw(st.integers(1, 12))):
        number += draw(st.sampled_from([1, 1, 1, 2, 20_000]))
        own = plain if draw(st.booleans()) else draw(cells(number))
        name = f' r="{number}"' if draw(st.integers(0, 15)) else ""
        rows.append(f"<row{name}{draw(row_attributes)}>{own}</row>")
    between = draw(st.sampled_from(["", "", "", "\n", "<!-- </row></sheetData> -->"]))
    return between.join(rows)


def packed(sheet_data: str) -> bytes:
    parts = workbook_parts(sheet_data)
    arrows = parts["xl/_rels/workbook.xml.rels"].removesuffix("</Relationships>")
    for name, target in (("styles", "styles.xml"), ("sharedStrings", "strings.xml")):
        arrows += f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{target}"/>'
    parts["xl/_rels/workbook.xml.rels"] = arrows + "</Relationships>"
    parts["xl/styles.xml"] = STYLES
    texts = "".join(f"<si><t>{text}</t></si>" for text in STRINGS)
    parts["xl/strings.xml"] = f'<sst xmlns="{MAIN}">{texts}<si><r><t>A</t></r><r><t>na</t></r></si></sst>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return file.getvalue()


def told(stream: BinaryIO, *, by_blocks: bool) -> list[Any]:
    """Return everything that a reading yields, faults included, in a form that can be compared."""
    found: list[Any] = []
    try:
        for piece in read_pieces(stream, DEFAULT_LIMITS, by_blocks=by_blocks):
            if isinstance(piece, UntrustedTable):
                try:
                    rows: list[Any] = list(piece.rows)
                except UnreadableError as problem:
                    rows = [problem.code]
                found.append(
                    (
                        piece.name,
                        piece.hidden,
                        rows,
                        piece.hidden_columns,
                        piece.header_row,
                        piece.unread_cells,
                    )
                )
            else:
                found.append(piece if isinstance(piece, UntrustedPart) else repr(piece))
    except UnreadableError as problem:
        found.append(problem.code)
    return found


@given(sheets())
@settings(max_examples=300, deadline=None)
def test_both_ways_of_reading_say_the_same_of_any_sheet(sheet_data: str) -> None:
    content = packed(sheet_data)
    assert told(io.BytesIO(content), by_blocks=True) == told(io.BytesIO(content), by_blocks=False)


@pytest.mark.skipif(not WORKBOOKS, reason="the corpus of real files is not here")
@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_both_ways_of_reading_say_the_same_of_real_workbooks(path: Path) -> None:
    with path.open("rb") as stream:
        if path.stat().st_size > LONGEST or not PLUGIN.recognise(stream, path.suffix[1:].lower()):
            pytest.skip("too long for a test, or no workbook in spite of its name")
        assert told(stream, by_blocks=True) == told(stream, by_blocks=False)


def test_a_table_as_programs_write_it_is_read_by_the_block_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        for number in range(3_000):
            sheet.write_row(number, 0, (f"A{200000000 + number}", f"Name {number % 7}", number, number / 7))
        sheet.set_row(5, None, None, {"hidden": True})
    given: list[bytes] = []
    feed = CarefulSheet.feed

    def noting_feed(sheet: CarefulSheet, chunk: bytes, final: bool = False) -> None:
        given.append(chunk)
        feed(sheet, chunk, final)

    monkeypatch.setattr(CarefulSheet, "feed", noting_feed)
    with path.open("rb") as stream:
        table = next(iter(read_pieces(stream, DEFAULT_LIMITS, by_blocks=True)))
        assert isinstance(table, UntrustedTable)
        rows = list(table.rows)
    assert [row.number for row in rows if row.hidden] == [6]
    assert len(rows) == 3_000
    assert not any(b"<row" in chunk for chunk in given)
