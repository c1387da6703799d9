"""What stands in pictures is read where Tesseract is asked for, and says how sure it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from amends.scan.limits import Limits
from amends.scan.opening import open_file, read_parts
from amends.scan.parts import Part, Summary
from amends.scan.recognition.tesseract import Paragraph, RecognitionError, Tesseract
from tests.samples.hiding.sample import PLANTED
from tests.samples.lettering import lettering, scanned_page


class Reader:
    """Stands in for the program where only what is done with its answers is looked at."""

    def __init__(self, *answers: Paragraph | None) -> None:
        self.answers = list(answers)
        self.sizes: list[tuple[int, int]] = []

    def paragraphs(self, width: int, height: int, pixels: bytes) -> list[Paragraph]:
        assert len(pixels) == 3 * width * height
        self.sizes.append((width, height))
        answer = self.answers.pop(0) if self.answers else Paragraph("nothing", 10)
        if answer is None:
            raise RecognitionError
        return [answer]


def document_with_picture(path: Path, picture: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<document><body><p><r><t>Seen</t></r></p></body></document>")
        package.writestr("word/media/image1.png", picture)
    return path


def recognised(path: Path, reader: Reader | Tesseract) -> list[Part]:
    return [part for part in open_file(path, recogniser=reader).parts if part.kind == "recognised-text"]


def test_a_picture_is_read_with_the_confidence_of_its_words(tesseract: Tesseract, tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_bytes(lettering(PLANTED, "Ana Example, born 1985-03-12"))
    opened = open_file(path, recogniser=tesseract)
    found = [part for part in opened.parts if part.kind == "recognised-text"]
    assert PLANTED in found[0].text
    assert any("1985-03-12" in part.text for part in found)
    assert all(part.confidence is not None and 50 < part.confidence <= 100 for part in found)
    assert [str(picture.provenance) for picture in opened.recognised] == ["letter.png"]


def test_a_scanned_page_counts_as_read_where_it_was_recognised_and_as_not_read_otherwise(
    tesseract: Tesseract, tmp_path: Path
) -> None:
    path = scanned_page(tmp_path / "scan.pdf")
    assert [item.code for item in open_file(path).skipped] == ["no-text-layer"]
    summary = Summary()
    parts = list(read_parts(path, summary, recogniser=tesseract))
    assert summary.complete
    assert [str(found.provenance) for found in summary.recognised] == ["scan.pdf ! page 1"]
    assert any(isinstance(part, Part) and PLANTED in part.text for part in parts)


def test_pictures_inside_documents_inside_archives_are_read(tesseract: Tesseract, tmp_path: Path) -> None:
    inner = document_with_picture(tmp_path / "inner.docx", lettering(kind="PNG"))
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "letters/inner.docx")
        archive.write(scanned_page(tmp_path / "scan.pdf", "Boris Muster 7788"), "scan.pdf")
    found = {str(part.provenance): part.text for part in recognised(path, tesseract)}
    assert PLANTED in found["all.zip ! letters/inner.docx ! word/media/image1.png ! recognised paragraph 1"]
    assert "Boris Muster" in found["all.zip ! scan.pdf ! page 1 ! recognised paragraph 1"]


def test_without_asking_nothing_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_bytes(lettering())
    opened = open_file(path)
    assert opened.recognised == ()
    assert not [part for part in opened.parts if part.kind == "recognised-text"]


def test_a_page_that_recognition_gave_up_on_is_not_read(tmp_path: Path) -> None:
    opened = open_file(scanned_page(tmp_path / "scan.pdf"), recogniser=Reader(None))
    assert [item.code for item in opened.skipped] == ["recognition-failed", "no-text-layer"]
    assert opened.recognised == ()


def test_pages_are_drawn_at_three_hundred_dots_an_inch_and_fewer_within_the_bound(tmp_path: Path) -> None:
    path = scanned_page(tmp_path / "scan.pdf")  # 900 by 220 points
    reader = Reader()
    open_file(path, recogniser=reader)
    ((width, height),) = reader.sizes
    assert 3750 <= width <= 3752
    assert 916 <= height <= 918
    bounded = Reader()
    open_file(path, recogniser=bounded, limits=Limits(pixels=400_000))
    assert 300_000 < bounded.sizes[0][0] * bounded.sizes[0][1] <= 400_000


def test_a_picture_that_cannot_be_drawn_is_not_read(tmp_path: Path) -> None:
    path = document_with_picture(tmp_path / "letter.docx", lettering()[:400])
    opened = open_file(path, recogniser=Reader())
    assert opened.recognised == ()
    assert "corrupt" in {item.code for item in opened.skipped}


def test_a_hidden_picture_gives_hidden_text(tmp_path: Path) -> None:
    path = tmp_path / "thumbnail.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<document><body><p><r><t>Seen</t></r></p></body></document>")
        package.writestr("docProps/thumbnail.png", lettering())
    (part,) = recognised(path, Reader(Paragraph(PLANTED, 70)))
    assert part.hidden == "unshown-part"


@pytest.mark.parametrize("side", [4, 11])
def test_nothing_can_be_written_in_a_few_pixels(side: int, tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    path.write_bytes(lettering(size=(300, side)))
    reader = Reader()
    assert open_file(path, recogniser=reader).complete
    assert reader.sizes == []


def test_the_later_pictures_of_an_animation_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    frames = [Image.open(io.BytesIO(lettering(text))) for text in ("first", "Zzcanary second")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    opened = open_file(path, recogniser=Reader())
    assert [(str(item.provenance), item.code) for item in opened.skipped] == [
        ("moving.gif ! later pictures of the animation", "not-drawn")
    ]
    assert len(opened.recognised) == 1
