"""What a Word document says comes out as a reader reads it, and nothing of it is lost."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

from amends.scan.formats.docx import PLUGIN
from amends.scan.formats.interface import UntrustedPiece, UntrustedTable
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.opening import open_file
from amends.scan.parts import Part
from amends.scan.tables import OpenedFile
from tests.samples.formats.office import Parts, paragraph, word_parts, write_parts, xml


def opened(folder: Path, parts: Parts) -> OpenedFile:
    path = folder / "letter.docx"
    write_parts(path, parts)
    return open_file(path)


def body_of(folder: Path, body: str) -> list[Part]:
    parts = opened(folder, word_parts(body)).parts
    return [part for part in parts if "word/document.xml" in part.provenance.steps]


def texts(parts: list[Part]) -> list[tuple[str, str]]:
    return [(part.hidden, part.text) for part in parts]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_a_word_that_is_split_over_runs_comes_out_whole(tmp_path: Path) -> None:
    split = f"<w:p>{run('A2000', '<w:b/>')}<w:bookmarkEnd w:id='1'/>{run('00077')}<w:r><w:tab/></w:r>{run('x')}</w:p>"
    assert texts(body_of(tmp_path, split)) == [("", "A200000077\tx")]


def test_a_word_that_is_half_hidden_comes_out_whole_as_well(tmp_path: Path) -> None:
    half = f"<w:p>{run('Case A2000')}{run('00077', '<w:vanish/>')}</w:p>"
    assert texts(body_of(tmp_path, half)) == [
        ("", "Case A2000"),
        ("hidden-text", "00077"),
        ("hidden-text", "Case A200000077"),
    ]


def test_a_tracked_insertion_is_read_where_it_stands_and_named_beside_it(tmp_path: Path) -> None:
    inserted = (
        f'<w:p>{run("to ")}<w:ins w:id="1" w:author="A. Example">{run("Ana")}</w:ins>{run(" only")}</w:p>'
    )
    assert texts(body_of(tmp_path, inserted)) == [
        ("tracked-change", "A. Example"),
        ("", "to Ana only"),
        ("tracked-insertion", "Ana"),
    ]


def test_toggles_of_two_styles_cancel_each_other(tmp_path: Path) -> None:
    vanish = "<w:rPr><w:vanish/></w:rPr>"
    styles = "".join(
        f'<w:style w:type="{kind}" w:styleId="{name}">{vanish}</w:style>'
        for kind, name in (("paragraph", "P"), ("character", "C"))
    )
    body = paragraph("seen", '<w:rStyle w:val="C"/>', '<w:pStyle w:val="P"/>') + paragraph(
        "not", '<w:rStyle w:val="C"/>'
    )
    found = opened(tmp_path, word_parts(body, ("styles", "styles.xml", xml("w:styles", styles)))).parts
    assert [(part.hidden, part.text) for part in found] == [("", "seen"), ("hidden-text", "not")]


def test_a_table_in_a_table_is_a_table_of_its_own(tmp_path: Path) -> None:
    def cell(content: str) -> str:
        return f"<w:tc>{content}</w:tc>"

    inner = (
        f"<w:tbl><w:tr>{cell(paragraph('inner head'))}</w:tr><w:tr>{cell(paragraph('inner'))}</w:tr></w:tbl>"
    )
    head = f"<w:trPr><w:tblHeader/></w:trPr>{cell(paragraph('Name'))}{cell(paragraph('Note'))}"
    row = f"{cell(paragraph('Ana') + paragraph('Example'))}{cell(inner + '<w:p/>')}"
    found = opened(tmp_path, word_parts(f"<w:tbl><w:tr>{head}</w:tr><w:tr>{row}</w:tr></w:tbl>"))
    tables = {str(table.provenance).rpartition(" ! ")[2]: table for table in found.tables}
    assert tables["table 1"].columns == ("Name", "Note")
    assert tables["table 1"].rows == (("Ana\nExample", ""),)
    assert tables["table 2"].rows[-1] == ("inner",)
    assert found.complete


def test_a_text_where_none_may_stand_in_a_table_is_not_lost(tmp_path: Path) -> None:
    stray = f"<w:tbl>{paragraph('between rows')}<w:tr>{paragraph('between cells')}<w:tc><w:p/></w:tc></w:tr></w:tbl>"
    assert {part.text for part in body_of(tmp_path, stray)} == {"between rows", "between cells"}


def test_a_span_beyond_every_table_is_a_bound_that_is_reported(tmp_path: Path) -> None:
    wide = '<w:tcPr><w:gridSpan w:val="{}"/></w:tcPr>'
    for span in ("99999", "9" * 40):
        row = f"<w:tc>{wide.format(span)}{paragraph('a')}</w:tc><w:tc>{paragraph('b')}</w:tc>"
        found = opened(tmp_path, word_parts(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"))
        assert [skipped.code for skipped in found.skipped] == ["too-large"] or not found.complete


def test_the_same_text_for_older_programs_comes_out_once(tmp_path: Path) -> None:
    def drawn(text: str) -> str:
        return (
            f"<w:pict><v:shape><v:textbox><w:txbxContent>{paragraph(text)}</w:txbxContent>"
            f"</v:textbox></v:shape></w:pict>"
        )

    choices = f"<mc:Choice Requires='wps'>{drawn('one')}</mc:Choice><mc:Fallback>{drawn('one')}</mc:Fallback>"
    body = f"<w:p><w:r><mc:AlternateContent>{choices}</mc:AlternateContent></w:r></w:p>"
    assert texts(body_of(tmp_path, body)) == [("", "one")]


def test_a_first_page_is_turned_on_by_a_later_section(tmp_path: Path) -> None:
    header = ("header", "header1.xml", xml("w:hdr", paragraph("letterhead")))
    reference = '<w:sectPr><w:headerReference w:type="first" r:id="rId1"/></w:sectPr>'
    section = f"<w:p><w:pPr>{reference}</w:pPr></w:p>"
    for last, hidden in (("<w:sectPr/>", "header-footer"), ("<w:sectPr><w:titlePg/></w:sectPr>", "")):
        parts = opened(tmp_path, word_parts(section + last, header)).parts
        assert [part.hidden for part in parts if part.text == "letterhead"] == [hidden]


def test_a_header_to_which_no_section_points_is_not_shown(tmp_path: Path) -> None:
    header = ("header", "header1.xml", xml("w:hdr", paragraph("left over")))
    (part,) = opened(tmp_path, word_parts("<w:sectPr/>", header)).parts
    assert (part.kind, part.hidden) == ("header", "header-footer")


def test_the_strict_form_and_any_prefix_are_read_alike(tmp_path: Path) -> None:
    parts = word_parts("")
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    run_of = "<z:r><z:rPr><z:vanish/></z:rPr><z:t>Zzcanary</z:t></z:r>"
    parts["word/document.xml"] = (
        f'<z:document xmlns:z="{strict}"><z:body><z:p>{run_of}</z:p></z:body></z:document>'
    )
    assert [(part.hidden, part.text) for part in opened(tmp_path, parts).parts] == [
        ("hidden-text", "Zzcanary")
    ]


def test_an_entity_ends_the_part_and_is_reported(tmp_path: Path) -> None:
    parts = word_parts("")
    parts["word/document.xml"] = (
        '<!DOCTYPE d [<!ENTITY a "aaaa">]><document><body><p><r><t>&a;</t></r></p></body></document>'
    )
    found = opened(tmp_path, parts)
    assert "forbidden-markup" in {skipped.code for skipped in found.skipped}


def test_elements_inside_elements_without_end_are_reported(tmp_path: Path) -> None:
    deep = word_parts("<w:sdt><w:sdtContent>" * 5_000 + paragraph("deep") + "</w:sdtContent></w:sdt>" * 5_000)
    assert "too-deep" in {skipped.code for skipped in opened(tmp_path, deep).skipped}


def test_a_damaged_part_is_reported_and_what_is_legible_in_it_comes_out(tmp_path: Path) -> None:
    parts = word_parts("")
    parts["word/document.xml"] = "<document><body><p><r><t>Zzcanary legible</t></r></p></wrong></document>"
    found = opened(tmp_path, parts)
    assert "corrupt" in {skipped.code for skipped in found.skipped}
    assert any("Zzcanary legible" in part.text for part in found.parts)


def test_a_field_that_never_ends_keeps_its_instruction(tmp_path: Path) -> None:
    open_field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
        "<w:instrText>MERGEFIELD x</w:instrText></w:r></w:p>"
    )
    assert texts(body_of(tmp_path, open_field)) == [("field-instruction", "MERGEFIELD x")]


def test_a_table_is_read_row_by_row_and_not_built_whole() -> None:
    """Twenty thousand rows take little more memory than two thousand."""

    def peak(rows: int) -> int:
        row = "<w:tr>" + "<w:tc><w:p><w:r><w:t>Zzcanary</w:t></w:r></w:p></w:tc>" * 4 + "</w:tr>"
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            for name, part in word_parts(f"<w:tbl>{row * rows}</w:tbl>").items():
                package.writestr(name, part)
        tracemalloc.start()
        (table,) = [piece for piece in PLUGIN.read(stream, DEFAULT_LIMITS) if _taken(piece)]
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert isinstance(table, UntrustedTable)
        return highest

    def _taken(piece: UntrustedPiece) -> bool:
        if not isinstance(piece, UntrustedTable):
            return False
        return sum(1 for _ in piece.rows) > 0

    assert peak(20_000) < 2 * peak(2_000) + (4 << 20)


def test_what_stands_behind_a_table_that_is_too_large_is_still_read(tmp_path: Path) -> None:
    rows = "".join(f"<w:tr><w:tc>{paragraph(f'row {number}')}</w:tc></w:tr>" for number in range(9))
    path = tmp_path / "letter.docx"
    write_parts(path, word_parts(f"<w:tbl>{rows}</w:tbl>{paragraph('Zzcanary behind')}"))
    opened = open_file(path, limits=Limits(rows=3))
    assert [item.code for item in opened.skipped] == ["too-large"]
    assert "Zzcanary behind" in [part.text for part in opened.parts]
