"""What is seen on a page of a PDF and what is not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.samples.hiding.pdf_building import annotated, document, saved, shown
from tests.samples.hiding.sample import PLANTED
from tests.unit.scan.formats.pdf_reading import form, page_with, read, why_hidden

BOX = b"0 g 60 590 400 30 re f 0 g\n"
UNDER = "text-under-box"
CORPUS = Path(os.environ.get("AMENDS_CORPUS", Path(__file__).parents[5] / "shared" / "corpus"))
REDACTED = sorted((CORPUS / "xray").glob("*.pdf"))


def black_image(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.XObject = Dictionary(
        I=pdf.make_stream(
            b"\0", Subtype=Name.Image, Width=1, Height=1, ColorSpace=Name.DeviceGray, BitsPerComponent=8
        )
    )


def covering_annotation(pdf: pikepdf.Pdf, page: Any) -> None:
    look = form(pdf, page, b"0 g 0 0 595 842 re f")
    annotated(pdf, page, Subtype=Name.Square, AP=Dictionary(N=look))


def in_a_form(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.XObject = Dictionary(X=form(pdf, page, shown()))


def multiplying(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(M=Dictionary(BM=Name.Multiply))


def half_transparent(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(M=Dictionary(ca=0.5))


@pytest.mark.parametrize(
    ("content", "change"),
    [
        (shown() + BOX + b"1 g\n" + shown("REDACTED", "80 600"), None),
        (shown() + b"q 400 0 0 30 60 590 cm /I Do Q\n", black_image),
        (shown(), covering_annotation),
        (b"/X Do\n" + BOX, in_a_form),
        (shown() + b"1 g 60 590 400 30 re f\n", None),
        (shown() + b"0.5 0 0 rg 1 0 0 1 0 0 cm 60 590 m 460 590 l 460 620 l 60 620 l h f\n", None),
    ],
    ids=["with a label on it", "an image", "an annotation", "text in a form", "white", "a polygon"],
)
def test_a_text_under_a_box_is_found(
    content: bytes, change: Callable[[pikepdf.Pdf, Any], None] | None
) -> None:
    assert why_hidden(page_with(content, change)) == {UNDER}


def test_only_the_covered_end_of_a_line_is_hidden() -> None:
    content = page_with(shown("Name: " + PLANTED) + b"0 g 108 590 400 30 re f\n")
    parts, _, _ = read(content)
    assert [part.text for part in parts if part.hidden == UNDER] == [PLANTED]
    assert "Name:" in next(part.text for part in parts if part.hidden == "")


@pytest.mark.parametrize(
    ("content", "change"),
    [
        (b"0 0 1 rg 60 590 400 30 re f 1 g\n" + shown(), None),
        (b"q 400 0 0 30 60 590 cm /I Do Q 1 g\n" + shown(), black_image),
        (shown() + b"/M gs 1 1 0 rg 60 590 400 30 re f\n", multiplying),
        (shown() + b"/M gs 1 1 0 rg 60 590 400 30 re f\n", half_transparent),
        (BOX + b"1 g\n" + shown(), None),
        (shown() + b"0 G 2 w 60 590 400 30 re S\n", None),
        (shown() + b"0 g 72 597 300 1 re f\n", None),
        (shown() + b"0 g 60 606 400 40 re f\n", None),
        (shown() + shown(at="72.4 600"), None),
        (b"1 0 0 rg\n" + shown() + b"1 g 60 400 400 30 re f\n", None),
    ],
    ids=[
        "white on blue",
        "on an image",
        "a highlight",
        "half transparent box",
        "painted after its box",
        "a frame",
        "underlined",
        "touched by a box",
        "printed twice",
        "box elsewhere",
    ],
)
def test_what_can_be_read_raises_no_alarm(
    content: bytes, change: Callable[[pikepdf.Pdf, Any], None] | None
) -> None:
    assert why_hidden(page_with(content, change)) == {""}


def test_a_text_set_letter_by_letter_comes_out_as_it_is_read() -> None:
    kerned = b"BT /F 12 Tf 72 600 Td [(Zz) -20 (can) 15 (a) -30 (ry)] TJ ET\n"
    moved = b"BT /F 12 Tf 72 500 Td (Zz) Tj 13.3 0 Td (canary) Tj ( two) Tj ET\n"
    parts, _, _ = read(page_with(kerned + moved))
    (text,) = [part.text for part in parts if part.kind == "page-text"]
    assert "Zzcanary\n" in text and "Zzcanary two" in text


@pytest.mark.parametrize("listed", [True, False])
def test_a_layer_that_is_off_by_membership_is_hidden(listed: bool) -> None:
    made, page = document(b"/OC /L BDC " + shown() + b" EMC\n")
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String("Layer")))
    layers = Array([layer]) if listed else layer
    page.Resources.Properties = Dictionary(L=Dictionary(Type=Name.OCMD, OCGs=layers, P=Name.AllOff))
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([layer])))
    assert why_hidden(saved(made)) == {"hidden-layer"}


@pytest.mark.parametrize(
    ("subtype", "size", "covers"), [("Text", 18, False), ("Text", 90, True), ("Stamp", 18, True)]
)
def test_the_icon_of_a_note_is_no_box(subtype: str, size: int, covers: bool) -> None:
    made, page = document(shown())
    look = made.make_stream(b"0 g 0 0 90 90 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 90, 90])
    note = annotated(made, page, Subtype=Name(f"/{subtype}"), AP=Dictionary(N=look), Contents=String("x"))
    note.Rect = Array([70, 595, 70 + size, 595 + size])
    assert (UNDER in {part.hidden for part in read(saved(made))[0]}) is covers


@pytest.mark.skipif(not REDACTED, reason="the corpus of real files is not here")
def test_of_real_redactions_only_the_bad_one_is_reported() -> None:
    reported = {path.name for path in REDACTED if any(p.hidden == UNDER for p in read(path.read_bytes())[0])}
    assert reported == {"rectangles_yes.pdf"}
