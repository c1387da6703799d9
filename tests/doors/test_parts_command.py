"""`amends parts` and `amends clean` as their users call them."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name, String
from PIL import Image

from amends.scan.recognition.tesseract import Tesseract
from tests.samples.formats import xlsx
from tests.samples.formats.sample import PEOPLE
from tests.samples.hiding.pdf_building import annotated, appended, document, saved, shown
from tests.samples.lettering import scanned_page
from tests.small_incident import Program


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "people.xlsx"
    xlsx.build(path, PEOPLE)
    return path


def records(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def test_every_part_is_one_line_for_machines_and_the_summary_is_last(program: Program, workbook: Path):
    finished = program.run("parts", workbook, "--json")
    *parts, summary = records(finished.out)
    assert finished.code == 0
    by_place = {part["provenance"]: part for part in parts}
    assert by_place["people.xlsx ! sheet 'People' ! A3"]["hidden"] == "hidden-row"
    assert by_place["people.xlsx ! sheet 'People' ! D4"]["hidden"] == "hidden-column"
    assert by_place["people.xlsx ! sheet 'Notes' ! A1"]["hidden"] == "hidden-sheet"
    assert by_place["people.xlsx ! sheet 'People' ! A2"] == {
        "record": "part",
        "file": "people.xlsx",
        "provenance": "people.xlsx ! sheet 'People' ! A2",
        "kind": "cell",
        "hidden": "",
        "reason": "",
        "text": "A200000001",
    }
    assert (summary["record"], summary["complete"], summary["formats"][0]["format"]) == (
        "summary",
        True,
        "xlsx",
    )
    assert (summary["tables"][0]["rows"], summary["tables"][0]["hidden_rows"]) == (5, 1)


def test_what_was_not_opened_is_said_with_the_reason_and_an_exit_code_of_three(
    program: Program, tmp_path: Path
):
    file = tmp_path / "program.xlsx"
    file.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8)
    finished = program.run("parts", file)
    assert finished.code == 3
    assert "not opened  program.xlsx: " in finished.out


def test_a_wrong_name_is_said(program: Program, workbook: Path, tmp_path: Path):
    renamed = workbook.rename(tmp_path / "people.csv")
    finished = program.run("parts", renamed, "--summary-only")
    assert "wrong name: people.csv is xlsx, not csv" in finished.out


def test_only_what_is_hidden_is_listed_when_that_is_wanted(program: Program, workbook: Path):
    finished = program.run("parts", workbook, "--hidden-only", "--json")
    parts = [record for record in records(finished.out) if record["record"] == "part"]
    assert parts
    assert all(part["hidden"] and part["reason"] for part in parts)


def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(program: Program, tmp_path: Path):
    finished = program.run("parts", tmp_path / "gone.xlsx")
    assert finished.code == 2
    assert "file-missing" in finished.err


def test_a_replacement_holds_what_the_file_shows(program: Program, workbook: Path, tmp_path: Path):
    finished = program.run("clean", workbook, "-o", tmp_path / "new.xlsx")
    assert finished.code == 0
    assert "at a new address" in finished.out
    again = program.run("parts", tmp_path / "new.xlsx", "--json")
    assert records(again.out)[-1]["hidden"] == {}
    refused = program.run("clean", workbook, "-o", workbook)
    assert refused.code == 2
    assert "target-exists" in refused.err


def test_character_recognition_that_is_not_installed_is_said_with_what_to_install(
    program: Program, workbook: Path, tmp_path: Path
):
    finished = program.run("parts", workbook, "--ocr", PATH=str(tmp_path))
    assert finished.code == 2
    assert "recognition-missing" in finished.err
    assert "tesseract-ocr" in finished.err


def test_a_scanned_page_is_recognised_when_that_is_asked_for(
    program: Program, tmp_path: Path, tesseract: Tesseract
):
    del tesseract
    page = scanned_page(tmp_path / "scan.pdf", "Custody list 7788")
    assert program.run("parts", page).code == 3
    finished = program.run("parts", page, "--ocr", "--json")
    *parts, summary = records(finished.out)
    assert finished.code == 0
    (found,) = [part for part in parts if part.get("kind") == "recognised-text"]
    assert "list 7788" in found["text"]
    assert found["how"] == "read by character recognition, which errs"
    assert 50 < found["confidence"] <= 100
    assert [picture["provenance"] for picture in summary["recognised"]] == ["scan.pdf ! page 1"]
    plain = program.run("parts", page, "--ocr", "--summary-only")
    assert "read by character recognition, which errs" in plain.out


PLANTED = "left in the file"


def picture(path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLANTED
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    image = Image.new("RGB", (16, 12), (200, 0, 0))
    image.save(path, exif=exif)
    image.close()


def page(path: Path) -> None:
    """A text under a black box, with a note, an author, an attachment and an earlier revision that said more."""
    box = b"0 g 60 590 400 30 re f\n"
    made, first = document(shown(PLANTED) + box + shown("In the open", "72 540"))
    annotated(made, first, Subtype=Name.Text, Contents=String(PLANTED))
    made.attachments["secret.txt"] = PLANTED.encode()
    made.docinfo["/Author"] = PLANTED
    first.Note = made.make_indirect(Dictionary(Contents=String(PLANTED)))
    content = saved(made)
    with pikepdf.open(BytesIO(content)) as written:
        number = written.pages[0].obj.Note.objgen[0]
    path.write_bytes(appended(content, number, b"<</Contents(gone)>>"))


@pytest.mark.parametrize(
    ("name", "build", "new"),
    [
        ("photo.jpg", picture, "new.png"), ("photo.png", picture, "new.png"), ("photo.tiff", picture, "new.png"),
        ("photo.webp", picture, "new.png"), ("page.pdf", page, "new.pdf"),
    ],
)  # fmt: skip
def test_a_cleaned_file_shows_the_same_and_hides_nothing(
    name: str, build: Callable[[Path], None], new: str, program: Program, tmp_path: Path
) -> None:
    source, target = tmp_path / name, tmp_path / new
    build(source)
    before = source.read_bytes()
    assert json.loads(program.run("parts", source, "--json", "--summary-only").out.splitlines()[-1])["hidden"]
    finished = program.run("clean", source, "-o", target)
    assert finished.code == 0, finished.err
    assert "new address" in " ".join(finished.out.split())
    assert source.read_bytes() == before
    assert PLANTED.encode() not in target.read_bytes()
    assert (
        json.loads(program.run("parts", target, "--json", "--summary-only").out.splitlines()[-1])["hidden"]
        == {}
    )
    assert program.run("clean", source, "-o", target).code == 2


def test_what_lay_under_a_box_is_black_in_the_replacement(program: Program, tmp_path: Path) -> None:
    page(tmp_path / "page.pdf")
    program.run("clean", tmp_path / "page.pdf", "-o", tmp_path / "new.pdf")
    drawn = pypdfium2.PdfDocument(tmp_path / "new.pdf")
    image = drawn[0].render(scale=1).to_pil().convert("RGB")
    assert drawn[0].get_textpage().get_text_range() == ""
    # The box, away from the note's icon and from the edges.
    assert {image.getpixel((x, 842 - y)) for x in range(120, 440, 5) for y in range(598, 612, 3)} == {
        (0, 0, 0)
    }
    drawn.close()


def test_a_redaction_that_was_never_applied_is_not_cleaned_into_the_open(
    program: Program, tmp_path: Path
) -> None:
    made, first = document(shown(PLANTED))
    annotated(made, first, Subtype=Name.Redact)
    made.save(tmp_path / "page.pdf")
    finished = program.run("clean", tmp_path / "page.pdf", "-o", tmp_path / "new.pdf")
    assert finished.code == 3
    assert not (tmp_path / "new.pdf").exists()


def test_a_name_that_steers_a_terminal_is_shown_and_not_obeyed(program: Program, tmp_path: Path) -> None:
    odd = tmp_path / "a\x1b[2J\u202egpj\x07\nb: clear.csv"
    odd.write_text("Name\nx\n", encoding="utf-8")
    for arguments in (("screen", odd), ("parts", odd), ("clean", odd, "-o", tmp_path / "a\x1b[2J.doc")):
        finished = program.run(*arguments)
        assert not {"\x1b", "\u202e", "\x07"} & set(finished.out + finished.err)
        assert "b: clear" not in (finished.out + finished.err).splitlines()
