"""What a replacement holds: what the file shows, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from amends.scan.cleaning.clean import clean
from amends.scan.cleaning.pictures import write_picture_pdf, write_png
from amends.scan.cleaning.workbook import write_workbook
from amends.scan.isolation.events import PictureDrawn
from amends.scan.opening import open_file
from amends.vocabulary.errors import IncompleteError, UsageError
from tests.samples.formats import xlsx
from tests.samples.formats.sample import PEOPLE


def test_a_workbook_becomes_the_values_of_its_visible_cells(tmp_path: Path) -> None:
    xlsx.build(tmp_path / "list.xlsx", PEOPLE)
    cleaned = clean(tmp_path / "list.xlsx", tmp_path / "new.xlsx")
    opened = open_file(tmp_path / "new.xlsx")
    (table,) = opened.tables
    assert table.columns == ("A-Number", "Last Name", "First Name")
    assert table.rows == (PEOPLE.rows[0][:3], PEOPLE.rows[2][:3], PEOPLE.rows[3][:3])
    assert table.row_numbers == (2, 3, 4)
    assert (opened.complete, opened.parts, table.hidden_rows, table.hidden_columns) == (True, (), {}, {})
    assert cleaned.how == "values"
    assert {name: cleaned.left_out[name] for name in ("hidden-row", "hidden-column", "hidden-sheet")} == {
        "hidden-row": 1, "hidden-column": 1, "hidden-sheet": 1,
    }  # fmt: skip
    assert b"Boris" not in (tmp_path / "new.xlsx").read_bytes()


def test_what_is_there_is_never_overwritten_not_even_the_input(tmp_path: Path) -> None:
    source = tmp_path / "list.xlsx"
    xlsx.build(source, PEOPLE)
    before = source.read_bytes()
    with pytest.raises(UsageError) as refused:
        clean(source, source)
    assert refused.value.code == "target-exists"
    assert source.read_bytes() == before


def test_a_name_that_promises_another_format_is_refused(tmp_path: Path) -> None:
    xlsx.build(tmp_path / "list.xlsx", PEOPLE)
    with pytest.raises(UsageError) as refused:
        clean(tmp_path / "list.xlsx", tmp_path / "new.docx")
    assert refused.value.code == "target-extension"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["list.xlsx"]


def test_what_cannot_be_opened_is_not_cleaned_and_nothing_is_left_behind(tmp_path: Path) -> None:
    source = tmp_path / "list.bin"
    source.write_bytes(b"\x7fELF" + bytes(range(256)) * 9)
    with pytest.raises(IncompleteError) as refused:
        clean(source, tmp_path / "new.txt")
    assert refused.value.code == "not-cleaned"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["list.bin"]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(TEXTS | st.from_regex(r"\A-?[0-9]{1,18}\Z"), min_size=2, max_size=4), min_size=2, max_size=6
    )
)
def test_every_value_comes_back_as_it_was_leading_zeros_included(
    rows: list[list[str]], tmp_path: Path
) -> None:
    path = tmp_path / "values.xlsx"
    path.unlink(missing_ok=True)
    write_workbook(path, [("Values", ((n, list(enumerate(row))) for n, row in enumerate(rows, 1)))])
    from amends.scan.isolation.events import RowsFound
    from amends.scan.isolation.reading import read_in_child
    from amends.scan.limits import DEFAULT_LIMITS

    with path.open("rb") as stream:
        events = list(read_in_child(stream, "xlsx", DEFAULT_LIMITS))
    found = [row.texts for event in events if isinstance(event, RowsFound) for row in event.rows]
    wanted = [[re.sub("[\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text) for text in row] for row in rows]
    assert found == wanted


RED = PictureDrawn(3, 2, bytes([200, 0, 0]) * 6)


def test_a_picture_is_its_pixels(tmp_path: Path) -> None:
    write_png(tmp_path / "red.png", RED)
    with Image.open(tmp_path / "red.png") as image:
        assert (image.size, image.mode, image.info) == ((3, 2), "RGB", {})
        assert image.tobytes() == RED.pixels


def test_pages_become_a_document_of_pictures(tmp_path: Path) -> None:
    assert write_picture_pdf(tmp_path / "pages.pdf", [RED, RED]) == 2
    document = pypdfium2.PdfDocument(tmp_path / "pages.pdf")
    assert len(document) == 2
    assert document[0].get_textpage().get_text_range() == ""
    drawn = document[0].render(scale=150 / 72).to_pil().convert("RGB")
    assert drawn.getpixel((1, 1)) == (200, 0, 0)
    document.close()
