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

from amends.scan.formats import _zip_package
from amends.scan.formats._xlsx_cells import column_letters
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
ROW_TAILS = [
    "",
    ' spans="1:3"',
    ' hidden="1"',
    ' ht="0"',
    ' ht="15" customHeight="1"',
    ' x14ac:dyDescent="0.25"',
    ' hidden="0"',
    ' spans="1:30" s="4" customFormat="1" ht="15.75" thickBot="1" x14ac:dyDescent="0.3"',
]
row_attributes = st.sampled_from(ROW_TAILS)
INDEXES = [str(number) for number in range(9)]
NUMBERS = ["0", "7", "42", "131071", "131072", "9999999", "99999999", "999999999", "123456789012345", "1" * 16,
           "-3", "0.5", "31.85714285714286", "-0.30000000000000004", "1e3", "1.5E-7", "44893.25", "007"]  # fmt: skip
TEXTS = ["Ana", "John runs", "Jos\u00e9", "_x0041_nn", "a" * 40, " ", "1"]
WAYS = [
    (' t="s"><v>', "</v></c>", INDEXES),
    (' s="2" t="s"><v>', "</v></c>", INDEXES),
    (' s="3" t="s"><v>', "</v></c>", INDEXES),
    ("><v>", "</v></c>", NUMBERS),
    ("><v>", "</v></c>", ["1", "20", "300", "131073"]),
    (' s="1"><v>', "</v></c>", ["44893", "1", "0", "60", "2958465", "2958466"]),
    (' s="1"><v>', "</v></c>", NUMBERS),
    (' s="2"><v>', "</v></c>", NUMBERS),
    (' s="3" t="n"><v>', "</v></c>", NUMBERS),
    (' t="str"><v>', "</v></c>", TEXTS),
    (' s="99999" t="inlineStr"><is><t>', "</t></is></c>", TEXTS),
    (' t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>", TEXTS),
    (' t="b"><v>', "</v></c>", ["0", "1"]),
    (' s="4', '"/>', [""]),
]
ODD_VALUES = [
    "",
    "&lt;x",
    "text",
    " 2 ",
    "99",
    "99999999999",
    "9" * 45,
    "-1",
    "1_0",
    "1<x/>2",
    "\t",
    "x>y",
    "\x7f",
]


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


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Draw a long sheet as programs write it: nearly all rows alike, values of all lengths, now and then an odd one."""
    chance = draw(st.randoms(use_true_random=False))
    first = draw(st.sampled_from([1, 1, 3, 95, 960]))
    columns = sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=6)))
    ways = [draw(st.sampled_from(WAYS)) for _ in columns]
    missing = draw(st.sampled_from([0, 0, 0, 0.01, 0.3]))
    odd = draw(st.sampled_from([0, 0, 0.01, 0.05]))
    tail = draw(row_attributes)
    rows = []
    number = first
    for _ in range(draw(st.integers(20, 150))):
        written = []
        for column, (opening, closing, choices) in zip(columns, ways, strict=True):
            if chance.random() >= missing:
                letters = column_letters(column)
                value = chance.choice(ODD_VALUES if chance.random() < odd else choices)
                written.append(f'<c r="{letters}{number}"{opening}{value}{closing}')
        own = chance.choice(ROW_TAILS) if chance.random() < odd else tail
        rows.append(f'<row r="{number}"{own}>{"".join(written)}</row>')
        number += 20_000 if chance.random() < odd / 4 else 1
    return "".join(rows)


@given(tables(), st.integers(200, 6_000), st.floats(0.5, 4))
@settings(max_examples=150, deadline=None)
def test_both_ways_of_reading_say_the_same_of_long_tables(table: str, block: int, kept: float) -> None:
    """Blocks are short here, so that most of them meet rows that were learned from the one before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_zip_package, "_CHUNK", block)
        content = packed(table if kept > 1 else table[: int(len(table) * kept)])
        assert told(io.BytesIO(content), by_blocks=True) == told(io.BytesIO(content), by_blocks=False)


@pytest.mark.parametrize(
    "odd",
    [
        '<c r="A50" t="s"><v>5000000</v></c>',
        '<c r="A50" t="s"><v>123456789</v></c>',
        '<c r="A50" t="s"><v>-1</v></c>',
        '<c r="A50" t="s"><v>1<!-- 7 -->2</v></c>',
        '<c r="A50" t="s"><v>1</v><v>2</v></c>',
        '<c r="A50" t="s"><v>&#49;</v></c>',
        '<c r="A50"><v>12]]></v></c>',
        '<c r="A50"><v>1\x00</v></c>',
        '<c r="A50" s="1" t="n"><v>1</v></c>',
        '<c r="XFD50"><v>1</v></c>',
        '<c r="AB50" s="1"/><c r="AA50"><v>7</v></c>',
        '<c r="a50"><v>1</v></c>',
        '<c r="A$50"><v>1</v></c>',
        "<c><v>1</v></c>",
        '<c r="A50"><f>B1</f><v>1</v></c>',
        '<c r="A50" t="inlineStr"><is><t xml:space="preserve"> run the row </t></is></c>',
        '<c r="A50" t="inlineStr"><is><r><t>run</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>',
        '<c r="A50" t="str"><v>caf\u00e9 r \ufffe</v></c>',
        '<c r="A50" t="b"><v>1</v></c>',
        '<c r="A50" t="e"><v>#REF!</v></c>',
        '<c r="A50"><v>99999999999999999999999999</v></c>',
        '<c r="A50"><v></v></c>',
        "",
    ],
)
def test_one_odd_cell_among_rows_that_are_all_alike_is_read_as_it_stands(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_zip_package, "_CHUNK", 2_000)
    rows = [
        f'<row r="{number}"><c r="A{number}" t="s"><v>{number % 7}</v></c></row>' for number in range(1, 300)
    ]
    rows[49] = f'<row r="50">{odd}</row>'
    content = packed("".join(rows))
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
