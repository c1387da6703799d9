"""Sheets, texts and slides of OpenDocument come out as they are meant, and within the bounds."""

from __future__ import annotations

from pathlib import Path

from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile
from tests.samples.formats.office import Parts, open_parts, open_xml, write_parts
from tests.samples.hiding.opendocument import cell


def opened(folder: Path, parts: Parts, extension: str = "ods") -> OpenedFile:
    path = folder / f"file.{extension}"
    write_parts(path, parts)
    return open_file(path)


def sheet(*rows: str) -> str:
    return f'<table:table table:name="T">{"".join(rows)}</table:table>'


def row(cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


HEAD = row(cell("Name") + cell("Code"))


def test_empty_cells_and_rows_that_are_repeated_are_counted_and_not_made(tmp_path: Path) -> None:
    gap = row(
        '<table:table-cell table:number-columns-repeated="16384"/>', 'table:number-rows-repeated="1000"'
    )
    end = row(
        '<table:table-cell table:number-columns-repeated="16384"/>',
        'table:number-rows-repeated="999999999999"',
    )
    found = opened(tmp_path, open_parts(sheet(HEAD, gap, row(cell("Ana") + cell("7")), end)))
    assert found.complete
    assert found.tables[0].rows == (("Ana", "7"),)
    assert found.tables[0].row_numbers == (1_002,)


def test_a_value_that_is_repeated_stands_in_every_cell(tmp_path: Path) -> None:
    repeated = row(cell("Ana") + cell("7"), 'table:number-rows-repeated="3"')
    wide = row(cell("same", 'table:number-columns-repeated="2"'))
    assert opened(tmp_path, open_parts(sheet(HEAD, repeated, wide))).tables[0].rows == (
        *[("Ana", "7")] * 3,
        ("same", "same"),
    )


def test_a_value_that_is_repeated_beyond_every_sheet_is_a_bound_that_is_reported(tmp_path: Path) -> None:
    for bomb in (
        row(cell("x"), 'table:number-rows-repeated="999999999999"'),
        row(cell("x", 'table:number-columns-repeated="999999999999"')),
    ):
        found = opened(tmp_path, open_parts(sheet(HEAD, bomb) + sheet(HEAD, row(cell("after") + cell("8")))))
        assert [skipped.code for skipped in found.skipped] == ["too-large"]
        assert [table.rows for table in found.tables] == [(("after", "8"),)]


def test_a_date_is_read_as_a_date_and_a_number_as_it_is_shown(tmp_path: Path) -> None:
    def typed(kind: str, value: str, text: str) -> str:
        name = "date-value" if kind == "date" else "value"
        return (
            f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">'
            f"<text:p>{text}</text:p></table:table-cell>"
        )

    cells = typed("date", "1985-03-12T00:00:00", "12.03.85") + typed("float", "123456", "000123456")
    assert opened(tmp_path, open_parts(sheet(HEAD, row(cells)))).tables[0].rows == (
        ("1985-03-12", "000123456"),
    )


def test_what_stands_beside_a_cells_text_comes_after_the_table(tmp_path: Path) -> None:
    note = (
        "<office:annotation><dc:creator>A. Example</dc:creator><text:p>call back</text:p></office:annotation>"
    )
    found = opened(tmp_path, open_parts(sheet(HEAD, row(cell("Ana", "", note) + cell("7")))))
    assert found.tables[0].rows == (("Ana", "7"),)
    assert [(part.hidden, part.text) for part in found.parts] == [
        ("comment", "A. Example"),
        ("comment", "call back"),
    ]


def test_a_flat_file_is_read_like_a_package(tmp_path: Path) -> None:
    path = tmp_path / "flat.fods"
    body = (
        f"<office:body>\n  <office:spreadsheet>\n{sheet(HEAD, row(cell('Ana') + cell('7')))}</office:spreadsheet>"
        f"</office:body>"
    )
    path.write_text(open_xml("document", body), encoding="utf-8")
    found = open_file(path)
    assert found.complete
    assert found.tables[0].rows == (("Ana", "7"),)


def test_an_encrypted_member_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    parts = open_parts(sheet(HEAD))
    parts["content.xml"] = b"\x01\x02\x03"
    parts["meta.xml"] = open_xml(
        "document-meta", "<office:meta><dc:creator>A. Example</dc:creator></office:meta>"
    )
    parts["META-INF/manifest.xml"] = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<m:file-entry m:full-path="content.xml">'
        "<m:encryption-data/></m:file-entry></m:manifest>"
    )
    found = opened(tmp_path, parts)
    assert [(skipped.code, skipped.provenance.steps[-1]) for skipped in found.skipped] == [
        ("password-protected", "content.xml")
    ]
    assert [part.text for part in found.parts] == ["A. Example"]


def test_a_word_that_is_split_over_spans_comes_out_whole(tmp_path: Path) -> None:
    split = (
        '<text:p>A2000<text:span>00077</text:span><text:s text:c="3"/>'
        "<text:a>x</text:a><text:line-break/>y</text:p>"
    )
    found = opened(tmp_path, open_parts(split, kind="text"), "odt")
    assert [(part.kind, part.text) for part in found.parts] == [("paragraph", "A200000077   x\ny")]


def test_an_insertion_over_two_paragraphs_is_named_in_both(tmp_path: Path) -> None:
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c">'
        "<text:insertion/></text:changed-region></text:tracked-changes>"
    )
    body = (
        '<text:p>one <text:change-start text:change-id="c"/>new</text:p>'
        '<text:p>newer<text:change-end text:change-id="c"/> two</text:p>'
    )
    found = opened(tmp_path, open_parts(changes + body, kind="text"), "odt")
    assert [(part.hidden, part.text) for part in found.parts] == [
        ("", "one new"),
        ("tracked-insertion", "new"),
        ("", "newer two"),
        ("tracked-insertion", "newer"),
    ]


def test_an_entity_in_a_macro_is_refused_and_its_plain_document_type_is_not(tmp_path: Path) -> None:
    module = '<!DOCTYPE m PUBLIC "x" "m.dtd"{}><m>Print 1</m>'
    for subset, codes in (("", []), (' [<!ENTITY a "b">]', ["forbidden-markup"])):
        parts = open_parts(sheet(HEAD)) | {"Basic/Standard/M.xml": module.format(subset)}
        assert [skipped.code for skipped in opened(tmp_path, parts).skipped] == codes


def test_a_table_in_a_text_has_its_header_and_the_tables_in_its_cells(tmp_path: Path) -> None:
    inner = f"<table:table>{row(cell('inner head'))}{row(cell('inner'))}</table:table>"
    heading = f"<table:table-header-rows>{row(cell('Name') + cell('Note'))}</table:table-header-rows>"
    body = f"<table:table>{heading}{row(cell('Ana') + cell('x', '', inner))}</table:table>"
    found = opened(tmp_path, open_parts(body, kind="text"), "odt")
    assert found.complete
    assert [table.rows[-1] for table in found.tables] == [("inner",), ("Ana", "x")]
    assert found.tables[1].columns == ("Name", "Note")
